"""Where the words of a line stand: finer than lines, as a table's columns may be close together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ingest.layout import Word
from ingest.parsers.pdf.glyphs import Span, cleaned, printed

WordsByLine = Mapping[tuple[int, int], Sequence[Word]]
"""The words of each line, by the place of its block among those of text, and its own in it."""

_TABLE = re.compile(r"\s*(?:tab(?:le|ela|\.)|표)", re.I)


def may_hold_tables(blocks: Iterable[dict[str, Any]]) -> bool:
    """Whether some line begins as a table's caption does."""
    lines = (line for block in blocks for line in block.get("lines", ()))
    return any(_TABLE.match("".join(span["text"] for span in line["spans"])) for line in lines)


def words_by_line(words: Iterable[tuple[Any, ...]]) -> WordsByLine:
    """From the engine's list of words."""
    found: dict[tuple[int, int], list[Word]] = {}
    for x0, _, x1, _, text, block, line, *_ in words:
        found.setdefault((block, line), []).append(Word(text, x0, x1))
    return found


def readable_words(spans: Sequence[Span], words: Iterable[Word]) -> tuple[Word, ...]:
    """The words of a line of ``spans`` as a reader sees them; none if they are another line's."""
    raw = "".join(span.text for span in spans)
    found, at = [], 0
    for word in words:
        start = raw.find(word.text, at)
        if start < 0:
            return ()
        at = start + len(word.text)
        text = cleaned(printed(_cut(spans, start, at)))
        if text:
            found.append(Word(text, round(word.x0, 2), round(word.x1, 2)))
    return tuple(found)


def _cut(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """The part of the spans between two offsets into their text."""
    parts, at = [], 0
    for span in spans:
        first, last = max(start - at, 0), min(end - at, len(span.text))
        if first < last:
            parts.append(Span(span.text[first:last], span.font, span.size, span.flags))
        at += len(span.text)
    return parts
