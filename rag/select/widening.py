"""Small chunks are found; what is read may be wider: their neighbours, or the whole section.

    found chunks ─ widen inside their sections, best first, while tokens are left ─ merge ─ in order

The idea is that of small-to-big retrieval ("parent documents", "sentence windows"). What is made is
evidence like any other: its text is the paper's from the first chunk to the last, so that
citations point into the words that were shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Literal

from rag.protocols import TokenCounter
from rag.select.covering import covering
from rag.select.passages import ranked
from rag.store.catalog import Catalog
from rag.store.stretches import chunks_of_sections
from rag.types import Chunk, Evidence, Role

Reach = Literal["neighbours", "section"]
Place = tuple[str, int]
"""A paper and the index of a section of it."""


@dataclass(frozen=True, slots=True)
class Run:
    """Chunks ``first`` to ``last`` of a section, which stand side by side."""

    place: Place
    first: int
    last: int


def runs(
    found: Sequence[tuple[Place, int]],
    lengths: Mapping[Place, Sequence[int]],
    reach: Reach,
    max_tokens: int,
) -> list[Run]:
    """What is shown for the chunks that were ``found``, best first, by place and number.

    ``lengths`` has the tokens of all chunks of these sections. What was found is always shown;
    widening goes on, a chunk at a time, to both sides, while all that is shown keeps to
    ``max_tokens``. Runs of one section come in the paper's order, where the best of them stands.
    """
    shown = {place: {n for p, n in found if p == place} for place, _ in found}
    used = sum(lengths[place][n] for place, numbers in shown.items() for n in numbers)
    for place, number in found:
        for near in _around(number, len(lengths[place]), reach):
            length = lengths[place][near]
            if near in shown[place]:
                continue
            if used + length > max_tokens:
                break  # what is further away would not stand beside it
            shown[place].add(near)
            used += length
    return [run for place, numbers in shown.items() for run in _side_by_side(place, numbers)]


def _around(number: int, of: int, reach: Reach) -> Iterator[int]:
    """The chunks before and after, the nearer first: what comes after more often explains."""
    far = 1 if reach == "neighbours" else of
    after = range(number + 1, min(number + far + 1, of))
    before = range(number - 1, max(number - far, 0) - 1, -1)
    pairs = chain.from_iterable(zip_longest(after, before))
    return (near for near in pairs if near is not None)


def _side_by_side(place: Place, numbers: set[int]) -> Iterator[Run]:
    ordered = sorted(numbers)
    first = ordered[0]
    for at, following in zip(ordered, [*ordered[1:], None], strict=True):
        if following != at + 1:
            yield Run(place, first, at)
            first = following or 0


@dataclass(frozen=True)
class Widening:
    """Widens evidence by ``reach`` to at most ``max_tokens`` in all, as ``count_tokens`` counts.

    Bibliographies are not widened: what stands beside an entry is another one.
    """

    catalog: Catalog
    reach: Reach
    max_tokens: int
    count_tokens: TokenCounter

    def __call__(self, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
        """Evidence that covers what is given, merged where it meets, ranked from 1."""
        with self.catalog.snapshot():
            wide = [e for e in evidence if e.section.role is not Role.REFERENCES]
            sections = chunks_of_sections(self.catalog, {_place(e) for e in wide})
            found = {e.rank: p for e in wide if (p := _numbered(e, sections[_place(e)]))}
            lengths = {p: self.count_tokens([c.text for c in of]) for p, of in sections.items()}
            made: defaultdict[Place, list[Evidence]] = defaultdict(list)
            for run in runs(list(found.values()), lengths, self.reach, self.max_tokens):
                members = [e for e in wide if _is_in(found.get(e.rank), run)]
                chunks = sections[run.place][run.first : run.last + 1]
                wider = covering(self.catalog, members, chunks)
                made[run.place] += [wider] if wider else members
        ordered: list[Evidence] = []
        for each in evidence:
            ordered += made.pop(_place(each), []) if each.rank in found else [each]
        return ranked(ordered)


def whole_sections(catalog: Catalog, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Evidence widened to all of its sections, however long they are."""
    return Widening(catalog, "section", 0, lambda texts: [0] * len(texts))(evidence)


def _place(evidence: Evidence) -> Place:
    return evidence.chunk.paper_id, evidence.chunk.section


def _numbered(evidence: Evidence, chunks: Sequence[Chunk]) -> tuple[Place, int] | None:
    """Where the evidence stands among the section's chunks; None if it was taken away."""
    spans = [chunk.span for chunk in chunks]
    span = evidence.chunk.span
    return (_place(evidence), spans.index(span)) if span in spans else None


def _is_in(found: tuple[Place, int] | None, run: Run) -> bool:
    return found is not None and found[0] == run.place and run.first <= found[1] <= run.last
