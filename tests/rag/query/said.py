"""A model that says what it is told to, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.types import Completion, Message, Usage

USAGE = Usage(100, 7)


@dataclass
class Says:
    """Answers ``text``, or raises it."""

    text: str | Exception
    name: str = "told"
    asked: list[Sequence[Message]] = field(default_factory=list)

    def complete(self, messages: Sequence[Message]) -> Completion:
        self.asked.append(messages)
        if isinstance(self.text, Exception):
            raise self.text
        return Completion(self.text, USAGE)
