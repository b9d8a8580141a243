"""Looks ahead, and searches again for what is in doubt, before it is said.

FLARE (Jiang et al. 2023, arXiv 2305.06983) has a model write its next sentence tentatively; where
a token of it is unlikely, it searches with that sentence, the unlikely words left out, and has the
sentence written anew. Here a sentence is in doubt, too, where verification finds it without
support, which needs no log-probabilities. And a look ahead goes to the end of the answer, since
each is a request with all of the evidence: it stands up to the first sentence in doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.active.ahead import Ahead, is_borne_out, read_ahead
from rag.active.answering import Answering, Material
from rag.active.asking import added, asked
from rag.active.bounds import Allowance, Bounds
from rag.errors import ModelError
from rag.fence import fenced
from rag.markers import QuoteFilter
from rag.protocols import Search
from rag.text import STOP_WORDS, analyse
from rag.thoughts import without_thoughts
from rag.trace import spent_on
from rag.types import Completion, Draft, Evidence, Message, Query, Step, StepKind
from rag.verify import verify

_FEWEST_TERMS = 3
"""A sentence that has fewer left without its unsure words is searched for with the question."""

_END = "END"


@dataclass(frozen=True)
class Flare:
    """Asks as for any answer, but for log-probabilities.

    A word less likely than ``min_probability`` is unsure. Raises ModelError where the first look
    ahead fails, or nothing comes of it; later ones only end the asking.
    """

    answering: Answering
    bounds: Bounds
    min_probability: float

    def stream(
        self, query: Query, evidence: Sequence[Evidence], search: Search
    ) -> Iterator[str | Step | Draft]:
        material = Material(self.answering, query, evidence, search)
        with material.charged():
            yield from _Writing(self, material).pieces()


class _Writing:
    """One answer, as far as it is settled, and what the model would say next."""

    def __init__(self, method: Flare, material: Material) -> None:
        self._method = method
        self._material = material
        self._allowance = Allowance(method.bounds)
        self._settled = ""
        self._ahead: list[Ahead] = []
        self._is_rewritten = False
        self._stop = ""
        self._absent: Draft | None = None
        self._shown = QuoteFilter()

    def pieces(self) -> Iterator[str | Step | Draft]:
        """Steps and settled sentences, then the draft."""
        if not self._material.evidence:
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
        material = self._material
        borne_out = is_borne_out(sentence, material.evidence, material.query.text)
        return "" if borne_out else "no citation supports it"

    def _cleared(self, sentence: Ahead, doubt: str) -> Iterator[str | Step]:
        """Searches for a sentence in doubt and has it written anew, if anything new is found."""
        if refusal := self._allowance.begin():
            yield self._stopped(sentence, refusal)
            yield from self._settle(sentence)
            return
        found = self._material.look(
            self._wanted(sentence), self._allowance.round, f"{doubt}: {sentence.text}"
        )
        yield found
        if not found.found:
            yield from self._settle(sentence)
            return
        try:
            yield self._rewrite(sentence)
        except ModelError as error:
            yield replace(self._stopped(sentence, str(error)), usage=spent_on(error))
            yield from self._settle(sentence)

    def _wanted(self, sentence: Ahead) -> str:
        masked = sentence.masked()
        terms = set(analyse(masked)) - STOP_WORDS
        return (
            masked
            if len(terms) >= _FEWEST_TERMS
            else f"{self._material.query.text} {sentence.text}"
        )

    def _settle(self, sentence: Ahead) -> Iterator[str]:
        """The sentence as it may be shown."""
        self._settled += sentence.raw
        yield from filter(None, [self._shown.feed(sentence.raw)])

    def _first_look(self) -> Step:
        """To the end of the answer."""
        material = self._material
        completion, ms = material.answer(material.asked, self._allowance)
        self._take(completion)
        step = Step(StepKind.LOOK_AHEAD, 1, material.query.text, completion.text.strip(), ms=ms)
        told = "" if completion.logprobs else "the server tells no log-probabilities"
        return replace(step, note=told, usage=completion.usage)

    def _rewrite(self, sentence: Ahead) -> Step:
        """What follows the settled part, now that there is more evidence. Raises ModelError."""
        material = self._material
        parts = [
            fenced("sofar", self._settled, material.code),
            fenced("doubt", sentence.raw, material.code),
        ]

        def asking(evidence: Sequence[Evidence]) -> list[Message]:
            return added(material.asked(evidence), "flare-v1", parts)

        messages = asking(material.fitting(asking))
        completion, ms = asked(self._method.answering.model, messages, self._allowance)
        material.wrote(completion)
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
        material = self._material
        self._absent = self._method.answering.not_found(
            said, material.query.text, material.evidence
        )
        if self._absent and verify(said, material.evidence).citations:
            self._absent = None  # it goes on with what was found
        if self._absent:
            self._ahead = []

    def _stopped(self, sentence: Ahead, why: str) -> Step:
        self._stop = f"Not everything in doubt was searched for: {why}."
        return Step(StepKind.STOP, max(self._allowance.round, 1), sentence.text, note=why)

    def _draft(self) -> Draft:
        material, judge = self._material, self._method.answering.judge
        draft = verify(self._settled, material.evidence, material.query.text, judge)
        if not draft.citations and self._absent:
            return material.draft(self._absent)
        if not draft.citations:
            raise material.unusable(draft.usage)
        return material.draft(draft, self._stop)
