"""What is said to a language model, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NotRequired, TypedDict

from rag.types.trace import Usage


class Message(TypedDict):
    """One turn of a conversation.

    ``stable`` is how many of the first characters of ``content`` other requests begin with, too,
    where it pays that the server keeps what it has read of them.
    """

    role: Literal["system", "user", "assistant"]
    content: str
    stable: NotRequired[int]


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """A token as the model wrote it, and the natural logarithm of its probability."""

    text: str
    logprob: float


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model wrote. ``truncated``: it ran into ``max_tokens`` or was broken off.

    ``model`` is the one that did, ``note`` why it was not the one that was asked first;
    ``logprobs`` are there where they were asked for and the server gives them.
    """

    text: str
    usage: Usage
    truncated: bool = False
    model: str = ""
    note: str = ""
    logprobs: tuple[TokenLogprob, ...] = ()
