"""What each stage of one query did, and what a language model was charged for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rag.types.search import Evidence, Query, Variant


@dataclass(frozen=True, slots=True)
class Usage:
    """What the language model was charged for."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cost_usd + other.cost_usd,
        )


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What a query transform made of a query.

    ``query`` replaces it for all that follows; None leaves it as it is. ``variants`` are searched
    with besides it. ``note`` tells a reader what was understood.
    """

    query: Query | None = None
    variants: tuple[Variant, ...] = ()
    usage: Usage = Usage()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A reranker's scores, one per candidate in their order; finite, higher is better."""

    scores: tuple[float, ...]
    usage: Usage = Usage()
    note: str = ""


class Status(StrEnum):
    """What became of a transform: it had something to say, or nothing, or came to grief."""

    DONE = "done"
    IDLE = "idle"
    FAILED = "failed"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class TransformTrace:
    """One transform of one query. ``note`` has the reason of a failure."""

    name: str
    status: Status
    ms: float
    note: str = ""
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class Selected:
    """What a step of the selection leaves of the evidence, and adds to it. ``note`` says what that
    was.
    """

    evidence: tuple[Evidence, ...]
    note: str = ""
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class StageTrace:
    """One stage of one query, and how long it took."""

    name: str
    ms: float


@dataclass(frozen=True, slots=True)
class HitTrace:
    """How one hit came about: its rank in each list, and after each step.

    ``reranked`` is its rank among the candidates after the reranker (equal to ``fused_rank``
    without one); ``final_rank`` counts the hits once repetitions are folded.
    """

    chunk_id: str
    ranks: dict[str, int]
    fused_rank: int
    reranked: int
    final_rank: int
    duplicates: tuple[str, ...] = ()


class StepKind(StrEnum):
    """What an active method did between the search and the answer."""

    LOOK_AHEAD = "look-ahead"
    SEARCH = "search"
    REWRITE = "rewrite"
    SUB_QUESTIONS = "sub-questions"
    READ = "read"
    OWN_KNOWLEDGE = "own knowledge"
    CONSOLIDATE = "consolidate"
    CONFLICT = "conflict"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an active method (`rag.active`), so that a person can follow it.

    ``round`` counts from 1. ``asked`` is what was asked of the library or of the model, ``said``
    what the model answered, ``found`` the evidence that came new, ``note`` why it was done, or
    what went wrong. ``usage`` is what it cost; the draft's own usage leaves it out.
    """

    kind: StepKind
    round: int
    asked: str = ""
    said: str = ""
    found: tuple[Evidence, ...] = ()
    note: str = ""
    ms: float = 0.0
    usage: Usage = Usage()


@dataclass(frozen=True, slots=True)
class Trace:
    """What each stage of one query did. Stages that ran side by side overlap in time.

    ``steps`` are those of an active method, in their order.
    """

    variants: tuple[Variant, ...] = ()
    transforms: tuple[TransformTrace, ...] = ()
    stages: tuple[StageTrace, ...] = ()
    hits: tuple[HitTrace, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def usage(self) -> Usage:
        """What the transforms and the steps cost."""
        spent = [each.usage for each in self.transforms] + [each.usage for each in self.steps]
        return sum(spent, Usage())


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What a search found, best first.

    ``query`` is what was asked; ``searched`` is what was searched for, once references to
    earlier turns were resolved and named papers made filters.
    """

    query: Query
    searched: Query
    evidence: tuple[Evidence, ...]
    trace: Trace
