"""Which short forms does a text define, and what do they stand for?

Source: Schwartz and Hearst 2003, "A simple algorithm for identifying abbreviation definitions in
biomedical text" (PSB): a short form stands beside its long form, one of them in parentheses, and
its letters occur in the long form in order. Deviations, for the coinages of machine learning:
letters may be any inside a word ("Low-Rank Adaptation", LoRA), but the best alignment counts, not
the rightmost: it begins words with at least half of the letters, and leaves no content word
without a letter, or one where the short form is long or a mixture ("Dense Convolutional Network",
DenseNet). Definitions after a comma and by "stands for" count as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.types import Term

_SHORT = r"[A-Za-z0-9][A-Za-z0-9]*(?:[-/&+.][A-Za-z0-9]+){0,2}"
_WORDS = r"[A-Za-z][\w'’]*(?:[-‐‑–/][\w'’]+)*"
_BRACKETED = re.compile(r"\(([^()\[\]]{2,120})\)")
_CITED = re.compile(r"[;,:]|\bBIBREF|\[|\bhenceforth\b|\bfor short\b|\bhereafter\b")
_OPENING = re.compile(
    r"^(?:the|a|an|or|i\.e\.|namely|called|also|abbreviated|as|dubbed)[,\s]+", re.I
)
_COMMA = re.compile(
    rf",\s(?:or\s|called\s|dubbed\s|abbreviated\s(?:as\s|to\s)?)?({_SHORT})(?=[,.;)])"
)
_STANDS = re.compile(
    rf"\b({_SHORT}),?\s(?:which\s|that\s)?(?:is\s)?(?:stands|standing|short|abbreviated)\sfor\s"
)
_CLAUSE = re.compile(r"[^\w\s'’/‐‑–-]")
_LAST = re.compile(rf"(?:^|[\s(\"“])({_SHORT})\s*$")
_WORD = re.compile(_WORDS)
_SMALL = frozenset(
    "a an and as at by for from in into is of on or over the to under via with".split()
)
_KINDS = frozenset(
    "algorithm algorithms method methods model models network networks system systems".split()
)  # often left without a letter
_FREE = _SMALL | _KINDS
_MAX_LETTERS, _MAX_WORDS, _LOOK_BACK = 10, 9, 200


@dataclass(frozen=True, slots=True)
class _Fit:
    """How letters lie in words; a better one compares as smaller."""

    uncovered: int
    inner: int
    words: int


def define(text: str) -> list[Term]:
    """The short forms that ``text`` defines, each with its commonest long form; commonest first.

    ``count`` is how often the short form is written.
    """
    found = Counter(_definitions(text))
    best: dict[str, str] = {}
    for (short, long), _ in found.most_common():
        best.setdefault(short, long)
    terms = [
        Term(short, long, _occurrences(short, text), _is_word(short, text))
        for short, long in best.items()
    ]
    return sorted(terms, key=lambda term: (-term.count, term.short))


def _definitions(text: str) -> Iterator[tuple[str, str]]:
    flat = " ".join(text.split())
    for match in _BRACKETED.finditer(flat):
        inside = _OPENING.sub("", _CITED.split(match[1], maxsplit=1)[0].strip(" \"'“”‘’*"))
        before = flat[max(match.start() - _LOOK_BACK, 0) : match.start()].rstrip(" \"'“”‘’*")
        if _is_short(short := _one(inside)):
            yield from _pair(short, _tail(before))
        elif (last := _LAST.search(before)) and _is_short(short := _one(last[1])):
            yield from _whole(short, inside)
    for match in _COMMA.finditer(flat):
        if _is_short(short := _one(match[1])) and sum(map(str.isupper, short)) > 1:
            before = flat[max(match.start() - _LOOK_BACK, 0) : match.start()]
            yield from _pair(short, _tail(before), strict=True)
    for match in _STANDS.finditer(flat):
        if _is_short(short := _one(match[1])):
            after = flat[match.end() : match.end() + _LOOK_BACK]
            yield from _leading(short, _CLAUSE.split(after, maxsplit=1)[0])


def _one(short: str) -> str:
    """Without a plural's "s"."""
    plural = len(short) > 2 and short[-1] == "s" and short[-2].isupper()
    return short[:-1] if plural else short


def _is_short(short: str) -> bool:
    """Whether it looks like one: two to ten letters, capitals or digits not only at the front."""
    letters = [c for c in short if c.isalnum()]
    return (
        re.fullmatch(_SHORT, short) is not None
        and 2 <= len(letters) <= _MAX_LETTERS
        and any(c.isupper() for c in short)
        and (any(c.isupper() or c.isdigit() for c in short[1:]))
        and not re.fullmatch(r"[IVXL]+|\w-\w|[A-Z]?\d[\d.-]*|[\d.]+[A-Za-z]?", short)
    )


