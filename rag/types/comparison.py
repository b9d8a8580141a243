"""What several papers say on one question, and how that goes together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rag.types.answer import Citation
from rag.types.paper import Metadata
from rag.types.trace import Usage


@dataclass(frozen=True, slots=True)
class PaperClaim:
    """A sentence that a paper bears out, and where: every citation points into this one paper."""

    paper_id: str
    metadata: Metadata
    text: str
    citations: tuple[Citation, ...]


class Relation(StrEnum):
    """How two claims of different papers go together."""

    CONFLICT = "conflict"
    AGREE = "agree"


@dataclass(frozen=True, slots=True)
class ClaimPair:
    """Two claims, by their places in `Comparison.claims` (from 0), of different papers."""

    relation: Relation
    first: int
    second: int
    why: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The claims paper by paper, and the pairs among them, conflicts first.

    ``silent`` are papers that say nothing on ``question``, by id and title. ``by_model``: a
    language model judged the pairs; else rules did, which ``note`` says the limits of.
    """

    question: str
    claims: tuple[PaperClaim, ...]
    pairs: tuple[ClaimPair, ...]
    silent: tuple[tuple[str, str], ...] = ()
    by_model: bool = False
    note: str = ""
    usage: Usage = Usage()
