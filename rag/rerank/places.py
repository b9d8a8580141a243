"""Which candidates stand beside one another in a paper, and which share a section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.types import Candidate, Chunk

_GAP = 400
"""Characters that may lie between neighbours: a heading, a caption, no whole paragraph."""

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Places:
    """Where ``n`` candidates stand, all arrays ``(n,)``.

    ``before`` and ``after`` are the neighbours' positions among the candidates, or -1;
    ``section`` numbers the sections; ``start`` is where the chunk begins, from 0 to 1 of what the
    candidates cover of its paper; ``within`` is the same inside the section, by count; ``first``
    says whether it is the section's first candidate; ``size`` is the section's number of them.
    """

    before: Indices
    after: Indices
    section: Indices
    start: NDArray[np.float32]
    within: NDArray[np.float32]
    first: NDArray[np.float32]
    size: NDArray[np.float32]


def places(candidates: Sequence[Candidate]) -> Places:
    """Of candidates in any order."""
    n = len(candidates)
    chunks = [candidate.chunk for candidate in candidates]
    order = sorted(range(n), key=lambda i: _place(chunks[i]))
    before, after = np.full(n, -1), np.full(n, -1)
    section, within = np.zeros(n, dtype=np.intp), np.zeros(n, dtype=np.float32)
    numbers: dict[tuple[str, int], int] = {}
    seen: list[int] = []
    ends: dict[str, int] = {}
    for at, i in enumerate(order):
        chunk = chunks[i]
        ends[chunk.paper_id] = max(ends.get(chunk.paper_id, 1), chunk.span.end)
        number = numbers.setdefault((chunk.paper_id, chunk.section), len(numbers))
        if number == len(seen):
            seen.append(0)
        section[i], within[i] = number, seen[number]
        seen[number] += 1
        if at and _adjacent(candidates[order[at - 1]], candidates[i]):
            before[i], after[order[at - 1]] = order[at - 1], i
    size = np.array([seen[number] for number in section], dtype=np.float32)
    start = [chunk.span.start / ends[chunk.paper_id] for chunk in chunks]
    first = (within == 0).astype(np.float32)
    return Places(before, after, section, np.array(start, "f4"), within / size, first, size)


def _place(chunk: Chunk) -> tuple[str, int, str]:
    return chunk.paper_id, chunk.span.start, chunk.chunk_id


def _adjacent(one: Candidate, other: Candidate) -> bool:
    same = one.chunk.paper_id == other.chunk.paper_id
    return same and other.chunk.span.start - one.chunk.span.end <= _GAP
