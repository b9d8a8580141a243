"""What the model knows and what the papers say: compared, kept apart, and said where they differ.

Astute RAG (Wang et al. 2024, arXiv 2410.07176) elicits passages of the model's own knowledge,
consolidates them with what was retrieved by source (agreeing, conflicting, independent), over
rounds, and answers from the more reliable. Here papers win by rule, since an answer is to be about
them; a round that finds a conflict searches for it before the next; what rests on memory is
marked in the answer and never cited; and a claim that its evidence does not bear out is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.active.answering import Answering, Material
from rag.active.asking import added, asked, conversation, passages, question
from rag.active.bounds import Allowance, Bounds
from rag.active.consolidated import Consolidated, Relation, consolidated
from rag.active.own import OWN, from_memory, verified
from rag.active.reading import Unreadable, own_passages
from rag.errors import ModelError
from rag.fence import fenced
from rag.protocols import Generator, Search
from rag.thoughts import without_thoughts
from rag.trace import spent_on
from rag.types import Draft, Evidence, Message, Query, Step, StepKind


@dataclass(frozen=True)
class Astute:
    """Has the model write ``passages`` of what it knows, and compares that with the evidence.

    Where the model knows nothing, or consolidation fails, ``writer`` answers as ever, of evidence
    that is selected already. Raises ModelError where the answer itself fails.
    """

    answering: Answering
    writer: Generator
    bounds: Bounds
    passages: int

    def stream(
        self, query: Query, evidence: Sequence[Evidence], search: Search
    ) -> Iterator[str | Step | Draft]:
        material = Material(self.answering, query, evidence, search)
        comparing = _Comparing(self, material)
        with material.charged():
            yield from comparing.steps()
            if comparing.claims:
                yield from comparing.answer()
            else:
                yield from material.written(self.writer, comparing.note)


class _Comparing:
    """One question, the model's own passages on it, and the claims of both sides."""

    def __init__(self, method: Astute, material: Material) -> None:
        self._method = method
        self._model = method.answering.model
        self._material = material
        self._allowance = Allowance(method.bounds)
        self._own: tuple[str, ...] = ()
        self._searched_for: set[str] = set()
        self.claims: tuple[Consolidated, ...] = ()
        self.note = ""

    def steps(self) -> Iterator[Step]:
        """What the model knows; then rounds of comparison, each with a search for its conflicts."""
        if not self._material.evidence:
            return
        try:
            yield self._elicited()
            while self._own:
                if refusal := self._allowance.begin():
                    yield self._stopped(refusal)
                    return
                yield from self._compared()
                before = len(self._material.evidence)
                if not self._allowance.refusal():
                    yield from self._searched()
                if len(self._material.evidence) == before:
                    return
        except Unreadable as error:
            yield self._stopped(f"the model {error}")
        except ModelError as error:
            yield replace(self._stopped(str(error)), usage=spent_on(error))

    def answer(self) -> Iterator[Draft]:
        """The checked answer. It is shown as a whole: until it is checked, memory and papers would
        look alike.
        """
        material, how = self._material, self._method.answering
        completion, _ = material.answer(self._asking, self._allowance)
        text = without_thoughts(completion.text).strip()
        draft = verified(text, material.evidence, material.query.text, how.judge)
        draft = replace(draft, usage=draft.usage + completion.usage)
        absent = how.not_found(text, material.query.text, material.evidence)
        if not draft.citations and not absent and not from_memory(text):
            raise material.unusable(draft.usage)
        if not draft.citations:
            draft = self._from_memory_alone(draft, absent)
        yield material.draft(draft, *self._notes())

    def _asking(self, evidence: Sequence[Evidence]) -> list[Message]:
        parts = [*self._memories(), *self._told()]
        return added(self._material.asked(evidence), "astute-v1", parts, mark=OWN)

    def _from_memory_alone(self, draft: Draft, absent: Draft | None) -> Draft:
        """The papers do not answer: whatever is said besides is not theirs."""
        if absent:
            return replace(absent, usage=draft.usage)
        text = f"The papers do not answer this. {draft.text}"
        return replace(draft, text=text, abstained=True)

    def _elicited(self) -> Step:
        material, most = self._material, self._method.passages
        parts = [question(material.query.text, material.code)]
        told = conversation("own-knowledge-v1", parts, material.code, passages=most)
        completion, ms = asked(self._model, told, self._allowance)
        self._own = own_passages(completion.text, most)
        note = "" if self._own else "the model knows nothing for certain"
        return Step(
            StepKind.OWN_KNOWLEDGE,
            1,
            material.query.text,
            "\n".join(self._own),
            note=note,
            ms=ms,
            usage=completion.usage,
        )

    def _compared(self) -> Iterator[Step]:
        """The claims of both sides, and each conflict as a step of its own."""
        evidence = self._material.fitting(self._consolidating)
        told = self._consolidating(evidence)
        completion, ms = asked(self._model, told, self._allowance)
        step = Step(StepKind.CONSOLIDATE, self._allowance.round, ms=ms, usage=completion.usage)
        try:
            self.claims, dropped = consolidated(completion.text, evidence, len(self._own))
        except Unreadable as error:
            yield replace(step, note=f"the model {error}")
            raise
        left_out = f"{dropped} not borne out by the evidence" if dropped else ""
        yield replace(step, said="\n".join(map(str, self.claims)), note=left_out)
        for each in self._new_conflicts():
            cited = tuple(evidence[n - 1] for n in each.evidence)
            yield Step(StepKind.CONFLICT, self._allowance.round, each.claim, each.own_says, cited)

    def _consolidating(self, evidence: Sequence[Evidence]) -> list[Message]:
        code = self._material.code
        asking = question(self._material.query.text, code)
        parts = [*passages(evidence, code), *self._memories(), asking]
        return conversation("consolidate-v1", parts, code)

    def _searched(self) -> Iterator[Step]:
        for each in self._new_conflicts():
            self._searched_for.add(each.claim)
            why = "papers and memory conflict"
            yield self._material.look(each.claim, self._allowance.round, why)

    def _new_conflicts(self) -> list[Consolidated]:
        """Those that were not searched for yet: later rounds tell of the others again."""
        return [each for each in self._conflicts() if each.claim not in self._searched_for]

    def _conflicts(self) -> list[Consolidated]:
        return [each for each in self.claims if each.relation is Relation.CONFLICT]

    def _memories(self) -> list[str]:
        return [fenced("own", each, self._material.code, n) for n, each in enumerate(self._own, 1)]

    def _told(self) -> list[str]:
        return [
            fenced("note", str(each), self._material.code, n)
            for n, each in enumerate(self.claims, 1)
        ]

    def _stopped(self, why: str) -> Step:
        self.note = f"The model's own knowledge was not compared any further: {why}."
        return Step(StepKind.STOP, max(self._allowance.round, 1), note=why)

    def _notes(self) -> Iterator[str]:
        """What a reader is to know besides: every conflict, whether the answer tells it or not."""
        for each in self._conflicts():
            yield f"The model believed otherwise: “{each.own_says}” The papers say: “{each.claim}”"
        yield self.note
