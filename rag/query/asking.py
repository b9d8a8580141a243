"""A language model that is asked for forms of a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from rag.errors import UnusableAnswer
from rag.fence import content_code, fenced, instructions
from rag.llm_cache import CompletionCache
from rag.protocols import Completer
from rag.query.reading import Unreadable
from rag.types import Completion, Message, Usage

T = TypeVar("T")

Part = tuple[str, str]
"""A label and a text: ``("question", "How many heads?")``."""


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """What a model's answer was read as."""

    value: T
    usage: Usage
    note: str = ""


@dataclass(frozen=True)
class Asking:
    """Asks ``model``, unless ``cache`` knows the answer.

    Instructions come first and never change, for a server's prefix cache; then the texts, fenced
    by a code that is drawn from them, so that the same question makes the same request.
    """

    model: Completer
    cache: CompletionCache | None = None

    def ask(
        self, prompt: str, parts: Sequence[Part], read: Callable[[str], T], **values: object
    ) -> Reply[T]:
        """What ``read`` finds in the answer to ``prompt`` (a file in ``prompts/``) on ``parts``.

        ``values`` fill in the prompt. Raises ModelError; UnusableAnswer is one, raised where
        ``read`` finds the answer unreadable. Such answers are not kept.
        """
        messages = conversation(prompt, parts, **values)
        if self.cache and (kept := self.cache.find(messages)):
            with suppress(Unreadable):  # as `read` may have become stricter
                return Reply(read(kept.text), Usage(), "answered from the cache")
        completion = self.model.complete(messages)
        value = self._read(completion, read)
        if self.cache:
            self.cache.keep(messages, completion)
        return Reply(value, completion.usage, completion.note)

    def _read(self, completion: Completion, read: Callable[[str], T]) -> T:
        try:
            return read(completion.text)
        except Unreadable as error:
            what = f"The model {self.model.name} {error}"
            raise UnusableAnswer(what, completion.usage) from error


def conversation(prompt: str, parts: Sequence[Part], **values: object) -> list[Message]:
    """The messages that put ``parts`` to the model, numbered where a label comes repeatedly."""
    task = instructions("rag.query", prompt, **values)
    rules = instructions("rag.query", "fence-v1")
    code = content_code(*(text for _, text in parts))
    labels = [label for label, _ in parts]
    asked = [
        fenced(label, text, code, at + 1 if labels.count(label) > 1 else None)
        for at, (label, text) in enumerate(parts)
    ]
    return [
        {"role": "system", "content": f"{task}\n\n{rules}"},
        {"role": "user", "content": "\n\n".join([f"Boundary: {code}", *asked])},
    ]
