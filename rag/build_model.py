"""Binds the settings of language models to one that can be asked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rag.cache import default_cache
from rag.config import Llm, Settings
from rag.config_llm import Budget, ModelRole

if TYPE_CHECKING:
    from rag.llm import ChatModel
    from rag.spending import SetAside


def chat_model(
    settings: Settings, role: ModelRole, most_s: float | None = None, least_tokens: int = 0
) -> ChatModel:
    """The model of ``role``; no call of it takes longer than ``most_s``, and it may write
    ``least_tokens`` whatever is configured.

    Raises ConfigError where no model is configured.
    """
    from rag.llm import ChatModel

    table = role_settings(settings, role, most_s, least_tokens)
    return ChatModel(table, set_aside=_set_aside(table.budget))


def role_settings(
    settings: Settings, role: ModelRole, most_s: float | None = None, least_tokens: int = 0
) -> Llm:
    """The settings of the model that `chat_model` makes."""
    table = settings.llm.of_role(role)
    changes: dict[str, float] = {"max_tokens": max(table.max_tokens, least_tokens)}
    if most_s is not None:
        waits = ("timeout_s", "stall_s", "deadline_s")
        changes |= {name: min(getattr(table, name), most_s) for name in waits}
    return table.model_copy(update=changes)


def _set_aside(budget: Budget) -> SetAside | None:
    if not budget.is_bounded:
        return None
    from rag.llm_budget import FILE_NAME, set_aside

    return partial(set_aside, budget, default_cache() / FILE_NAME)
