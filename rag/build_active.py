"""Binds the [active] settings to what searches again while it answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rag.build_answer import ByModel, Writing
from rag.build_model import chat_model
from rag.config import Settings
from rag.once import once
from rag.protocols import Active
from rag.types import Evidence

if TYPE_CHECKING:
    from rag.active.answering import Answering
    from rag.active.asking import Asked, Fit
    from rag.active.bounds import Bounds
    from rag.compare.comparer import Comparer
    from rag.llm import ChatModel


def active(settings: Settings, writing: Callable[[], Writing]) -> Callable[[], Active] | None:
    """Makes the configured method over what ``writing`` makes; None where there is none, or it
    needs a language model and none is configured.
    """
    kind = settings.active.kind
    if kind == "none" or (kind != "multi-hop" and not settings.llm.has("answer")):
        return None
    return once(lambda: _method(settings, writing()))


def comparer(settings: Settings) -> Comparer:
    """Compares what papers say: with the model where there is one, else by rule."""
    from rag.compare.comparer import Comparer
    from rag.compare.judging import Judge

    return Comparer(Judge(chat_model(settings, "judge")) if settings.llm.has("judge") else None)


def _method(settings: Settings, writing: Writing) -> Active:
    table = settings.active
    if writing.by_model is None:
        from rag.active.by_parts import ByParts

        return ByParts(writing.generator, table.evidence, table.max_evidence)
    if table.kind == "multi-hop":
        from rag.active.multi_hop import MultiHop

        bounds, model, writer = _bounds(settings), writing.by_model.model, writing.generator
        keep, most, fit = table.evidence, table.max_evidence, _fit(model)
        return MultiHop(model, writer, fit, bounds, keep, most, table.questions)
    from rag.active.rescued import Rescued
    from rag.generate.fallback import explained

    return Rescued(_by_model(settings, writing.by_model), writing.extractive, explained)


def _by_model(settings: Settings, writing: ByModel) -> Active:
    from rag.active.astute import Astute
    from rag.active.flare import Flare

    table, bounds = settings.active, _bounds(settings)
    if table.kind == "flare":
        sure = writing.model.with_logprobs()
        return Flare(_answering(settings, writing, sure), bounds, table.min_probability)
    answering = _answering(settings, writing, writing.model)
    return Astute(answering, writing.writer, bounds, table.passages)


def _answering(settings: Settings, writing: ByModel, model: ChatModel) -> Answering:
    """The same as without the method, so that it alone makes the difference."""
    from rag.active.answering import Answering
    from rag.generate.unanswered import absent

    table, prompt, select = settings.active, writing.prompt.messages, writing.selection
    keep, most = table.evidence, table.max_evidence
    return Answering(model, prompt, select, _fit(model), absent, keep, most, writing.judge)


def _fit(model: ChatModel) -> Fit:
    """As much as the model's window holds, where that is known."""
    from rag.generate.fitting import fitting

    def fit(evidence: Sequence[Evidence], asked: Asked) -> Sequence[Evidence]:
        room = model.room_tokens
        return fitting(evidence, room, asked, model.count_tokens) if room else evidence

    return fit


def _bounds(settings: Settings) -> Bounds:
    from rag.active.bounds import Bounds

    table = settings.active
    return Bounds(table.max_rounds, table.max_tokens, table.deadline_s)
