"""Answers written by a language model, each sentence held to the evidence."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial

from rag.errors import ContextTooLong, UnusableAnswer
from rag.fence import random_code
from rag.generate.fitting import fitting
from rag.generate.opening import Opening, after_not_found, says_not_found
from rag.generate.prompt import Boundary, Prompt, load_prompt
from rag.generate.unanswered import NOT_FOUND_TEXT, absent
from rag.llm import ChatModel
from rag.llm_cache import CompletionCache
from rag.llm_fallbacks import Stream
from rag.markers import QuoteFilter
from rag.protocols import Judge
from rag.thoughts import without_thoughts
from rag.types import Completion, Draft, Evidence, Message, Query
from rag.verify import verify

_FROM_CACHE = "The same was asked before; this is the model's answer from then."
_LEAST_S = 0.01
"""For an answer whose time is over: too little for any, and no negative time-out."""

_STAND_IN = "0" * 16
"""For a boundary code, where a prompt is not sent."""

_WORDS = re.compile(r"\s*\S+|\s+$")
_CUT_OFF = "The answer was cut off; llm.max_tokens sets how long it may be"


class LLMGenerator:
    """Asks a model for a cited answer and checks what it cites.

    Raises ModelError where the model fails; UnusableAnswer is one, raised where nothing that
    it wrote can be traced to the evidence.
    """

    def __init__(
        self,
        model: ChatModel,
        prompt: Prompt | None = None,
        boundary: Boundary = random_code,
        cache: CompletionCache | None = None,
        judge: Judge | None = None,
    ) -> None:
        """``cache`` knows what the model answered before; None: it is asked each time. ``judge``
        takes a second look at what the check found supported.
        """
        self.judge = judge
        self._model = model
        self._cache = cache
        self._prompt = prompt or load_prompt()
        self._boundary = boundary

    def generate(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        if not evidence:
            return Draft(NOT_FOUND_TEXT, (), abstained=True)
        [draft] = [item for item in self.stream(query, evidence) if isinstance(item, Draft)]
        return draft

    def stream(self, query: Query, evidence: Sequence[Evidence]) -> Iterator[str | Draft]:
        if not evidence:
            yield Draft(NOT_FOUND_TEXT, (), abstained=True)
            return
        until = time.monotonic() + self._model.deadline_s
        read = self._fitting(query, evidence)
        while True:
            try:
                for item in self._stream(query, read, until):
                    if isinstance(item, Draft) and [*read] != [*evidence]:
                        item = _shortened(replace(item, evidence=tuple(read)), evidence)
                    yield item
            except ContextTooLong:
                if len(read) == 1:
                    raise
                read = read[: len(read) // 2]
            else:
                return

    def _fitting(self, query: Query, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
        """What the model's window holds of the evidence, if that is known."""
        room = self._model.room_tokens
        if room is None:
            return evidence
        asked = partial(self._prompt.messages, query, code=_STAND_IN)
        return fitting(evidence, room, asked, self._model.count_tokens)

    def _stream(
        self, query: Query, evidence: Sequence[Evidence], until: float
    ) -> Iterator[str | Draft]:
        opening, quotes = Opening(), QuoteFilter()
        with closing(self._asked(query, evidence, until)) as stream:
            for item in stream:
                if isinstance(item, Completion):
                    yield from filter(None, [quotes.feed(opening.rest()), quotes.rest()])
                    draft = self._draft(item, evidence, query)
                    self._keep(query, evidence, item)
                    yield draft
                elif shown := quotes.feed(opening.feed(item)):
                    yield shown

    def _asked(self, query: Query, evidence: Sequence[Evidence], until: float) -> Stream:
        """The model's answer, or the same one that it gave before, in pieces too."""
        kept = self._cache.find(self._key(query, evidence)) if self._cache else None
        if kept and _is_usable(kept, query, evidence):
            yield from _WORDS.findall(kept.text)
            yield replace(kept, model=self._model.name, note=_FROM_CACHE)
            return
        model = self._model.hurried(max(until - time.monotonic(), _LEAST_S))
        yield from model.stream(self._prompt.messages(query, evidence, self._boundary()))

    def _keep(self, query: Query, evidence: Sequence[Evidence], completion: Completion) -> None:
        """Keeps an answer that was of use, if it is the configured model's."""
        if self._cache and not completion.note:
            self._cache.keep(self._key(query, evidence), completion)

    def _key(self, query: Query, evidence: Sequence[Evidence]) -> list[Message]:
        """The same for the same request, whose code is drawn anew each time."""
        return self._prompt.messages(query, evidence, _STAND_IN)

    def _draft(self, completion: Completion, evidence: Sequence[Evidence], query: Query) -> Draft:
        text = without_thoughts(completion.text).strip()
        rest = after_not_found(text)
        draft = verify(text if rest is None else rest, evidence, query.text, self.judge)
        usage = completion.usage + draft.usage
        if not draft.citations and (none := absent(text, query.text, evidence)):
            return replace(none, usage=usage, note=completion.note, model=completion.model)
        if not draft.citations:
            did = "cited nothing that the evidence bears out" if text else "wrote nothing"
            raise UnusableAnswer(f"The model {self._model.name} {did}", usage=usage)
        if rest is not None:  # it goes on with what it did find
            draft = replace(draft, text=f"{NOT_FOUND_TEXT}\n\n{draft.text}")
        cut_off = f"{_CUT_OFF}." if completion.truncated else ""
        note = " ".join(filter(None, [completion.note, cut_off, draft.note]))
        return replace(draft, usage=usage, note=note, model=completion.model)


def _is_usable(kept: Completion, query: Query, evidence: Sequence[Evidence]) -> bool:
    """Whether it still is: the check may have become stricter since it was kept."""
    text = without_thoughts(kept.text).strip()
    return says_not_found(text) or bool(verify(text, evidence, query.text).citations)


def _shortened(draft: Draft, evidence: Sequence[Evidence]) -> Draft:
    """``draft``, which tells what was read, with the reason why that is not all of ``evidence``."""
    note = f"The model can't read {len(evidence)} passages at once; it was given fewer."
    if len(draft.evidence or ()) == len(evidence):
        note = "The model can't read the whole passage; it was given the beginning."
    return replace(draft, note=f"{note} {draft.note}".strip())
