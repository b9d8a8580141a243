"""What is said to a language model, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from rag.types.trace import Usage


class Message(TypedDict):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model wrote. ``truncated``: it ran into ``max_tokens`` or was broken off."""

    text: str
    usage: Usage
    truncated: bool = False
