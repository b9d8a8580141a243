"""Asks a model for a cited answer as it is asked without an active method.

After the same selection, by the same prompt, within the same window, with the same second look.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from rag.active.asking import AnswerPrompt, Asked, Fit, Patient, Select, answered
from rag.active.bounds import Allowance
from rag.active.gathering import Gathered, written
from rag.active.looking import Looking
from rag.errors import ContextTooLong, ModelError, UnusableAnswer
from rag.fence import random_code
from rag.protocols import Generator, Judge, Search
from rag.types import Completion, Draft, Evidence, Message, Query, Step, TransformTrace, Usage

CUT_OFF = "The answer was cut off; llm.max_tokens sets how long it may be."
_LEAST_S = 0.01
"""For an answer whose time is over: too little for any, and no negative time-out."""


@dataclass(frozen=True)
class Answering:
    """What an answer is asked for with.

    ``select`` says what is read of evidence and ``fit`` how much of that the model's window holds.
    ``not_found`` gives of a text, its question and the evidence the draft that says that there is
    no answer, and None where the text does not say so.
    ``judge`` takes a second look. Each search adds ``keep`` pieces at most, all together ``most``.
    """

    model: Patient
    prompt: AnswerPrompt
    select: Select
    fit: Fit
    not_found: Callable[[str, str, Sequence[Evidence]], Draft | None]
    keep: int
    most: int
    judge: Judge | None = None


class Material:
    """What one answer is made of: its evidence, as it grows, and who wrote on it."""

    def __init__(
        self, how: Answering, query: Query, evidence: Sequence[Evidence], search: Search
    ) -> None:
        self._how = how
        self.query = query
        self.code = random_code()
        read, self._selection = how.select(query, evidence) if evidence else ((), ())
        self.held = Gathered().plus(read)
        self._looking = Looking(search, how.keep, how.most, len(read))
        self._given = len(read)
        self._last: Completion | None = None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All that is held, in the order of its numbers."""
        return self.held.evidence

    def asked(self, evidence: Sequence[Evidence]) -> list[Message]:
        """What the model is asked without an active method."""
        return self._how.prompt(self.query, evidence, self.code)

    def answer(self, asked: Asked, allowance: Allowance) -> tuple[Completion, float]:
        """The model's answer to what is ``asked`` of the evidence, and its milliseconds. Where it
        can't read all, less is held from then on. Raises ModelError.
        """
        until = time.monotonic() + self._how.model.deadline_s
        evidence, spent = self.fitting(asked), Usage()
        while True:
            model = self._how.model.hurried(max(until - time.monotonic(), _LEAST_S))
            try:
                completion, ms = answered(model, asked(evidence), allowance)
                break
            except ContextTooLong as error:
                error.usage = spent = spent + (error.usage or Usage())
                if len(evidence) == 1:
                    raise
                evidence = evidence[: len(evidence) // 2]
        self.held = Gathered(tuple(evidence))
        self.wrote(completion)
        return replace(completion, usage=completion.usage + spent), ms

    def fitting(self, asked: Asked) -> Sequence[Evidence]:
        """The first of the evidence, as much as the model's window holds of what is ``asked``."""
        return self._how.fit(self.evidence, asked)

    def wrote(self, completion: Completion) -> None:
        """The answer, or the end of it, is now of this completion."""
        self._last = completion

    def look(self, text: str, round_: int, why: str) -> Step:
        """The step of a search for ``text``; what of it is to be read is held from then on."""
        step = self._looking.look(text, self.held, round_, why)
        if not step.found:
            return step
        read, traces = self._how.select(replace(self.query, text=text), step.found)
        self.held = self.held.plus(read)
        ms = step.ms + sum(trace.ms for trace in traces)
        return replace(step, ms=round(ms, 3), usage=step.usage + _cost(traces))

    def written(self, writer: Generator, note: str) -> Iterator[str | Draft]:
        """What ``writer`` makes of all that is held; its draft has ``note``."""
        for item in written(writer, self.query, self.held, note):
            if isinstance(item, Draft):
                item = replace(item, selection=self._selection)
            yield item

    def draft(self, draft: Draft, *notes: str) -> Draft:
        """``draft`` with what it was made of, who wrote it, and what there is to note of that."""
        last = self._last
        shortened = self._given > len(self.evidence)
        fewer = f"The model can't read {self._given} passages at once; it was given fewer."
        cut_off = CUT_OFF if last and last.truncated else ""
        told = [last.note if last else "", fewer if shortened else "", *notes, cut_off, draft.note]
        return replace(
            draft,
            evidence=self.evidence,
            selection=self._selection,
            model=last.model if last else "",
            note=" ".join(filter(None, told)),
        )

    def unusable(self, usage: Usage) -> UnusableAnswer:
        """Of an answer without any citation that holds."""
        what = f"The model {self._how.model.name} cited nothing that the evidence bears out"
        return UnusableAnswer(what, usage)

    @contextmanager
    def charged(self) -> Iterator[None]:
        """A failure inside costs what the selection has cost, too: no draft will tell it."""
        try:
            yield
        except ModelError as error:
            error.usage = _cost(self._selection) + (error.usage or Usage())
            raise


def _cost(traces: Sequence[TransformTrace]) -> Usage:
    return sum((trace.usage for trace in traces), Usage())
