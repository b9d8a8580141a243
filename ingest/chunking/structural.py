"""Chunks that follow the paper's structure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.chunking.chunks import make_chunk
from ingest.chunking.pieces import balance, divide
from rag.protocols import TokenCounter
from rag.types import Chunk, Element, Kind, Paper, Span

# Neighbours of one class may share a chunk; elements of other kinds stay by themselves.
_CLASSES = {
    Kind.PARAGRAPH: "prose",
    Kind.LIST: "prose",
    Kind.EQUATION: "prose",
    Kind.FOOTNOTE: "footnotes",
    Kind.REFERENCE: "references",
}
_WHOLE_FLOAT = 2
# A unit this much shorter than the target is merged even if the result passes the target.
_SHORT = 4


@dataclass(frozen=True, slots=True)
class _Unit:
    """Elements that go together."""

    members: tuple[tuple[Element, int], ...]

    @property
    def tokens(self) -> int:
        return sum(tokens for _, tokens in self.members)

    @property
    def last(self) -> Kind:
        return self.members[-1][0].kind

    @property
    def span(self) -> Span:
        return Span(self.members[0][0].span.start, self.members[-1][0].span.end)

    def joined(self, other: _Unit) -> _Unit:
        return _Unit(self.members + other.members)


@dataclass(frozen=True, slots=True)
class StructuralChunker:
    """Cuts inside sections: paragraphs are the unit.

    Short neighbours are merged up to ``target_tokens``; what is longer than ``max_tokens`` is cut
    at sentence ends into equal parts. Floats stand by themselves, whole with their captions up
    to twice ``max_tokens``: rows without caption and header say little. An equation goes with
    the paragraph that introduces it and, if it fits, with the one that follows. Lengths are
    ``count_tokens``' and taken to add up. Besides floats, a single word of more than
    ``max_tokens`` is the only thing that makes a longer chunk.
    """

    count_tokens: TokenCounter
    target_tokens: int
    max_tokens: int

    def chunk(self, paper: Paper) -> list[Chunk]:
        elements = [e for e in paper.elements if e.span.of(paper.text).strip()]
        lengths = self.count_tokens([e.span.of(paper.text) for e in elements])
        measured = zip(elements, lengths, strict=True)
        return [
            make_chunk(paper, section, span)
            for section, members in groupby(measured, key=lambda pair: pair[0].section)
            for unit in self._merged(self._units(list(members)))
            for span in self._spans(unit, paper.text)
        ]

    def _units(self, measured: Sequence[tuple[Element, int]]) -> list[_Unit]:
        """Elements, and equations with the text around them."""
        units: list[_Unit] = []
        for element, tokens in measured:
            unit = _Unit(((element, tokens),))
            if units and self._bound(units[-1], unit):
                units[-1] = units[-1].joined(unit)
            else:
                units.append(unit)
        return units

    def _bound(self, unit: _Unit, following: _Unit) -> bool:
        if not _same_class(unit, following):
            return False
        if following.last is Kind.EQUATION:
            return True
        fits = unit.tokens + following.tokens <= self.max_tokens
        return unit.last is Kind.EQUATION and fits

    def _merged(self, units: Sequence[_Unit]) -> list[_Unit]:
        merged: list[_Unit] = []
        for unit in units:
            if merged and _same_class(merged[-1], unit) and self._mergeable(merged[-1], unit):
                merged[-1] = merged[-1].joined(unit)
            else:
                merged.append(unit)
        return merged

    def _mergeable(self, unit: _Unit, following: _Unit) -> bool:
        together = unit.tokens + following.tokens
        shorter = min(unit.tokens, following.tokens)
        limit = self.max_tokens if shorter * _SHORT <= self.target_tokens else self.target_tokens
        return together <= min(limit, self.max_tokens)

    def _spans(self, unit: _Unit, text: str) -> list[Span]:
        whole = 1 if unit.last in _CLASSES else _WHOLE_FLOAT
        if unit.tokens <= whole * self.max_tokens:
            return [unit.span]
        pieces = divide(unit.members, text, self.count_tokens, self.max_tokens)
        runs = balance(pieces, self.max_tokens)
        return [Span(run[0].span.start, run[-1].span.end) for run in runs]


def _same_class(unit: _Unit, following: _Unit) -> bool:
    wanted = _CLASSES.get(following.last)
    return wanted is not None and _CLASSES.get(unit.last) == wanted
