"""What the model knows and what the papers say: compared, kept apart, and said where they differ.

Astute RAG (Wang et al. 2024, arXiv 2410.07176) elicits passages of the model's own knowledge,
consolidates them with what was retrieved by source (agreeing, conflicting, independent), over
rounds, and answers from the more reliable. Here papers win by rule, since an answer is to be about
them; a round that finds a conflict searches for it before the next; what rests on memory is
marked in the answer and never cited; and a claim that its evidence does not bear out is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.active.asking import (
    AnswerPrompt,
    Patient,
    Select,
    added,
    asked,
    conversation,
    passages,
    question,
)
from rag.active.bounds import Allowance, Bounds
from rag.active.consolidated import Consolidated, Relation, consolidated
from rag.active.gathering import Gathered
from rag.active.looking import Looking
from rag.active.multi_hop import written
from rag.active.own import OWN, from_memory, verified
from rag.active.reading import Unreadable, own_passages
from rag.errors import ModelError, UnusableAnswer
from rag.fence import fenced, random_code
from rag.protocols import Generator, Judge, Search
from rag.thoughts import without_thoughts
from rag.trace import spent_on
from rag.types import Draft, Evidence, Query, Step, StepKind


@dataclass(frozen=True)
class Astute:
    """Asks ``model`` what it knows and how that goes with the evidence, as ``select`` leaves it.

    ``judge`` takes a second look at the answer. Where the model knows nothing, or consolidation
    fails, ``writer`` answers as ever. Raises ModelError where the answer itself fails.
    """

    model: Patient
    prompt: AnswerPrompt
    writer: Generator
    select: Select
    not_found: Callable[[str], Draft | None]
    bounds: Bounds
    keep: int
    most: int
    passages: int
    judge: Judge | None = None

    def stream(
        self, query: Query, evidence: Sequence[Evidence], search: Search
    ) -> Iterator[str | Step | Draft]:
        comparing = _Comparing(self, query, evidence, search)
        yield from comparing.steps()
        if comparing.claims:
            yield from comparing.answer()
        else:
            yield from written(self.writer, query, Gathered().plus(evidence), comparing.note)


class _Comparing:
    """One question, the model's own passages on it, and the claims of both sides."""

    def __init__(
        self, method: Astute, query: Query, evidence: Sequence[Evidence], search: Search
    ) -> None:
        self._method = method
        self._query = query
        self._code = random_code()
        self._allowance = Allowance(method.bounds)
        self._held = Gathered().plus(method.select(query, evidence) if evidence else ())
        self._looking = Looking(search, method.keep, method.most, len(self._held.evidence))
        self._own: tuple[str, ...] = ()
        self._searched_for: set[str] = set()
        self.claims: tuple[Consolidated, ...] = ()
        self.note = ""

    def steps(self) -> Iterator[Step]:
        """What the model knows; then rounds of comparison, each with a search for its conflicts."""
        if not self._held.evidence:
            return
        try:
            yield self._elicited()
            while self._own:
                if refusal := self._allowance.begin():
                    yield self._stopped(refusal)
                    return
                yield from self._compared()
                before = len(self._held.evidence)
                if not self._allowance.refusal():
                    yield from self._searched()
                if len(self._held.evidence) == before:
                    return
        except Unreadable as error:
            yield self._stopped(f"the model {error}")
        except ModelError as error:
            yield replace(self._stopped(str(error)), usage=spent_on(error))

    def answer(self) -> Iterator[Draft]:
        """The checked answer. It is shown as a whole: until it is checked, memory and papers would
        look alike.
        """
        messages = self._method.prompt(self._query, self._held.evidence, self._code)
        parts = [*self._memories(), *self._told()]
        completion = self._method.model.complete(added(messages, "astute-v1", parts, mark=OWN))
        text = without_thoughts(completion.text).strip()
        draft = verified(text, self._held.evidence, self._query.text, self._method.judge)
        draft = replace(draft, usage=draft.usage + completion.usage)
        absent = self._method.not_found(text)
        if not draft.citations and not absent and not from_memory(text):
            what = f"The model {self._method.model.name} cited nothing that the evidence bears out"
            raise UnusableAnswer(what, completion.usage)
        if not draft.citations:
            draft = self._from_memory_alone(draft, absent)
        note = " ".join(filter(None, [self._noted(completion.truncated), draft.note]))
        yield replace(draft, evidence=self._held.evidence, note=note)

    def _from_memory_alone(self, draft: Draft, absent: Draft | None) -> Draft:
        """The papers do not answer: whatever is said besides is not theirs."""
        if absent:
            return replace(absent, usage=draft.usage)
        text = f"The papers do not answer this. {draft.text}"
        return replace(draft, text=text, abstained=True)

    def _elicited(self) -> Step:
        method = self._method
        told = conversation(
            "own-knowledge-v1",
            [question(self._query.text, self._code)],
            self._code,
            passages=method.passages,
        )
        completion, ms = asked(method.model, told, self._allowance)
        self._own = own_passages(completion.text, method.passages)
        note = "" if self._own else "the model knows nothing for certain"
        return Step(
            StepKind.OWN_KNOWLEDGE,
            1,
            self._query.text,
            "\n".join(self._own),
            note=note,
            ms=ms,
            usage=completion.usage,
        )

    def _compared(self) -> Iterator[Step]:
        """The claims of both sides, and each conflict as a step of its own."""
        evidence = self._held.evidence
        parts = [*passages(evidence, self._code), *self._memories()]
        parts.append(question(self._query.text, self._code))
        told = conversation("consolidate-v1", parts, self._code)
        completion, ms = asked(self._method.model, told, self._allowance)
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

    def _searched(self) -> Iterator[Step]:
        for each in self._new_conflicts():
            self._searched_for.add(each.claim)
            step = self._looking.look(
                each.claim, self._held, self._allowance.round, "papers and memory conflict"
            )
            if step.found:
                about = replace(self._query, text=each.claim)
                self._held = self._held.plus(self._method.select(about, step.found))
            yield step

    def _new_conflicts(self) -> list[Consolidated]:
        """Those that were not searched for yet: later rounds tell of the others again."""
        return [each for each in self._conflicts() if each.claim not in self._searched_for]

    def _conflicts(self) -> list[Consolidated]:
        return [each for each in self.claims if each.relation is Relation.CONFLICT]

    def _memories(self) -> list[str]:
        return [fenced("own", each, self._code, n) for n, each in enumerate(self._own, 1)]

    def _told(self) -> list[str]:
        return [fenced("note", str(each), self._code, n) for n, each in enumerate(self.claims, 1)]

    def _stopped(self, why: str) -> Step:
        self.note = f"The model's own knowledge was not compared any further: {why}."
        return Step(StepKind.STOP, max(self._allowance.round, 1), note=why)

    def _noted(self, truncated: bool) -> str:
        """What a reader is to know besides: every conflict, whether the answer tells it or not."""
        said = [
            f"The model believed otherwise: “{each.own_says}” The papers say: “{each.claim}”"
            for each in self._conflicts()
        ]
        cut = "The answer was cut off; llm.max_tokens sets how long it may be." if truncated else ""
        return " ".join(filter(None, [*said, self.note, cut]))
