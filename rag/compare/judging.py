"""Pairs of claims that agree or conflict, as a language model judges them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rag.errors import UnusableAnswer
from rag.fence import fenced, instructions, random_code
from rag.protocols import Completer
from rag.thoughts import without_thoughts
from rag.types import Message, Usage
from rag.types.comparison import ClaimPair, PaperClaim, Relation
from rag.written_json import objects_in

MAX_WHY_CHARS = 300


@dataclass(frozen=True)
class Judge:
    """Asks ``model`` once, with all the claims."""

    model: Completer

    def pairs(
        self, question: str, claims: Sequence[PaperClaim]
    ) -> tuple[tuple[ClaimPair, ...], Usage]:
        """The pairs, conflicts first, and what they cost. Raises ModelError."""
        completion = self.model.complete(_messages(question, claims))
        said = without_thoughts(completion.text).strip()
        told = objects_in(said)
        found = {(p.first, p.second): p for p in _read(told or (), claims)}
        if not found and told != [] and not said.strip("` \n[].").upper().endswith("NONE"):
            what = f"The model {self.model.name} wrote no pairs of claims"
            raise UnusableAnswer(what, completion.usage)
        ordered = sorted(found.values(), key=lambda pair: pair.relation is Relation.AGREE)
        return tuple(ordered), completion.usage


def _messages(question: str, claims: Sequence[PaperClaim]) -> list[Message]:
    code = random_code()
    told = [
        fenced("claim", f"Paper: {claim.metadata.title}\nClaim: {claim.text}", code, number)
        for number, claim in enumerate(claims, 1)
    ]
    parts = [f"Boundary: {code}", *told, fenced("question", question, code)]
    return [
        {"role": "system", "content": instructions("rag.compare", "pairs-v1")},
        {"role": "user", "content": "\n\n".join(parts)},
    ]


def _read(told: Sequence[dict[str, Any]], claims: Sequence[PaperClaim]) -> Iterator[ClaimPair]:
    """Pairs of different papers' claims, as far as objects tell of any."""
    for value in told:
        first, second = _place(value, "first", claims), _place(value, "second", claims)
        relation, why = value.get("relation"), value.get("why")
        if first is None or second is None or relation not in tuple(Relation):
            continue
        if claims[first].paper_id != claims[second].paper_id:
            said = " ".join(why.split())[:MAX_WHY_CHARS] if isinstance(why, str) else ""
            low, high = sorted((first, second))
            yield ClaimPair(Relation(relation), low, high, said)


def _place(value: dict[str, Any], name: str, claims: Sequence[PaperClaim]) -> int | None:
    """The place from 0 of the claim that the object names by its number from 1."""
    number = value.get(name)
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return number - 1 if 1 <= number <= len(claims) else None