def _tail(before: str) -> str:
    """The words since the last mark of punctuation."""
    return _CLAUSE.split(before)[-1]


def _pair(short: str, before: str, *, strict: bool = False) -> Iterator[tuple[str, str]]:
    """The words at the end of ``before`` that ``short`` stands for, if any do."""
    words = _WORD.findall(before)
    longest = min(len(_letters(short)) + 4, 2 * len(_letters(short)), _MAX_WORDS)
    fits = [
        (fit, " ".join(words[-n:]))
        for n in range(1, min(longest, len(words)) + 1)
        if (fit := _fit(short, tuple(words[-n:]), strict=strict))
    ]
    if fits:
        yield (
            short,
            min(fits, key=lambda each: (each[0].uncovered, each[0].inner, each[0].words))[1],
        )


def _leading(short: str, after: str) -> Iterator[tuple[str, str]]:
    words = _WORD.findall(after)[:_MAX_WORDS]
    for n in range(1, len(words) + 1):
        if _fit(short, tuple(words[:n]), strict=True):
            yield short, " ".join(words[:n])
            return


def _whole(short: str, inside: str) -> Iterator[tuple[str, str]]:
    words = tuple(_WORD.findall(inside))
    if 1 <= len(words) <= _MAX_WORDS and _fit(short, words):
        yield short, " ".join(words)


def _fit(short: str, words: tuple[str, ...], *, strict: bool = False) -> _Fit | None:
    """How ``short`` lies in ``words``, or None if it does not stand for them."""
    letters = _letters(short)
    if short.lower() in {word.lower() for word in words} or words[0].lower() in _SMALL:
        return None
    parts = _parts(words)
    if len(parts) < 2 or (found := _align(letters, parts)) is None:
        return None
    uncovered, inner = found
    mixed = len(letters) >= 5 and any(c.islower() for c in short)
    allowed = 0 if strict or not (mixed or len(parts) >= 5) else 1
    if uncovered > allowed or inner > (0 if strict else len(letters) // 2):
        return None
    return _Fit(uncovered, inner, len(words))


def _letters(short: str) -> str:
    return "".join(c for c in short.lower() if c.isalnum())


def _parts(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words in small letters, hyphenated ones in parts."""
    return tuple(part.lower() for word in words for part in re.split(r"[-‐‑–/]", word) if part)


@lru_cache(maxsize=4096)
def _align(letters: str, parts: tuple[str, ...]) -> tuple[int, int] | None:
    """Content words without a letter, and letters that begin no word, at best; None if none fits.

    The first letter begins the first word; the last word has a letter or is of a common kind.
    """
    best: dict[tuple[int, int], tuple[int, int] | None] = {}

    def within(at: int, word: int) -> tuple[int, int] | None:
        """From letter ``at`` on, which no word before ``word`` may have."""
        if word == len(parts):
            return (0, 0) if at == len(letters) else None
        if (at, word) not in best:
            best[at, word] = min(options(at, word), default=None)
        return best[at, word]

    def options(at: int, word: int) -> Iterator[tuple[int, int]]:
        part, last = parts[word], word == len(parts) - 1
        passed = word and (not last or part in _KINDS)
        if passed and (rest := within(at, word + 1)):
            yield rest[0] + (part not in _FREE), rest[1]
        for taken in range(1, len(letters) - at + 1):
            if not _subsequence(letters[at : at + taken], part):
                break
            if rest := within(at + taken, word + 1):
                yield rest[0], rest[1] + _inner(letters[at : at + taken], part)

    return within(0, 0)


def _subsequence(letters: str, part: str) -> bool:
    """Whether the word begins with the first letter and has the others in order."""
    if part[0] != letters[0]:
        return False
    rest = iter(part[1:])
    return all(c in rest for c in letters[1:])


def _inner(letters: str, part: str) -> int:
    """Letters that neither begin the word nor go on with it, as "Conv" does in "Convolution"."""
    return 0 if part.startswith(letters) else len(letters) - 1


def _occurrences(short: str, text: str) -> int:
    return len(re.findall(rf"(?<![\w-]){re.escape(short)}s?(?!\w)", text))


def _is_word(short: str, text: str) -> bool:
    small = short.lower()
    return (
        small != short
        and re.search(rf"(?<![\w./:@-]){re.escape(small)}(?![\w/.-]\w)", text) is not None
    )
