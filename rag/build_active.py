"""Binds the [active] settings to what searches again while it answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from rag.build_model import chat_model
from rag.config import Settings
from rag.protocols import Active, Generator, Judge
from rag.types import Draft, Evidence, Query

if TYPE_CHECKING:
    from rag.active.bounds import Bounds
    from rag.compare.comparer import Comparer
    from rag.generate.fallback import WithFallback

Select = Callable[[Query, Sequence[Evidence]], tuple[Evidence, ...]]


def active(settings: Settings, writer: Callable[[], Generator]) -> Callable[[], Active] | None:
    """Makes the configured method over what ``writer`` makes; None where there is none, or it
    needs a language model and none is configured.
    """
    kind = settings.active.kind
    if kind == "none" or (kind != "multi-hop" and not settings.llm.has("answer")):
        return None
    return cache(lambda: _method(settings, writer()))


def comparer(settings: Settings) -> Comparer:
    """Compares what papers say: with the model where there is one, else by rule."""
    from rag.compare.comparer import Comparer
    from rag.compare.judging import Judge

    return Comparer(Judge(chat_model(settings, "judge")) if settings.llm.has("judge") else None)


def _method(settings: Settings, writer: Generator) -> Active:
    from rag.generate.fallback import WithFallback

    if isinstance(writer, WithFallback):
        return _by_model(settings, writer)
    from rag.active.by_parts import ByParts

    return ByParts(writer, settings.active.evidence, settings.active.max_evidence)


def _by_model(settings: Settings, writer: WithFallback) -> Active:
    from rag.active.astute import Astute
    from rag.active.flare import Flare
    from rag.active.multi_hop import MultiHop
    from rag.active.rescued import Rescued
    from rag.generate.fallback import explained
    from rag.generate.prompt import load_prompt

    table, bounds = settings.active, _bounds(settings)
    model, keep, most = chat_model(settings, "answer"), table.evidence, table.max_evidence
    if table.kind == "multi-hop":
        return MultiHop(model, writer, bounds, keep, most, table.questions)
    prompt = load_prompt(max_words=settings.answer.max_words).messages
    select, judge = _selection(writer), _judge(writer)
    method: Active
    if table.kind == "flare":
        sure, least = model.with_logprobs(), table.min_probability
        method = Flare(sure, prompt, select, _absent, bounds, keep, most, least, judge)
    else:
        count = table.passages
        method = Astute(model, prompt, writer, select, _absent, bounds, keep, most, count, judge)
    return Rescued(method, writer.fallback, explained)


def _selection(writer: WithFallback) -> Select:
    """What the model is given to read, so that it is the same as without the method."""
    from rag.select.selection import WithSelection

    if isinstance(writer.primary, WithSelection):
        selection = writer.primary.selection
        return lambda query, evidence: selection(query, evidence)[0]
    return lambda _query, evidence: tuple(evidence)


def _judge(writer: WithFallback) -> Judge | None:
    """Who takes a second look at what the model writes without the method."""
    from rag.generate.llm import LLMGenerator
    from rag.select.selection import WithSelection

    writing = writer.primary
    if isinstance(writing, WithSelection):
        writing = writing.generator
    return writing.judge if isinstance(writing, LLMGenerator) else None


def _bounds(settings: Settings) -> Bounds:
    from rag.active.bounds import Bounds

    table = settings.active
    return Bounds(table.max_rounds, table.max_tokens, table.deadline_s)


def _absent(text: str) -> Draft | None:
    """The draft that stands for a text which says that there is no answer."""
    from rag.generate.opening import says_not_found
    from rag.generate.unanswered import NOT_FOUND_TEXT

    return Draft(NOT_FOUND_TEXT, (), abstained=True) if says_not_found(text) else None
