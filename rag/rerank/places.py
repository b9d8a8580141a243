"""Which candidates stand beside one another in a paper, and which share a section."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.rerank.surface import Indices
from rag.types import Candidate

_GAP = 400
"""Characters that may lie between neighbours: a heading, a caption, no whole paragraph."""


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
    chunks = [candidate.chunk for candidate in candidates]
    paper = _numbers([chunk.paper_id for chunk in chunks])
    starts = np.array([chunk.span.start for chunk in chunks], dtype=np.intp)
    ends = np.array([chunk.span.end for chunk in chunks], dtype=np.intp)
    keys = list(zip(paper.tolist(), starts.tolist(), (c.chunk_id for c in chunks), strict=True))
    order = np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.intp)
    before, after = _neighbours(order, paper, starts, ends)
    section = np.empty_like(order)
    section[order] = _numbers([(keys[i][0], chunks[i].section) for i in order])
    length = np.ones(len(chunks), dtype=np.intp)
    np.maximum.at(length, paper, ends)
    size = np.bincount(section)[section].astype(np.float32)
    within = _counted(section, order)
    start = (starts / length[paper]).astype(np.float32)
    first = (within == 0).astype(np.float32)
    return Places(before, after, section, start, within / size, first, size)


def _numbers(names: Sequence[Hashable]) -> Indices:
    """Equal names get equal numbers, from 0 in order of appearance."""
    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.intp)


def _neighbours(
    order: Indices, paper: Indices, starts: Indices, ends: Indices
) -> tuple[Indices, Indices]:
    before, after = np.full(len(order), -1), np.full(len(order), -1)
    one, other = order[:-1], order[1:]
    adjacent = (paper[one] == paper[other]) & (starts[other] - ends[one] <= _GAP)
    before[other[adjacent]], after[one[adjacent]] = one[adjacent], other[adjacent]
    return before, after


def _counted(section: Indices, order: Indices) -> NDArray[np.float32]:
    """How many of its section come before each in the order."""
    by_section = order[np.argsort(section[order], kind="stable")]
    sizes = np.bincount(section)
    counted = np.empty(len(order), dtype=np.float32)
    counted[by_section] = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return counted
