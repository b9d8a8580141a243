"""Questions that take several look-ups: decompose, search, read, ask on, answer.

Self-Ask (Press et al. 2022, arXiv 2210.03350) has a model ask itself follow-up questions; IRCoT
(Trivedi et al. 2022, arXiv 2212.10509) lets what was read so far say what to look up next. Here the
sub-questions of a round are asked together, since most comparisons need no order, and what is read
becomes notes with citations, which are verified: a note that its evidence does not bear out is not
read any further.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.active.asking import Fit, Patient, asked, conversation, passages, question
from rag.active.bounds import Allowance, Bounds
from rag.active.gathering import Gathered, written
from rag.active.looking import Looking
from rag.active.reading import Notes, Unreadable, notes, sub_questions
from rag.citations import reference
from rag.errors import ModelError
from rag.fence import fenced, random_code
from rag.markers import parse
from rag.protocols import Generator, Search
from rag.trace import spent_on
from rag.types import Draft, Evidence, Message, Query, Step, StepKind
from rag.verify import verify


@dataclass(frozen=True)
class MultiHop:
    """Asks ``model`` what to look up, and has ``writer`` answer from all that was found.

    ``fit`` says how much the model reads at once; what is left out of the notes may still be read
    for the answer. What fails on the way ends the asking, not the answer.
    """

    model: Patient
    writer: Generator
    fit: Fit
    bounds: Bounds
    keep: int
    most: int
    questions: int

    def stream(
        self, query: Query, evidence: Sequence[Evidence], search: Search
    ) -> Iterator[str | Step | Draft]:
        hops = _Hops(self, query, evidence, search)
        yield from hops.steps()
        yield from written(self.writer, query, hops.gathered(), hops.note)


class _Hops:
    """The look-ups for one question."""

    def __init__(
        self, method: MultiHop, query: Query, evidence: Sequence[Evidence], search: Search
    ) -> None:
        self._method = method
        self._query = query
        self._code = random_code()
        self._allowance = Allowance(method.bounds)
        self._looking = Looking(search, method.keep, method.most, len(evidence))
        self._held = Gathered().plus(evidence)
        self._notes: list[str] = []
        self._cited: list[int] = []
        self.note = ""

    def gathered(self) -> Gathered:
        """All evidence, what notes rest on first."""
        return self._held.led_by(self._cited)

    def steps(self) -> Iterator[Step]:
        """Round after round, until there is enough or a bound is met."""
        wanted: tuple[str, ...] = ()
        try:
            yield (first := self._decomposed())
            wanted = tuple(first.said.splitlines())
            while wanted:
                if refusal := self._allowance.begin():
                    yield self._stopped(refusal, wanted)
                    return
                first_new = len(self._held.evidence) if self._allowance.round > 1 else 0
                yield from self._searched(wanted)
                if len(self._held.evidence) == first_new:
                    yield self._stopped("nothing new was found", wanted)
                    return
                step, wanted = self._read(first_new)
                yield step
        except ModelError as error:
            yield replace(self._stopped(str(error), wanted), usage=spent_on(error))

    def _decomposed(self) -> Step:
        """What to look up; nothing where the question itself will do."""
        method, text = self._method, self._query.text
        parts = [question(text, self._code)]
        told = conversation("sub-questions-v1", parts, self._code, most=method.questions)
        completion, ms = asked(method.model, told, self._allowance)
        step = Step(StepKind.SUB_QUESTIONS, 1, text, ms=ms, usage=completion.usage)
        try:
            found = sub_questions(completion.text, text, method.questions)
        except Unreadable as error:
            return replace(step, note=f"the model {error}; the question is answered as it is")
        return replace(step, said="\n".join(found), note="" if found else "one look-up will do")

    def _searched(self, wanted: Sequence[str]) -> Iterator[Step]:
        for each in wanted:
            step = self._looking.look(each, self._held, self._allowance.round)
            self._held = self._held.plus(step.found)
            yield step

    def _read(self, first_new: int) -> tuple[Step, tuple[str, ...]]:
        """Notes on the evidence from number ``first_new`` + 1 on, and what to ask next."""
        method = self._method
        earlier = [fenced("note", each, self._code, n) for n, each in enumerate(self._notes, 1)]

        def reading(new: Sequence[Evidence]) -> list[Message]:
            shown = passages(new, self._code, first_new + 1)
            parts = [*earlier, *shown, question(self._query.text, self._code)]
            return conversation("read-v1", parts, self._code, most=method.questions)

        told = reading(method.fit(self._held.evidence[first_new:], reading))
        completion, ms = asked(method.model, told, self._allowance)
        step = Step(StepKind.READ, self._allowance.round, ms=ms, usage=completion.usage)
        try:
            read = notes(completion.text, method.questions)
        except Unreadable as error:
            return replace(step, note=f"the model {error}; nothing more is asked"), ()
        return self._taken(step, read), read.questions

    def _taken(self, step: Step, read: Notes) -> Step:
        """The step of reading, once those notes are taken that their evidence bears out."""
        evidence, topic = self._held.evidence, self._query.text
        drafts = [verify(line, evidence, topic) for line in read.text.splitlines()]
        held = [draft for draft in drafts if draft.citations and not draft.unsupported]
        self._cited += [marker.number for d in held for marker in parse(d.text).markers]
        self._notes += (taken := [_placed(draft) for draft in held])
        dropped = len(drafts) - len(held)
        left_out = f"{dropped} not borne out by the evidence" if dropped else ""
        enough = "" if read.questions else "enough to answer"
        said = "\n".join([*taken, *(f"ask: {each}" for each in read.questions)])
        return replace(step, said=said, note="; ".join(filter(None, [left_out, enough])))

    def _stopped(self, why: str, left: Sequence[str]) -> Step:
        self.note = f"Fewer look-ups were made than asked for: {why}."
        return Step(StepKind.STOP, max(self._allowance.round, 1), "\n".join(left), note=why)


def _placed(note: Draft) -> str:
    """The note with the places that it cites in place of numbers, which differ in the answer."""
    text = note.text
    for citation in note.citations:
        text = text.replace(citation.marker, reference(citation.evidence, citation.page))
    return text
