"""Claims of papers and of a model's memory, and how they go together.

Pure. A model says how; what it says of the papers counts only as far as their text bears it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rag.active.reading import numbers_in, objects
from rag.types import Evidence
from rag.verify import verify

MAX_CLAIMS = 20
MAX_CLAIM_CHARS = 400


class Relation(StrEnum):
    """Who says a claim."""

    AGREE = "agree"
    CONFLICT = "conflict"
    PAPERS = "papers"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Consolidated:
    """A claim, with the numbers of the evidence and of the own passages that say it.

    In a conflict it is the papers' side, and ``own_says`` the model's.
    """

    claim: str
    relation: Relation
    evidence: tuple[int, ...] = ()
    own: tuple[int, ...] = ()
    own_says: str = ""

    def __str__(self) -> str:
        marks = "".join(f"[{number}]" for number in self.evidence)
        said = f"{self.relation}: {self.claim} {marks}".strip()
        return f"{said} – the model: {self.own_says}" if self.own_says else said


def consolidated(
    text: str, evidence: Sequence[Evidence], passages: int
) -> tuple[tuple[Consolidated, ...], int]:
    """The claims in a model's answer about ``evidence`` and so many own passages, and how many
    were left out since their evidence does not bear them out. Raises Unreadable.
    """
    read = [made for each in objects(text) if (made := _claim(each, len(evidence), passages))]
    held = [each for each in read[:MAX_CLAIMS] if _is_borne_out(each, evidence)]
    return tuple(held), len(read[:MAX_CLAIMS]) - len(held)


def _claim(value: dict[str, Any], most: int, passages: int) -> Consolidated | None:
    """The claim that an object tells; None for one that tells none."""
    claim, own_says = _line(value.get("claim")), _line(value.get("own_says"))
    cited = numbers_in(value.get("evidence", []), most)
    own = numbers_in(value.get("own", []), passages)
    if not claim or not (cited or own):
        return None
    relation = _relation(value.get("relation"), bool(cited), bool(own), bool(own_says))
    said = own_says if relation is Relation.CONFLICT else ""
    return Consolidated(claim, relation, cited if relation is not Relation.OWN else (), own, said)


def _relation(told: Any, cited: bool, own: bool, differs: bool) -> Relation:
    """What was told, where the numbers allow it; else what they say."""
    if not cited:
        return Relation.OWN
    if told == Relation.CONFLICT and differs:
        return Relation.CONFLICT
    return Relation.AGREE if own and told != Relation.PAPERS else Relation.PAPERS


def _is_borne_out(one: Consolidated, evidence: Sequence[Evidence]) -> bool:
    if one.relation is Relation.OWN:
        return True
    marks = "".join(f"[{number}]" for number in one.evidence)
    return not verify(f"{one.claim.rstrip(' .')} {marks}.", evidence).unsupported


def _line(value: Any) -> str:
    return " ".join(value.split())[:MAX_CLAIM_CHARS] if isinstance(value, str) else ""
