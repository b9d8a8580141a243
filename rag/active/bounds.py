"""How long an answer may go on asking: rounds, tokens and time."""

from __future__ import annotations

import time
from dataclasses import dataclass

from rag.types import Completion, Message, Usage

_TOKEN_CHARS = 4
"""Of English, about: for servers that don't say what they charge."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """No round begins after so many, nor once so much is spent."""

    max_rounds: int
    max_tokens: int
    deadline_s: float


class Allowance:
    """What is left of the bounds while one answer is made."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._until = time.monotonic() + bounds.deadline_s
        self._tokens = 0
        self.round = 0

    @property
    def left_s(self) -> float:
        """Seconds; not below 0."""
        return max(self._until - time.monotonic(), 0.0)

    def refusal(self) -> str:
        """Why no further round may begin; empty where one may."""
        bounds = self._bounds
        if self.round >= bounds.max_rounds:
            return f"active.max_rounds = {bounds.max_rounds} is reached"
        if self._tokens >= bounds.max_tokens:
            return f"active.max_tokens = {bounds.max_tokens:,} is spent"
        if not self.left_s:
            return f"active.deadline_s = {bounds.deadline_s:g} is over"
        return ""

    def begin(self) -> str:
        """Begins a round where one may; else why not."""
        refusal = self.refusal()
        self.round += not refusal
        return refusal

    def spend(self, usage: Usage | None) -> None:
        """Counts what was charged."""
        if usage:
            self._tokens += usage.prompt_tokens + usage.completion_tokens

    def spend_on(self, messages: list[Message], completion: Completion) -> None:
        """Counts what a completion cost, by the length of its texts where nobody says."""
        usage = completion.usage
        if usage.prompt_tokens or usage.completion_tokens:
            return self.spend(usage)
        chars = sum(len(message["content"]) for message in messages) + len(completion.text)
        self._tokens += chars // _TOKEN_CHARS
        return None
