"""What was found for one question under one configuration."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from eval.datasets import Question
from eval.scoring import score_hits
from rag.types import Evidence, Retrieval, Role, Status, Usage


@dataclass(frozen=True, slots=True)
class Found:
    """One hit: where it stands and what it says. ``paper`` is the name in the data set."""

    chunk_id: str
    paper: str
    section: str
    role: Role
    pages: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Effort:
    """What models were charged for one question, and which stages failed or came late."""

    usage: Usage = field(default_factory=Usage)
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One question under one configuration. ``scores`` is None where nothing can be scored,
    ``latency_ms`` 0 where there was nothing to search.
    """

    question: Question
    hits: tuple[Found, ...]
    latency_ms: float
    scores: dict[str, float] | None
    effort: Effort

    def as_json(self) -> dict[str, object]:
        """The row of a run file."""
        hits = [
            {"paper": h.paper, "section": h.section, "pages": list(h.pages), "text": h.text}
            for h in self.hits
        ]
        return {"id": self.question.question_id, "latency_ms": self.latency_ms, "hits": hits}


def make_row(
    question: Question,
    evidence: Sequence[Evidence],
    names: Mapping[str, str],
    measures: Collection[str],
    latency_ms: float,
    effort: Effort,
) -> Row:
    """The row, scored by ``measures``. ``names`` maps paper ids to names."""
    hits = tuple(_found(e, names) for e in evidence)
    scores = score_hits(question, [h.text for h in hits], [h.paper for h in hits], measures)
    return Row(question, hits, latency_ms, scores, effort)


def effort_of(retrieval: Retrieval) -> Effort:
    """By its trace."""
    trace = retrieval.trace
    bad = (t for t in trace.transforms if t.status in (Status.FAILED, Status.LATE))
    return Effort(trace.usage, tuple(f"{t.name} {t.status}" for t in bad))


def _found(evidence: Evidence, names: Mapping[str, str]) -> Found:
    chunk, section = evidence.chunk, evidence.section
    # The same chunks come up for many questions and configurations: their text is kept once.
    text = sys.intern(chunk.text)
    name = names[chunk.paper_id]
    return Found(chunk.chunk_id, name, section.heading, section.role, chunk.pages, text)
