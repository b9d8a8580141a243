"""What has come of one try of a call, and what that is charged."""

from __future__ import annotations

from collections.abc import Callable

from rag.exchange import CUT, Piece
from rag.types import Completion, TokenLogprob, Usage

TOKEN_CHARS = 4
"""Of English, about."""

Price = Callable[[int, int], Usage]
"""What so many tokens of prompt and completion cost."""


class Collected:
    """The pieces of one try by ``model``.

    ``is_sent``: a server may have read the prompt, and charges it whether it is waited for or not.
    """

    def __init__(self, model: str) -> None:
        self._model = model
        self.is_sent = False
        self.has_begun = False
        self.parts: list[str] = []
        self._thoughts = 0
        self._logprobs: list[TokenLogprob] = []
        self._usage: Usage | None = None
        self._finish: str | None = None

    def add(self, piece: Piece) -> None:
        """Takes a piece in, in its turn."""
        self.has_begun = self.has_begun or piece.finish != CUT
        if piece.text:
            self.parts.append(piece.text)
        self._thoughts += piece.thoughts
        self._logprobs += piece.logprobs
        self._usage = piece.usage or self._usage
        self._finish = piece.finish or self._finish

    @property
    def is_nothing(self) -> bool:
        """Whether what came was no answer at all, not even an empty one."""
        return not self.parts and self._finish == CUT

    def taken(self, read: Callable[[], int], price: Price) -> Usage:
        """What it was charged; about that, where the server has not said: the prompt, which
        ``read`` counts, and what came of the answer, thoughts included.
        """
        if self._usage is not None or not self.is_sent:
            return self._usage or Usage()
        written = sum(map(len, self.parts)) + self._thoughts
        return price(read(), written // TOKEN_CHARS)

    def completion(self, usage: Usage) -> Completion:
        """The answer, with what it was charged."""
        text, cut = "".join(self.parts), self._finish in ("length", CUT)
        return Completion(text, usage, cut, self._model, logprobs=tuple(self._logprobs))
