"""Puts prompts to the model, each by what is left of the bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Protocol

from rag.active.bounds import Allowance
from rag.errors import ModelError, ModelTimeout
from rag.fence import fenced, instructions
from rag.protocols import Completer
from rag.tables import as_shown
from rag.trace import ms_since
from rag.types import Completion, Evidence, Message, Query, TransformTrace

Part = str
"""A text between the marks of `rag.fence`."""

AnswerPrompt = Callable[[Query, Sequence[Evidence], str], list[Message]]
"""The conversation that asks for a cited answer: instructions first, then evidence, fenced by the
code, and the question."""

Asked = Callable[[Sequence[Evidence]], list[Message]]
"""What a model is asked from so much evidence."""

Select = Callable[
    [Query, Sequence[Evidence]], tuple[tuple[Evidence, ...], tuple[TransformTrace, ...]]
]
"""What is to be read of evidence, for what was asked, and beside it, never nothing; and what each
step of that did."""

Fit = Callable[[Sequence[Evidence], Asked], Sequence[Evidence]]
"""The first of evidence, as much as a model's window holds of what is asked; at least one."""


class Patient(Completer, Protocol):
    """A language model that can be told when its answer has to be there."""

    @property
    def deadline_s(self) -> float:
        """How long an answer may take."""
        ...

    def hurried(self, deadline_s: float) -> Completer:
        """The same model with at most so long for an answer."""
        ...


def asked(
    model: Patient, messages: list[Message], allowance: Allowance
) -> tuple[Completion, float]:
    """What ``model`` answers within what is left of the time, and how many milliseconds it took.
    Raises ModelError.
    """
    left = allowance.left_s
    if not left:
        raise ModelTimeout("The time for asking again is over", "raise active.deadline_s")
    return answered(model.hurried(left), messages, allowance)


def answered(
    model: Completer, messages: list[Message], allowance: Allowance
) -> tuple[Completion, float]:
    """The same with all the time that the model has for an answer."""
    start = perf_counter()
    try:
        completion = model.complete(messages)
    except ModelError as error:
        allowance.spend(error.usage)
        raise
    allowance.spend_on(messages, completion)
    return completion, ms_since(start)


def conversation(prompt: str, parts: Sequence[Part], code: str, **values: object) -> list[Message]:
    """The messages that put ``parts`` to the model, under the instructions of ``prompt``."""
    task = instructions("rag.active", prompt, **values)
    rules = instructions("rag.active", "fence-v1")
    return [
        {"role": "system", "content": f"{task}\n\n{rules}"},
        {"role": "user", "content": "\n\n".join([f"Boundary: {code}", *parts])},
    ]


def added(
    messages: Sequence[Message], prompt: str, parts: Sequence[Part], **values: object
) -> list[Message]:
    """An answer's conversation with further instructions, and ``parts`` at its very end."""
    first, *between, last = messages
    told = f"{first['content']}\n\n{instructions('rag.active', prompt, **values)}"
    asked_for = "\n\n".join([last["content"], *parts])
    return [{**first, "content": told}, *between, {**last, "content": asked_for}]


def question(text: str, code: str) -> Part:
    """The question, fenced."""
    return fenced("question", text, code)


def passages(evidence: Sequence[Evidence], code: str, first: int = 1) -> list[Part]:
    """Evidence as the model sees it, numbered from ``first``."""
    return [
        fenced("evidence", _passage(each), code, number)
        for number, each in enumerate(evidence, first)
    ]


def _passage(evidence: Evidence) -> str:
    year = evidence.metadata.year
    title = evidence.metadata.title + (f" ({year})" if year else "")
    path = " > ".join(section.heading for section in evidence.path)
    return f"Title: {title}\nSection: {path}\nText:\n{as_shown(evidence)}"
