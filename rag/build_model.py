"""Binds the settings of language models to one that can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rag.config import Settings

if TYPE_CHECKING:
    from rag.llm import ChatModel

ModelRole = Literal["answer", "rewrite", "judge"]
"""What a model is asked for: to write answers, to rewrite questions, to judge what was found or
said."""


def chat_model(settings: Settings, _role: ModelRole, most_s: float | None = None) -> ChatModel:
    """The model; no call of it takes longer than ``most_s``.

    Raises ConfigError where no model is configured.
    """
    from rag.llm import ChatModel

    if most_s is None:
        return ChatModel(settings.llm)
    waits = ("timeout_s", "stall_s", "deadline_s")
    bounded = {name: min(getattr(settings.llm, name), most_s) for name in waits}
    return ChatModel(settings.llm.model_copy(update=bounded))
