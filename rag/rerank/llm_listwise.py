"""A language model puts the candidates in order."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from rag.errors import ModelError, ModelTimeout, UnusableAnswer
from rag.fence import content_code, fenced, instructions
from rag.llm import ChatModel
from rag.llm_cache import CompletionCache
from rag.rerank.permutation import permutation
from rag.types import Candidate, Completion, Judgement, Message, Query, Ranking, Usage

PASSAGE_WORDS = 300
"""What a passage is cut to, as in the source."""


class LLMReranker:
    """Listwise: the model is shown a window of candidates and names them in order.

    Source: RankGPT, Sun et al. 2023 (arXiv 2304.09542). The window slides from the last candidates
    to the first, by ``step``, so that what is good can rise from the end to the top; up to
    ``window`` candidates take one call. Scores are places counted from the end. ``deadline_s``
    bounds all calls together; what ``cache`` knows takes none. Candidates that the model does not
    name keep their order after those that it does. Raises ModelError where a call fails or comes
    late, and UnusableAnswer where an answer names no candidate: one window's failure is the failure
    of the whole, with the cost of all before it.
    """

    def __init__(
        self,
        model: ChatModel,
        deadline_s: float = 15.0,
        window: int = 20,
        step: int = 10,
        cache: CompletionCache | None = None,
    ) -> None:
        self._model = model
        self._cache = cache
        self._deadline_s = deadline_s
        self._window = window
        self._step = step
        self._instructions = instructions("rag.rerank", "rank-v1")

    @property
    def name(self) -> str:
        return "llm"

    def rerank(
        self, query: Query, candidates: Sequence[Candidate], rankings: Sequence[Ranking]
    ) -> Judgement:
        del rankings  # it goes by the texts alone
        order, usage, known = list(candidates), Usage(), 0
        if len(order) > 1:
            self._model.warm_up()  # before the time begins to run
        until = time.monotonic() + self._deadline_s
        windows = list(self._parts(len(order)))
        for part in windows:
            try:
                order[part], cost = self._ordered(query, order[part], until)
            except ModelError as error:
                error.usage = usage + (error.usage or Usage())
                raise
            usage += cost or Usage()
            known += cost is None
        places = {candidate.chunk.chunk_id: place for place, candidate in enumerate(order)}
        scores = tuple(float(len(order) - places[c.chunk.chunk_id]) for c in candidates)
        note = f"{known} of {len(windows)} orders from the cache" if known else ""
        return Judgement(scores, usage, note)

    def _parts(self, count: int) -> Iterator[slice]:
        """The windows, last one first; a single candidate needs none."""
        end = count
        while end > 1:
            start = max(end - self._window, 0)
            yield slice(start, end)
            end = end - self._step if start > 0 else 0

    def _ordered(
        self, query: Query, part: Sequence[Candidate], until: float
    ) -> tuple[list[Candidate], Usage | None]:
        """The part in the model's order, and what that cost: None where it was known."""
        messages = self._messages(query, part)
        kept = self._cache.find(messages) if self._cache else None
        places, usage = permutation(kept.text, len(part)) if kept else None, None
        if places is None:
            places, usage = self._asked(messages, len(part), until)
        return [part[place] for place in places], usage

    def _asked(
        self, messages: Sequence[Message], count: int, until: float
    ) -> tuple[list[int], Usage]:
        completion = self._answer(messages, until)
        places = permutation(completion.text, count)
        if places is None:
            what = f"The model {self._model.name} named none of {count} passages"
            raise UnusableAnswer(f"{what}: it wrote {completion.text[:80]!r}", completion.usage)
        if self._cache:
            self._cache.keep(messages, completion)
        return places, completion.usage

    def _answer(self, messages: Sequence[Message], until: float) -> Completion:
        left_s = until - time.monotonic()
        try:
            if left_s <= 0:
                raise self._late()
            return self._model.hurried(left_s).complete(messages)
        except ModelTimeout as error:
            if time.monotonic() < until:
                raise
            raise self._late() from error

    def _late(self) -> ModelTimeout:
        return ModelTimeout(
            f"The model {self._model.name} did not order the passages within "
            f"{self._deadline_s:g} s",
            "raise rerank.deadline_s, lower rerank.candidates, or choose a faster model",
        )

    def _messages(self, query: Query, part: Sequence[Candidate]) -> list[Message]:
        passages = [_passage(candidate) for candidate in part]
        code = content_code(query.text, *passages)
        fences = [fenced("evidence", text, code, n) for n, text in enumerate(passages, 1)]
        asked = [f"Boundary: {code}", *fences, fenced("question", query.text, code)]
        return [
            {"role": "system", "content": self._instructions},
            {"role": "user", "content": "\n\n".join(asked)},
        ]


def _passage(candidate: Candidate) -> str:
    words = candidate.chunk.text.split()
    text = candidate.chunk.text if len(words) <= PASSAGE_WORDS else " ".join(words[:PASSAGE_WORDS])
    path = " > ".join(section.heading for section in candidate.path)
    return f"Title: {candidate.metadata.title}\nSection: {path}\nText:\n{text}"
