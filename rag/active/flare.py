"""Looks ahead, and searches again for what is in doubt, before it is said.

FLARE (Jiang et al. 2023, arXiv 2305.06983) has a model write its next sentence tentatively; where
a token of it is unlikely, it searches with that sentence, the unlikely words left out, and has the
sentence written anew. Here a sentence is in doubt, too, where verification finds it without
support, which needs no log-probabilities. And a look ahead goes to the end of the answer, since
each is a request with all of the evidence: it stands up to the first sentence in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.active.ahead import Ahead, is_borne_out, read_ahead
from rag.active.asking import AnswerPrompt, Patient, Select, added, answered, asked
from rag.active.bounds import Allowance, Bounds
from rag.active.gathering import Gathered
from rag.active.looking import Looking
from rag.errors import ContextTooLong, ModelError, UnusableAnswer
from rag.fence import fenced, random_code
from rag.markers import QuoteFilter
from rag.protocols import Judge, Search
from rag.text import STOP_WORDS, analyse
from rag.thoughts import without_thoughts
from rag.trace import spent_on
from rag.types import Completion, Draft, Evidence, Query, Step, StepKind
from rag.verify import verify

_FEWEST_TERMS = 3
"""A sentence that has fewer left without its unsure words is searched for with the question."""

_END = "END"


@dataclass(frozen=True)
class Flare:
    """Asks ``model`` as ``prompt`` does for any answer, over evidence as ``select`` leaves it.

    A word less likely than ``min_probability`` is unsure. ``not_found`` is the draft of a text that
    says that there is no answer, and None for others. ``judge`` takes a second look at the answer.
    Raises ModelError where the first look ahead
    fails, or nothing comes of it; later ones only end the asking.
    """

    model: Patient
    prompt: AnswerPrompt
    select: Select
    not_found: Callable[[str], Draft | None]
    bounds: Bounds
    keep: int
    most: int
    min_probability: float
    judge: Judge | None = None

    def stream(
        self, query: Query, evidence: Sequence[Evidence], search: Search
    ) -> Iterator[str | Step | Draft]:
        yield from _Writing(self, query, evidence, search).pieces()


class _Writing:
    """One answer, as far as it is settled, and what the model would say next."""

    def __init__(
        self, method: Flare, query: Query, evidence: Sequence[Evidence], search: Search
    ) -> None:
        self._method = method
        self._query = query
        self._code = random_code()
        self._allowance = Allowance(method.bounds)
        self._held = Gathered().plus(method.select(query, evidence) if evidence else ())
        first = len(self._held.evidence)
        self._looking = Looking(search, method.keep, method.most, first)
        self._settled = ""
        self._ahead: list[Ahead] = []
        self._is_rewritten = False
        self._stop = ""
        self._cut_off = ""
        self._absent: Draft | None = None
        self._shown = QuoteFilter()

    def pieces(self) -> Iterator[str | Step | Draft]:
        """Steps and settled sentences, then the draft."""
        if not self._held.evidence:
            yield Draft("Nothing was found to answer from.", (), abstained=True)
            return
        yield self._first_look()
        while self._ahead:
            sentence = self._ahead.pop(0)
            if doubt := self._doubt(sentence):
                yield from self._cleared(sentence, doubt)
            else:
                yield from self._settle(sentence)
        yield from filter(None, [self._shown.rest()])
        yield self._draft()

    def _doubt(self, sentence: Ahead) -> str:
        """Why to search again before ``sentence`` is said; empty where there is no need, or where
        that was just done for it, or may not be done any more.
        """
        if self._is_rewritten or self._stop or not sentence.needs_support:
            self._is_rewritten = False
            return ""
        if sentence.unsure:
            worst = min(sentence.unsure, key=lambda each: each.probability)
            word = worst.span.of(sentence.text)
            return f"unsure of “{word}” (probability {worst.probability:.2f})"
        borne_out = is_borne_out(sentence, self._held.evidence, self._query.text)
        return "" if borne_out else "no citation supports it"

    def _cleared(self, sentence: Ahead, doubt: str) -> Iterator[str | Step]:
        """Searches for a sentence in doubt and has it written anew, if anything new is found."""
        if refusal := self._allowance.begin():
            yield self._stopped(sentence, refusal)
            yield from self._settle(sentence)
            return
        found = self._looking.look(
            self._wanted(sentence), self._held, self._allowance.round, f"{doubt}: {sentence.text}"
        )
        yield found
        if not found.found:
            yield from self._settle(sentence)
            return
        self._held = self._held.plus(self._selected(found))
        try:
            yield self._rewrite(sentence)
        except ModelError as error:
            yield replace(self._stopped(sentence, str(error)), usage=spent_on(error))
            yield from self._settle(sentence)

    def _selected(self, found: Step) -> tuple[Evidence, ...]:
        return self._method.select(replace(self._query, text=found.asked), found.found)

    def _wanted(self, sentence: Ahead) -> str:
        masked = sentence.masked()
        terms = set(analyse(masked)) - STOP_WORDS
        return masked if len(terms) >= _FEWEST_TERMS else f"{self._query.text} {sentence.text}"

    def _settle(self, sentence: Ahead) -> Iterator[str]:
        """The sentence as it may be shown."""
        self._settled += sentence.raw
        yield from filter(None, [self._shown.feed(sentence.raw)])

    def _first_look(self) -> Step:
        """To the end of the answer; over less evidence where the model can't read all."""
        while True:
            messages = self._method.prompt(self._query, self._held.evidence, self._code)
            try:
                completion, ms = answered(self._method.model, messages, self._allowance)
                break
            except ContextTooLong:
                if len(self._held.evidence) == 1:
                    raise
                half = len(self._held.evidence) // 2
                self._held = Gathered(self._held.evidence[:half])
        self._take(completion)
        step = Step(StepKind.LOOK_AHEAD, 1, self._query.text, completion.text.strip(), ms=ms)
        told = "" if completion.logprobs else "the server tells no log-probabilities"
        return replace(step, note=told, usage=completion.usage)

    def _rewrite(self, sentence: Ahead) -> Step:
        """What follows the settled part, now that there is more evidence. Raises ModelError."""
        asking = self._method.prompt(self._query, self._held.evidence, self._code)
        parts = [
            fenced("sofar", self._settled, self._code),
            fenced("doubt", sentence.raw, self._code),
        ]
        messages = added(asking, "flare-v1", parts)
        completion, ms = asked(self._method.model, messages, self._allowance)
        self._take(completion)
        if self._settled and not self._settled[-1].isspace():
            self._settled += " "
        self._is_rewritten = bool(self._ahead)
        said, usage = completion.text.strip(), completion.usage
        return Step(
            StepKind.REWRITE, self._allowance.round, sentence.text, said, ms=ms, usage=usage
        )

    def _take(self, completion: Completion) -> None:
        ahead = read_ahead(completion, self._method.min_probability)
        over = next((n for n, each in enumerate(ahead) if each.text.strip(" .*") == _END), None)
        self._ahead = ahead[:over]
        said = without_thoughts(completion.text).strip()
        self._absent = self._method.not_found(said)
        if self._absent and verify(said, self._held.evidence).citations:
            self._absent = None  # it goes on with what was found
        if self._absent:
            self._ahead = []
        self._cut_off = ""
        if completion.truncated:
            self._cut_off = "The answer was cut off; llm.max_tokens sets how long it may be."

    def _stopped(self, sentence: Ahead, why: str) -> Step:
        self._stop = f"Not everything in doubt was searched for: {why}."
        return Step(StepKind.STOP, max(self._allowance.round, 1), sentence.text, note=why)

    def _draft(self) -> Draft:
        evidence, judge = self._held.evidence, self._method.judge
        draft = verify(self._settled, evidence, self._query.text, judge)
        if not draft.citations and self._absent:
            return replace(self._absent, evidence=self._held.evidence)
        if not draft.citations:
            what = f"The model {self._method.model.name} cited nothing that the evidence bears out"
            raise UnusableAnswer(what, draft.usage)
        notes = (self._stop, self._cut_off, draft.note)
        return replace(draft, evidence=self._held.evidence, note=" ".join(filter(None, notes)))
