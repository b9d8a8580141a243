"""Adapter and ranker together: the one is fitted without the questions that the other learns from.

A ranker that saw the cosines of an adapter fitted to the same questions would trust them too much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from eval.measures import score
from eval.training.adapter import AdapterSettings, fit_adapter
from eval.training.examples import Example, Turn, folds, unturned
from eval.training.ranker import Judgeable, RankerSettings, fit_ranker
from rag.embed.adapter import QueryAdapter
from rag.fusion import ReciprocalRankFusion
from rag.rerank.features import candidate_features, question_features
from rag.rerank.learned import LearnedReranker
from rag.rerank.network import Network

CROSS_FITTED = 5


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned."""

    adapter: QueryAdapter
    network: Network


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How both are fitted, the same for the same ``seed``."""

    adapter: AdapterSettings = field(default_factory=AdapterSettings)
    ranker: RankerSettings = field(default_factory=RankerSettings)
    seed: int = 0


def fit(
    examples: Sequence[Example],
    settings: FitSettings = FitSettings(),
    start: Fitted | None = None,
    held_out: Sequence[Example] = (),
    on_step: Callable[[str], None] = lambda _: None,
) -> Fitted:
    """Both, from all examples; ``start`` is what to begin with, in place of nothing.

    The ranker learns from examples that have further wordings with them and without. ``held_out``
    tells when to stop; ``on_step`` hears what is done next. Raises ValueError without examples.
    """
    before, network = (start.adapter, start.network) if start else (None, None)
    turns = cross_fitted(examples, settings, before, on_step)
    on_step("adapter")
    adapter = fit_adapter(examples, settings.adapter, before, held_out)
    on_step("features")
    rows = [row for e, turn in zip(examples, turns, strict=True) for row in _rows(e, turn)]
    judging = [row for example in held_out for row in _rows(example, adapter)]
    on_step("ranker")
    return Fitted(adapter, fit_ranker(rows, settings.ranker, network, judging))


def _rows(example: Example, turn: Turn) -> Iterator[Judgeable]:
    yield judgeable(example.alone(), turn)
    if example.others:
        yield judgeable(example, turn)


def cross_fitted(
    examples: Sequence[Example],
    settings: FitSettings,
    start: QueryAdapter | None = None,
    on_step: Callable[[str], None] = lambda _: None,
) -> list[Turn]:
    """For each example an adapter that was fitted without its papers' questions.

    With papers too few to leave some out, no adapter but ``start`` is used.
    """
    turns: list[Turn] = [start or unturned for _ in examples]
    for k, (inside, outside) in enumerate(folds(examples, CROSS_FITTED, settings.seed), 1):
        on_step(f"adapter, fold {k} of {CROSS_FITTED}")
        if inside and outside:
            adapter = fit_adapter([examples[i] for i in inside], settings.adapter, start)
            for i in outside:
                turns[i] = adapter
    return turns


def judgeable(example: Example, turn: Turn) -> Judgeable:
    """What the ranker learns from; ``turn`` is the adapter."""
    rankings, bare = example.rankings(turn), example.without_sections()
    return Judgeable(
        candidate_features(example.query, example.candidates, rankings),
        candidate_features(example.query, bare.candidates, rankings),
        question_features(example.query, rankings),
        example.gains,
    )


def ranked(example: Example, fitted: Fitted | None) -> list[str]:
    """The texts of the example's candidates, best first: by what was learned, or by plain RRF."""
    candidates = example.candidates
    if fitted:
        rankings = example.rankings(fitted.adapter)
        scores = LearnedReranker(fitted.network).rerank(example.query, candidates, rankings).scores
    else:
        fused = ReciprocalRankFusion().fuse(example.rankings(unturned))
        found = {hit.chunk_id: hit.score for hit in fused.hits}
        scores = tuple(found.get(c.chunk.chunk_id, 0.0) for c in candidates)
    order = sorted(range(len(candidates)), key=lambda i: -scores[i])
    return [candidates[i].chunk.text for i in order]


def measured(examples: Sequence[Example], fitted: Fitted | None) -> list[dict[str, float]]:
    """Each example's measures (`eval.measures`), in their order."""
    rows = (score(example.judged.evidence, ranked(example, fitted)) for example in examples)
    return [row for row in rows if row is not None]
