"""One hit of several that say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from rag.types import Chunk


@dataclass(frozen=True, slots=True)
class Distinct:
    """A hit that stays, and the ids of later ones that repeat it."""

    chunk: Chunk
    score: float
    duplicates: tuple[str, ...] = ()


def distinct(
    found: Sequence[tuple[Chunk, float]], overlap: float, keep: int | None = None
) -> list[Distinct]:
    """Folds each chunk that repeats a better one into it; at most ``keep`` remain.

    Two chunks repeat each other when they are of one paper and share at least ``overlap`` of the
    shorter span, or when they share at least ``overlap`` of the larger set of distinct words
    (a preprint and its published version, say). Of several that it repeats, the best takes it.
    """
    kept: list[Distinct] = []
    seen = _Seen(overlap)
    for chunk, score in found:
        own = frozenset(chunk.text.lower().split())
        match = seen.first_repeated(chunk, own)
        if match is None:
            kept.append(Distinct(chunk, score))
            seen.add(chunk, own)
            if keep is not None and len(kept) == keep:
                break
        else:
            first = kept[match]
            kept[match] = replace(first, duplicates=(*first.duplicates, chunk.chunk_id))
    return kept


@dataclass(slots=True)
class _Seen:
    """The chunks that stay, in their order: by paper, and by word.

    Few chunks are compared with all others: most have too many words that none of them has.
    """

    overlap: float
    spans: defaultdict[str, list[tuple[int, int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    words: list[frozenset[str]] = field(default_factory=list)
    vocabulary: set[str] = field(default_factory=set)

    def add(self, chunk: Chunk, own: frozenset[str]) -> None:
        self.spans[chunk.paper_id].append((chunk.span.start, chunk.span.end, len(self.words)))
        self.words.append(own)
        self.vocabulary |= own

    def first_repeated(self, chunk: Chunk, own: frozenset[str]) -> int | None:
        """The number of the first chunk that this one repeats."""
        place = next(self._in_same_place(chunk), None)
        words = next(self._in_same_words(own), None)
        return min((each for each in (place, words) if each is not None), default=None)

    def _in_same_place(self, chunk: Chunk) -> Iterator[int]:
        start, end = chunk.span.start, chunk.span.end
        for first, last, number in self.spans[chunk.paper_id]:
            if first < end and start < last:
                shared = min(last, end) - max(first, start)
                if shared >= self.overlap * min(last - first, end - start):
                    yield number

    def _in_same_words(self, own: frozenset[str]) -> Iterator[int]:
        if len(own & self.vocabulary) < self.overlap * len(own):
            return
        for number, theirs in enumerate(self.words):
            if _same_words(own, theirs, self.overlap):
                yield number


def _same_words(a: frozenset[str], b: frozenset[str], overlap: float) -> bool:
    small, large = sorted((len(a), len(b)))
    # The length test comes first: it settles most pairs without a set intersection.
    return small > 0 and small >= overlap * large and len(a & b) >= overlap * large
