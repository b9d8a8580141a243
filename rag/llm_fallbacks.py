"""Models that are asked in turn, until one answers."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Protocol

from rag.errors import ContextTooLong, ModelError, ModelTimeout
from rag.types import Completion, Message, Usage

Stream = Generator[str | Completion, None, None]


class Answering(Protocol):
    """One model, with retries of its own."""

    def answer_by(self, messages: Sequence[Message], begin_by: float, until: float) -> Stream:
        """Its answer by ``until``, the first of it by ``begin_by``. Raises ModelError."""
        ...


def in_turn(models: Sequence[Answering], messages: Sequence[Message], until: float) -> Stream:
    """The answer of the first model that has one, in pieces, then all of it.

    Each model has its share of the time to begin in, and all of it to end. Where one fails that
    has begun, the next one's pieces are not shown: the completion supersedes what was. A prompt
    that is too long is the asker's to shorten, unless a part of an answer was shown. Raises
    ModelError where all fail.
    """
    failed: list[ModelError] = []
    shown = False
    for number, model in enumerate(models):
        begun = False
        try:
            with closing(model.answer_by(messages, _share(until, number, models), until)) as items:
                for item in items:
                    if isinstance(item, Completion):
                        yield _noted(item, failed)
                        return
                    begun = True
                    if not shown:
                        yield item
        except ModelError as error:
            failed.append(error)
            if isinstance(error, ContextTooLong) and not (shown or begun):
                error.usage = _spent(failed)
                raise
            shown = shown or begun
            if time.monotonic() >= until:
                break
    raise _all(failed)


def _share(until: float, number: int, models: Sequence[Answering]) -> float:
    now = time.monotonic()
    return now + (until - now) / (len(models) - number)


def _spent(failed: Sequence[ModelError]) -> Usage:
    return sum((error.usage for error in failed if error.usage), Usage())


def _reasons(failed: Sequence[ModelError]) -> str:
    first, *others = (error.what for error in failed)
    return "; ".join([first, *(f"{what[:1].lower()}{what[1:]}" for what in others)])


def _noted(completion: Completion, failed: Sequence[ModelError]) -> Completion:
    if not failed:
        return completion
    note = f"{_reasons(failed)}; {completion.model} answered in its place."
    return replace(completion, note=note, usage=completion.usage + _spent(failed))


def _all(failed: Sequence[ModelError]) -> ModelError:
    """The first failure, with what became of the others."""
    if len(failed) == 1:
        return failed[0]
    kind = ModelTimeout if isinstance(failed[-1], ModelTimeout) else ModelError
    return kind(_reasons(failed), failed[0].advice, usage=_spent(failed))
