"""Room for each paper that is asked about: who compares two needs to read of both.

One of them may well have all the best hits, as it speaks of the other, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag.distinct import Distinct

COMPARED = 3
"""Of up to so many papers each has room."""

SHARE = 0.5
"""Of the hits, for all of them alike; the rest is for the best."""


def shared(found: Sequence[Distinct], papers: frozenset[str], keep: int) -> list[Distinct]:
    """The first ``keep`` of ``found``, in their order, but for the last of them, in whose place
    come the first of ``papers`` that would have less than their part of a half of them.
    """
    if not 1 < len(papers) <= COMPARED:
        return list(found[:keep])
    least = max(int(keep * SHARE) // len(papers), 1)
    seen: Counter[str] = Counter()
    due: list[int] = []
    for place, each in enumerate(found):
        paper_id = each.chunk.paper_id
        seen[paper_id] += 1
        if paper_id in papers and seen[paper_id] <= least:
            due.append(place)
    others = [place for place in range(len(found)) if place not in set(due)]
    places = sorted([*due, *others[: max(keep - len(due), 0)]])
    return [found[place] for place in places[:keep]]
