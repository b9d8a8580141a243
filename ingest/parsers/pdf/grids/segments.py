"""Lines of a table -> words that stand together, and these by rows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.layout import TextLine, Word
from rag.types import Box

GAP = 0.45
"""Em: wider white may part two cells; a space is a quarter to a third of one."""

_GLUED = 0.16  # em: closer words are pieces of one
_SHARED = 0.5  # of the lower one's height: what stands on one row
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_PLAIN = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of one line with no wide white between them: a cell, or one line of it."""

    words: tuple[Word, ...]
    line: TextLine

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @property
    def top(self) -> float:
        return self.line.box.y0

    @property
    def bottom(self) -> float:
        return self.line.box.y1

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def text(self) -> str:
        text = self.words[0].text
        for before, word in itertools.pairwise(self.words):
            apart = word.x0 - before.x1 > _GLUED * self.line.size
            text += f" {word.text}" if apart else word.text
        return text

    @property
    def is_value(self) -> bool:
        """Whether it is a number, a mark or a dash, and no words."""
        first = _PLAIN.search(self.text)
        return first is None or (first[0].isdigit() and not _LETTERS.search(self.text))

    @property
    def printed(self) -> TextLine:
        """Its part of the line."""
        box = self.line.box
        here = Box(box.page, self.x0, box.y0, self.x1, box.y1)
        return replace(self.line, text=self.text, box=here, words=self.words)

    def split(self, at: int) -> tuple[Segment, Segment]:
        """The words before and from ``at``."""
        return Segment(self.words[:at], self.line), Segment(self.words[at:], self.line)


VisualRow = tuple[Segment, ...]
"""What stands at one height, from left to right."""


def segments(line: TextLine, bars: Iterable[Box] = ()) -> list[Segment]:
    """The line cut at wide white and at the upright rules ``bars`` that cross it."""
    words = line.words or (Word(line.text, line.box.x0, line.box.x1),)
    middle = (line.box.y0 + line.box.y1) / 2
    cuts = [(bar.x0 + bar.x1) / 2 for bar in bars if bar.y0 < middle < bar.y1]
    found: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.x0):
        last = found[-1][-1] if found else None
        wide = last is not None and word.x0 - last.x1 > GAP * line.size
        barred = last is not None and any(last.x1 - 1 < x < word.x0 + 1 for x in cuts)
        if last is None or wide or barred:
            found.append([word])
        else:
            found[-1].append(word)
    return [Segment(tuple(group), line) for group in found]


def visual_rows(found: Iterable[Segment]) -> list[VisualRow]:
    """The segments by rows, from the top."""
    rows: list[list[Segment]] = []
    for segment in sorted(found, key=lambda s: s.middle):
        if rows and _beside(rows[-1], segment):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [tuple(sorted(row, key=lambda s: s.x0)) for row in rows]


def _beside(row: Sequence[Segment], segment: Segment) -> bool:
    first = row[0]
    shared = min(first.bottom, segment.bottom) - max(first.top, segment.top)
    height = min(first.bottom - first.top, segment.bottom - segment.top)
    return shared > _SHARED * height
