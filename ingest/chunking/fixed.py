"""The baseline: windows of equal length that know nothing of the paper's structure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from ingest.chunking.chunks import make_chunk
from ingest.chunking.pieces import words
from rag.protocols import TokenCounter
from rag.types import Chunk, Paper, Span


@dataclass(frozen=True, slots=True)
class FixedChunker:
    """Windows of ``size_tokens``, in whole words, of which each repeats ``overlap_tokens``.

    A window that crosses the border of a section belongs to the one that it starts in: this
    deviates from the rule that a chunk lies inside one section, and is why it is the baseline.
    """

    count_tokens: TokenCounter
    size_tokens: int
    overlap_tokens: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.overlap_tokens < self.size_tokens:
            raise ValueError(f"overlap {self.overlap_tokens} must be less than {self.size_tokens}")

    def chunk(self, paper: Paper) -> list[Chunk]:
        spans = words(paper.text)
        lengths = self.count_tokens([span.of(paper.text) for span in spans])
        chunks, element = [], 0
        for first, last in self._windows(lengths):
            span = Span(spans[first].start, spans[last - 1].end)
            while paper.elements[element].span.end <= span.start:
                element += 1
            chunks.append(make_chunk(paper, paper.elements[element].section, span))
        return chunks

    def _windows(self, lengths: Sequence[int]) -> list[tuple[int, int]]:
        """Ranges of words; each has one word at least that the one before has not."""
        total = [0, *accumulate(lengths)]
        windows: list[tuple[int, int]] = []
        first = last = 0
        while last < len(lengths):
            last = max(last + 1, first + 1)
            while last < len(lengths) and total[last + 1] - total[first] <= self.size_tokens:
                last += 1
            windows.append((first, last))
            following = last
            while (
                following > first + 1 and total[last] - total[following - 1] <= self.overlap_tokens
            ):
                following -= 1
            first = following
        return windows
