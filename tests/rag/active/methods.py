"""Every method of `rag.active` over a model on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rag.active.answering import Answering
from rag.active.asking import Asked, Fit, Select
from rag.active.astute import Astute
from rag.active.bounds import Bounds
from rag.active.by_parts import ByParts
from rag.active.flare import Flare
from rag.active.multi_hop import MultiHop
from rag.active.rescued import Rescued
from rag.embed.hashing import HashingEmbedder
from rag.generate.extractive import ExtractiveGenerator
from rag.generate.fallback import WithFallback, explained
from rag.generate.llm import LLMGenerator
from rag.generate.prompt import load_prompt
from rag.generate.unanswered import absent
from rag.llm import ChatModel
from rag.protocols import Active
from rag.types import Draft, Evidence, Query, Step, TransformTrace
from tests.rag.active.conftest import TRANSFORMER, Shelf
from tests.values import make_evidence

Make = Callable[..., ChatModel]

BOUNDS = Bounds(max_rounds=3, max_tokens=100_000, deadline_s=20.0)
EVIDENCE = make_evidence(TRANSFORMER)


def as_it_is(
    _query: Query, evidence: Sequence[Evidence]
) -> tuple[tuple[Evidence, ...], tuple[TransformTrace, ...]]:
    return tuple(evidence), ()


def all_of_it(evidence: Sequence[Evidence], _asked: Asked) -> Sequence[Evidence]:
    return evidence


def answering(model: ChatModel, select: Select = as_it_is, fit: Fit = all_of_it) -> Answering:
    return Answering(model, load_prompt().messages, select, fit, absent, 3, 6)


def extractive() -> ExtractiveGenerator:
    return ExtractiveGenerator(HashingEmbedder())


def writer(model: ChatModel) -> WithFallback:
    return WithFallback(LLMGenerator(model), extractive())


def flare(model: ChatModel, bounds: Bounds = BOUNDS, least: float = 0.3) -> Active:
    made = Flare(answering(model.with_logprobs()), bounds, least)
    return Rescued(made, extractive(), explained)


def multi_hop(model: ChatModel, bounds: Bounds = BOUNDS) -> Active:
    return MultiHop(model, writer(model), all_of_it, bounds, 3, 6, 3)


def astute(model: ChatModel, bounds: Bounds = BOUNDS) -> Active:
    made = Astute(answering(model), LLMGenerator(model), bounds, 2)
    return Rescued(made, extractive(), explained)


def by_parts(_model: ChatModel) -> Active:
    return ByParts(extractive(), 3, 6)


def run(
    method: Active, question: str, shelf: Shelf, evidence: Sequence[Evidence] = EVIDENCE
) -> tuple[list[Step], str, Draft]:
    """The steps, the text as it was shown, and the draft."""
    items: Iterator[str | Step | Draft] = method.stream(Query(question), evidence, shelf.search)
    *before, draft = items
    assert isinstance(draft, Draft)
    steps = [item for item in before if isinstance(item, Step)]
    return steps, "".join(item for item in before if isinstance(item, str)), draft


def kinds(steps: Sequence[Step]) -> list[str]:
    return [step.kind.value for step in steps]
