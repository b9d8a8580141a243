"""Finds quoted words in a text, however a PDF or a model spaced and spelled them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from rag.negation import negations
from rag.numbers import borne_out
from rag.sentences import sentences
from rag.text import analyse
from rag.types import Span

FEWEST_WORDS = 3
"""A shorter quote is found all over a paper; the sentence around it says more."""

LONGEST_CHARS = 600
"""Longer passages are cut at line breaks: nobody reads a page as a quote."""

_OUT_OF_PLACE = 1  # two terms that change places are two sides of a comparison

# Words without which a sentence reads the other way, though no search asks for them.
_BEARING = re.compile(
    r"\b(?:above|below|before|after|over|under|up|down|more|most|few|all|both|same|only|until|off|out)\b"
)

_DASHES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212"
_IGNORED = frozenset(
    " \t\n\r\f\v\"'`´*_$\\{}^~⸢⸣“”„‟‘’‚‛«»‹›″′\u00a0\u200b\u200c\u200d\u2060\ufeff"
)
_ELLIPSIS = re.compile(r"\s*(?:\[\s*)?(?:…|\.\.\.+)(?:\s*\])?\s*")
_ENDS = " \t\n.,;:!?…"
_PART_OF_WORD = "\ufffe"  # what PDF libraries give for a hyphen that only parts a word
_HYPHENATED = re.compile(r"(?<=\w)[-\u00ad\u2010\u2011][ \t]*\n[ \t]*(?=\w)|\ufffe")


def find_quote(quote: str, text: str) -> Span | None:
    """Where ``text`` has the words of ``quote``, in ``text``'s own spelling; None if nowhere.

    White space, case, accents, ligatures, quotation marks, markup and hyphenation make no
    difference; every other character does. Words are whole ones. An ellipsis stands for
    whatever comes between its two sides.
    """
    parts = [part for part in _ELLIPSIS.split(quote.strip(_ENDS)) if part.strip(_ENDS)]
    first = last = None
    start = 0
    for part in parts:
        last = _find(part.strip(_ENDS), text, start)
        if last is None:
            return None
        first = first or last
        start = last.end
    if first is None or last is None or (len(parts) > 1 and last.end - first.start > LONGEST_CHARS):
        return None
    return Span(first.start, last.end)


def is_sentence_of(text: str, words: str) -> bool:
    """Whether ``words`` are a whole sentence of ``text``, as `find_quote` compares."""
    return folded(words.strip(_ENDS))[0] in _folded_sentences(text)


@lru_cache(maxsize=256)
def _folded_sentences(text: str) -> frozenset[str]:
    return frozenset(folded(span.of(text).strip(_ENDS))[0] for span in sentences(text)) - {""}


def find_misquote(quote: str, text: str) -> Span | None:
    """The sentence that a slip of the pen was meant to copy: it has all the quote's terms, numbers
    and negations, but for one term in the same order.

    Small models drop a word or change an ending; a word put in place of another is no slip. What
    is shown is the paper's own sentence.
    """
    span = best_passage(quote, text)
    if span is None or len(set(analyse(quote))) < FEWEST_WORDS:
        return None
    meant = span.of(text)
    same = all(_is_within(words(quote), words(meant)) for words in (analyse, _bearings))
    sound = borne_out(quote, meant) and negations(quote) == negations(meant)
    return span if same and sound else None


def _bearings(text: str) -> list[str]:
    return _BEARING.findall(text.lower())


def _is_within(terms: Sequence[str], other: Sequence[str]) -> bool:
    """Whether ``other`` has all of them in their order, or all but one of a stretch of it."""
    if not set(terms) <= set(other):
        return False
    moved = len(terms) - _in_order(terms, other)
    places = [place for place, term in enumerate(other) if term in terms]
    whole = set(terms) == set(other[min(places, default=0) : max(places, default=0) + 1])
    return moved == 0 or (moved <= _OUT_OF_PLACE and whole)


def _in_order(terms: Sequence[str], other: Sequence[str]) -> int:
    """How many of ``terms`` stand in ``other`` in their order."""
    best = [0] * (len(other) + 1)
    for term in terms:
        before = list(best)
        for place, each in enumerate(other, 1):
            longer = before[place - 1] + 1 if term == each else best[place - 1]
            best[place] = max(before[place], longer)
    return best[-1]


def lines_joined(text: str) -> str:
    """``text`` with the words whole that a line break parts."""
    return _HYPHENATED.sub("", text)


def sentence_at(text: str, span: Span) -> Span:
    """``span`` made longer, to hold whole sentences."""
    touched = [passage for passage in passages(text) if passage.overlaps(span)]
    if not touched:
        return span
    return Span(min(span.start, touched[0].start), max(span.end, touched[-1].end))


def best_passage(claim: str, text: str) -> Span | None:
    """The sentence of ``text`` that shares most with ``claim``; the earlier one of equals.

    Numbers count double. None if no sentence shares anything.
    """
    return next(iter(best_passages(claim, text)), None)


def best_passages(claim: str, text: str) -> list[Span]:
    """Every sentence of ``text`` that shares as much with ``claim`` as the best, in order."""
    wanted = frozenset(analyse(claim))
    scored = [(_shared(wanted, span.of(text)), span) for span in passages(text)]
    most = max((shared for shared, _ in scored), default=0)
    return [span for shared, span in scored if most and shared == most]


def passages(text: str) -> list[Span]:
    """The sentences of ``text``; what is too long to be one (a table), line by line."""
    return [
        part
        for span in sentences(text)
        for part in ([span] if len(span) <= LONGEST_CHARS else _lines(text, span))
    ]


def _lines(text: str, span: Span) -> list[Span]:
    lines = re.finditer(r"\S[^\n]*", span.of(text))
    return [Span(span.start + line.start(), span.start + line.end()) for line in lines]


def _shared(wanted: frozenset[str], passage: str) -> int:
    shared = wanted & frozenset(analyse(passage))
    return sum(2 if term[0].isdigit() else 1 for term in shared)


def _find(quote: str, text: str, start: int) -> Span | None:
    wanted = folded(quote)[0]
    characters, offsets = folded(text)
    at = characters.find(wanted) if wanted else -1
    while at >= 0:
        span = Span(offsets[at], offsets[at + len(wanted) - 1] + 1)
        if span.start >= start and _whole_words(text, span):
            return span
        at = characters.find(wanted, at + 1)
    return None


def _whole_words(text: str, span: Span) -> bool:
    return not (_joined(text, span.start) or _joined(text, span.end))


def _joined(text: str, at: int) -> bool:
    """Whether a word or a number goes on across the offset ``at``."""
    before, after = text[max(at - 1, 0) : at], text[at : at + 2]
    if before.isalnum() and after[:1].isalnum():
        return True
    # "3" is not a word of "3.5", nor "5" of "3.5".
    return (before.isdigit() and after[:1] in (".", ",") and after[1:].isdigit()) or (
        before in (".", ",") and after[:1].isdigit() and text[max(at - 2, 0) : at - 1].isdigit()
    )


@lru_cache(maxsize=256)
def folded(text: str) -> tuple[str, tuple[int, ...]]:
    """What counts of ``text`` in a comparison, and each character's offset in ``text``.

    A dash counts before a digit only, where it may be a minus.
    """
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        if character in _DASHES or character == _PART_OF_WORD:
            character = "-" if text[offset + 1 : offset + 2].isdigit() else ""
        for plain in _plain(character):
            characters.append(plain)
            offsets.append(offset)
    return "".join(characters), tuple(offsets)


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    return "".join(c for c in decomposed if c not in _IGNORED and not unicodedata.combining(c))
