"""Answers, and what they cite."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types.paper import Box
from rag.types.search import CitedPaper, Evidence, Query
from rag.types.spans import Span
from rag.types.trace import Trace, TransformTrace, Usage


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker in an answer, resolved: ``quote`` is verbatim in the chunk's text."""

    marker: str
    evidence: Evidence
    quote: str
    span: Span
    page: int | None
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What an answer says in a sentence, and what it cites for that."""

    text: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Whether the evidence bears each statement out; ``note`` tells what was not looked at."""

    borne_out: tuple[bool, ...]
    usage: Usage = Usage()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a generator wrote: text with citation markers, and the citations.

    ``evidence`` is what it read, where that is other than what it was given; else None, and
    ``selection`` has the steps that made it so. ``model`` is the language model that wrote it, if
    one did.
    """

    text: str
    citations: tuple[Citation, ...]
    abstained: bool = False
    unsupported: tuple[str, ...] = ()
    note: str = ""
    usage: Usage = Usage()
    evidence: tuple[Evidence, ...] | None = None
    model: str = ""
    selection: tuple[TransformTrace, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited answer. Every citation's chunk is in ``evidence``.

    ``unsupported`` lists the sentences that no citation supports; ``note`` tells the
    reader what went otherwise than asked (a model that failed, say); ``model`` is the language
    model that wrote it, empty for an extractive answer.
    """

    query: Query
    text: str
    abstained: bool
    citations: tuple[Citation, ...]
    evidence: tuple[Evidence, ...]
    trace: Trace
    unsupported: tuple[str, ...] = ()
    note: str = ""
    usage: Usage = Usage()
    model: str = ""

    @property
    def papers(self) -> tuple[CitedPaper, ...]:
        """The papers that it cites, in the order of their first citations: for a `Turn`."""
        cited = (citation.evidence for citation in self.citations)
        found = {e.chunk.paper_id: CitedPaper(e.chunk.paper_id, e.metadata.title) for e in cited}
        return tuple(found.values())
