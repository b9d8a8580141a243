"""Lines -> running text: words that were divided at a line's end are put together again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_DIVIDED = re.compile(r"([\w’']+(?:-[\w’']+)*)[-\u2010\u00ad]$")
_FIRST_WORD = re.compile(r"[\w’']+(?:-[\w’']+)*")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LONGER_THAN_ENDINGS = 7  # letters: "-wise" and "-ations" end words, "-seeking" begins one


@dataclass(frozen=True, slots=True)
class Words:
    """The words that a document shows undivided, in lower case."""

    seen: frozenset[str]

    @classmethod
    def of(cls, lines: Iterable[str]) -> Words:
        """Words inside the lines; what may be half a word, on either side of a line's end that
        divides one, does not count.
        """
        seen: set[str] = set()
        divided = False
        for line in lines:
            whole = line.partition(" ")[2] if divided else line
            divided = line.endswith(("-", "\u2010", "\u00ad"))
            whole = whole[: whole.rfind(" ") + 1] if divided else whole
            seen.update(_WORD.findall(whole.lower()))
        return cls(frozenset(seen))


@dataclass(frozen=True, slots=True)
class Joined:
    """Text made of lines; ``spans`` has each line's ``(start, end)`` in it."""

    text: str
    spans: tuple[tuple[int, int], ...]


def join_lines(lines: Sequence[str], words: Words) -> Joined:
    """The lines as one paragraph."""
    text = ""
    spans: list[tuple[int, int]] = []
    for line in lines:
        if text:
            kept, separator = _seam(text, line, words)
            if len(kept) < len(text):
                start, end = spans[-1]
                spans[-1] = (start, max(start, min(end, len(kept))))
            text = kept + separator
        spans.append((len(text), len(text) + len(line)))
        text += line
    return Joined(text, tuple(spans))


def _seam(text: str, line: str, words: Words) -> tuple[str, str]:
    """What is kept of ``text``, and what stands between it and the next line."""
    left, right = _DIVIDED.search(text[-60:]), _FIRST_WORD.match(line)
    if left is None:
        return text, "" if text.endswith("/") and "://" in text[-80:] else " "
    if text.endswith("\u00ad"):
        return text[:-1], ""
    if right is None:
        return text, " "
    return (text if _keeps_hyphen(left[1], right[0], words) else text[:-1]), ""


def _keeps_hyphen(left: str, right: str, words: Words) -> bool:
    """Whether the hyphen belongs to the word; the rest of the document decides."""
    hyphenated, whole = f"{left}-{right}".lower(), f"{left}{right}".lower()
    parts = hyphenated.split("-")
    if right[0].isupper():
        # A name begins ("Bahdanau-"), unless all is in capitals.
        return not (left.isupper() and right.isupper() and whole in words.seen)
    if not right[0].islower():
        return True
    if whole in words.seen:
        return False
    if "-" in left or left[-1].isdigit() or "-".join(parts[-2:]) in words.seen:
        return True
    # Two words make a compound: the document uses the first by itself, and the second too, or
    # it is too long for the ending of a divided word.
    second = parts[-1] in words.seen or len(parts[-1]) >= _LONGER_THAN_ENDINGS
    return len(left) > 2 and len(right) > 2 and parts[0] in words.seen and second
