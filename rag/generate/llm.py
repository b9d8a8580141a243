"""Answers written by a language model, each sentence held to the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from rag.errors import ContextTooLong, UnusableAnswer
from rag.fence import random_code
from rag.generate.opening import Opening, says_not_found
from rag.generate.prompt import Boundary, Prompt, load_prompt
from rag.llm import ChatModel
from rag.markers import QuoteFilter
from rag.thoughts import without_thoughts
from rag.types import Completion, Draft, Evidence, Query
from rag.verify import verify

NOT_FOUND_TEXT = "Not found: the passages found in these papers do not answer the question."
_CUT_OFF = "The answer was cut off; llm.max_tokens sets how long it may be"


class LLMGenerator:
    """Asks a model for a cited answer and checks what it cites.

    Raises ModelError where the model fails; UnusableAnswer is one, raised where nothing that
    it wrote can be traced to the evidence.
    """

    def __init__(
        self, model: ChatModel, prompt: Prompt | None = None, boundary: Boundary = random_code
    ) -> None:
        self._model = model
        self._prompt = prompt or load_prompt()
        self._boundary = boundary

    def generate(self, query: Query, evidence: Sequence[Evidence]) -> Draft:
        if not evidence:
            return Draft(NOT_FOUND_TEXT, (), abstained=True)
        messages = self._prompt.messages(query, evidence, self._boundary())
        try:
            completion = self._model.complete(messages)
        except ContextTooLong:
            if len(evidence) == 1:
                raise
            return _shortened(self.generate(query, _better_half(evidence)), evidence)
        return self._draft(completion, evidence)

    def stream(self, query: Query, evidence: Sequence[Evidence]) -> Iterator[str | Draft]:
        if not evidence:
            yield Draft(NOT_FOUND_TEXT, (), abstained=True)
            return
        try:
            yield from self._stream(query, evidence)
        except ContextTooLong:
            if len(evidence) == 1:
                raise
            for item in self.stream(query, _better_half(evidence)):
                yield _shortened(item, evidence) if isinstance(item, Draft) else item

    def _stream(self, query: Query, evidence: Sequence[Evidence]) -> Iterator[str | Draft]:
        messages = self._prompt.messages(query, evidence, self._boundary())
        opening, quotes = Opening(), QuoteFilter()
        with closing(self._model.stream(messages)) as stream:
            for item in stream:
                if isinstance(item, Completion):
                    yield from filter(None, [quotes.feed(opening.rest()), quotes.rest()])
                    yield self._draft(item, evidence)
                elif shown := quotes.feed(opening.feed(item)):
                    yield shown

    def _draft(self, completion: Completion, evidence: Sequence[Evidence]) -> Draft:
        text = without_thoughts(completion.text).strip()
        usage = completion.usage
        draft = verify(text, evidence)
        if not draft.citations and says_not_found(text):
            return Draft(NOT_FOUND_TEXT, (), abstained=True, usage=usage)
        if not draft.citations:
            did = "cited nothing that the evidence bears out" if text else "wrote nothing"
            raise UnusableAnswer(f"The model {self._model.name} {did}", usage=usage)
        return replace(draft, usage=usage, note=f"{_CUT_OFF}." if completion.truncated else "")


def _better_half(evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    return evidence[: len(evidence) // 2]


def _shortened(draft: Draft, evidence: Sequence[Evidence]) -> Draft:
    note = f"The model can't read {len(evidence)} passages at once; it was given fewer."
    return replace(draft, note=f"{note} {draft.note}".strip())
