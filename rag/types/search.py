"""What is asked of a library, and what is found.

Ranks are 1-based and higher scores are better.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rag.types.paper import Box, Chunk, Element, Kind, Metadata, Role, Section
from rag.types.spans import Span

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Filter:
    """Restricts a search. An empty field does not restrict; fields are joined by *and*."""

    papers: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()
    year_from: int | None = None
    year_to: int | None = None

    def __bool__(self) -> bool:
        return self != Filter()


@dataclass(frozen=True, slots=True)
class CitedPaper:
    """A paper that an answer cites; without a title where only its id is known."""

    paper_id: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of a conversation, what was answered, and which papers that cites, in
    the order of their first citations.

    One without a question stands for all before it: ``answer`` sums them up.
    """

    question: str
    answer: str = ""
    papers: tuple[CitedPaper, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What the user asked, where to look, and what was said before, oldest first."""

    text: str
    where: Filter = Filter()
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """A form of the query to search with. ``vector`` is float32 ``(d,)``, L2-normalised.

    ``passage``: it reads like the answer, not like the question, and is embedded as documents
    are. ``where`` restricts this variant alone, in place of the query's own filter. One that is
    ``by_words`` gets no vector and is left to the indexes that need none.
    """

    name: str
    text: str
    vector: Vector | None = field(default=None, compare=False)
    passage: bool = False
    where: Filter | None = None
    by_words: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What an index is given of a chunk. ``vector`` is float32 ``(d,)``, L2-normalised."""

    chunk_id: str
    paper_id: str
    text: str
    role: Role
    year: int | None
    vector: Vector | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """A scored chunk. ``rank`` is 1-based; higher scores are better."""

    chunk_id: str
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Hits in rank order, and which index and variant they came from: ``"{index}/{variant}"``."""

    source: str
    hits: tuple[Hit, ...]

    @property
    def index(self) -> str:
        """The index that was searched."""
        return self.source.partition("/")[0]

    @property
    def variant(self) -> str:
        """The name of the variant that it was searched for."""
        return self.source.partition("/")[2]

    @classmethod
    def from_scores(
        cls, source: str, scores: Sequence[tuple[str, float]], limit: int | None = None
    ) -> Ranking:
        """Orders ``(chunk_id, score)`` pairs: best first, ties by id."""
        ordered = sorted(scores, key=lambda pair: (-pair[1], pair[0]))[:limit]
        return cls(source, tuple(Hit(c, float(s), r) for r, (c, s) in enumerate(ordered, 1)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that may become a hit, with what a reranker can know of its place.

    ``score`` is that of the fusion. ``kind`` is that of the chunk's first element; ``position``
    says where in the paper its section stands, from 0 (first) to 1 (last).
    """

    chunk: Chunk
    score: float
    metadata: Metadata
    path: tuple[Section, ...]
    kind: Kind
    position: float

    @property
    def section(self) -> Section:
        """The section that the chunk stands in."""
        return self.path[-1]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A chunk that was found, with what a reader needs to know of its place.

    ``marked`` are the sentences that bear on the question, ``shown`` is what a generator reads of
    the chunk, all of it where there is none: spans of the chunk's text, ascending, apart.
    """

    chunk: Chunk
    score: float
    rank: int
    metadata: Metadata
    path: tuple[Section, ...]
    elements: tuple[Element, ...]
    marked: tuple[Span, ...] = ()
    shown: tuple[Span, ...] = ()

    @property
    def section(self) -> Section:
        """The section that the chunk stands in."""
        return self.path[-1]

    def boxes(self, span: Span | None = None) -> tuple[Box, ...]:
        """Where ``span`` of the paper's text (default: the whole chunk) is printed."""
        wanted = span or self.chunk.span
        return tuple(
            line.part(wanted)
            for element in self.elements
            for line in element.lines
            if line.span.overlaps(wanted)
        )


@dataclass(frozen=True, slots=True)
class WeighedSentence:
    """A sentence of one of several pieces of evidence, which ``evidence`` counts from 0.

    ``span`` is of the chunk's text; ``odds`` are the log odds that the sentence answers the
    question.
    """

    evidence: int
    span: Span
    odds: float


@dataclass(frozen=True, slots=True, eq=False)
class ReadPassage:
    """What a reader makes of one passage, for one question.

    ``relevance`` are the log odds that the passage answers, against there being no answer.
    ``answers`` float32 ``(n,)`` says of each token of the passage that was seen how much it speaks
    for its sentence as the answer, ``spans`` int32 ``(n, 2)`` where in the passage it is.
    """

    relevance: float
    answers: NDArray[np.float32] = field(repr=False)
    spans: NDArray[np.int32] = field(repr=False)

    def of(self, span: Span) -> float:
        """The mean over the tokens inside ``span``; -inf where none was seen."""
        inside = (self.spans[:, 0] >= span.start) & (self.spans[:, 1] <= span.end)
        return float(self.answers[inside].mean()) if inside.any() else -math.inf
