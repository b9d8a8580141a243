"""The language models that the configuration names, each looked at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import get_args

from api.checks import Check, Level, passed
from rag.config import Llm, Settings
from rag.config_llm import ModelRole

NAME = "language model"
Look = Callable[[Settings], Check]


def language_models(settings: Settings) -> list[tuple[str, Look]]:
    """A check for each model, those that stand in for others included."""
    uses: dict[tuple[str, str, str], tuple[Llm, list[str]]] = {}
    for role in get_args(ModelRole):
        if role == "ingest" and not settings.writer:
            continue
        for number, table in enumerate(settings.llm.of_role(role).in_turn()):
            if table.model:
                place = (table.model, table.api_base, table.api_key_env)
                use = f"{role}, fallback" if number else role
                uses.setdefault(place, (table, []))[1].append(use)
    alone = len(uses) == 1
    checks: list[tuple[str, Look]] = [
        (NAME, partial(_answers, table=table, uses=[] if alone else names))
        for table, names in uses.values()
    ]
    of_day = settings.llm.budget.day_tokens or settings.llm.budget.day_usd
    return [*checks, ("budget", budget)] if checks and of_day else checks


def budget(settings: Settings) -> Check:
    """What is left of today's budget."""
    from rag.cache import default_cache
    from rag.llm_budget import FILE_NAME, taken_on, today

    limits, taken = settings.llm.budget, taken_on(default_cache() / FILE_NAME, today())
    tokens = taken.prompt_tokens + taken.completion_tokens
    of_tokens = f" of {limits.day_tokens:,}" if limits.day_tokens else ""
    of_dollars = f" of {limits.day_usd:.2f}" if limits.day_usd else ""
    found = f"{tokens:,}{of_tokens} tokens and {taken.cost_usd:.4f}{of_dollars} USD taken today"
    spent = 0 < limits.day_tokens <= tokens or 0 < limits.day_usd <= taken.cost_usd
    if spent:
        mend = "raise llm.budget, or wait for the next day (UTC): until then answers are extracted"
        return Check("budget", Level.WARN, found, mend)
    return passed("budget", found)


def _answers(_settings: Settings, table: Llm, uses: list[str]) -> Check:
    from rag.llm import ChatModel

    model = ChatModel(table)
    model.ping()
    found = f"{model.name} answers" + (f" (for {'; '.join(uses)})" if uses else "")
    in_dollars = table.budget.request_usd or table.budget.day_usd
    if in_dollars and not model.price(1_000_000, 1_000_000).cost_usd:
        mend = "also set llm.budget.day_tokens or llm.budget.request_tokens"
        return Check(NAME, Level.WARN, f"{found}, at no known price: dollars don't bound it", mend)
    return passed(NAME, found)
