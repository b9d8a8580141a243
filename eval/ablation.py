"""What each stage of the pipeline is worth: one is switched off at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eval.experiment import Configuration
from rag.config import Search, Settings, Table, Weights

Tables = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage without which to try, and the keys that leave it out, table by table.

    A table with a ``kind`` is put in place of the configured one, any other is merged into it.
    ``model``: it does nothing unless there is a language model, or recorded texts of one.
    """

    name: str
    what: str
    without: Tables
    model: bool = False


_NO_MODEL = {"hyde": False, "multi_query": False, "step_back": False, "translate": False}
_WITHOUT_MODEL = ("contextualise", "routing", "topic", "expansion", "papers", "feedback")
_USUAL_K = Search().rrf_k  # another is for RRF alone
_WINDOWS = {"kind": "fixed", "target_tokens": 215, "overlap_tokens": 43}

PLAIN = Stage(
    "plain hybrid",
    "dense and BM25 fused by RRF, and nothing else",
    {
        "query": {**_NO_MODEL, **dict.fromkeys(_WITHOUT_MODEL, False)},
        "search": {
            "retrievers": ("dense", "bm25"),
            "fusion": "rrf",
            "rrf_k": _USUAL_K,
            "weights": Weights(),
            "adapter": "none",
        },
        "rerank": {"kind": "none"},
    },
)
"""No stage less, but what most systems do, to compare with."""

STAGES = (
    Stage("no BM25", "dense retrieval alone", {"search": {"retrievers": ("dense",)}}),
    Stage("no dense", "BM25 alone, no embeddings", {"search": {"retrievers": ("bm25",)}}),
    Stage("no reranker", "hits stay as fusion has them", {"rerank": {"kind": "none"}}),
    Stage("no adapter", "query vectors as the model makes them", {"search": {"adapter": "none"}}),
    Stage("RRF", "ranks are fused, not scores", {"search": {"fusion": "rrf"}}),
    Stage(
        "score sum",
        "scores are fused, not ranks",
        {"search": {"fusion": "score-sum", "rrf_k": _USUAL_K}},
    ),
    Stage("no expansion", "acronyms stand for themselves", {"query": {"expansion": False}}),
    Stage("no routing", "named papers and sections are just words", {"query": {"routing": False}}),
    Stage("no feedback", "asked once, not again", {"query": {"feedback": False}}),
    Stage("one stage", "chunks count by themselves alone", {"query": {"papers": False}}),
    Stage("whole requests", '"which papers discuss" counts, too', {"query": {"topic": False}}),
    Stage(
        "no folding", "only identical passages count as one", {"search": {"duplicate_overlap": 1.0}}
    ),
    Stage("no context line", "indexed without title and path", {"context": {"kind": "none"}}),
    Stage("fixed windows", "of about 160 words, across structure", {"chunker": _WINDOWS}),
    Stage("no model", "no language model's texts", {"query": _NO_MODEL}, model=True),
    Stage("no HyDE", "no hypothetical passage", {"query": {"hyde": False}}, model=True),
    Stage("no multi-query", "no rewrites", {"query": {"multi_query": False}}, model=True),
    Stage("no step-back", "no general question", {"query": {"step_back": False}}, model=True),
    Stage("with step-back", "a general question too", {"query": {"step_back": True}}, model=True),
    Stage("no translation", "questions as asked", {"query": {"translate": False}}, model=True),
)


def ablations(base: Configuration, *, model: bool) -> list[Configuration]:
    """The base, plain hybrid search, and the base without each of the stages that it has.

    ``model``: there is a language model, or recorded texts of one.
    """
    stages = [s for s in STAGES if (model or not s.model) and _leaves_some(s, base.settings)]
    tried = [
        Configuration(stage.name, without(base.settings, stage), stage.what)
        for stage in (PLAIN, *stages)
    ]
    return [base, *(c for c in tried if c.settings != base.settings)]


def without(settings: Settings, stage: Stage) -> Settings:
    """The settings with the stage left out. All else is as it was, a login in an URL included."""
    tables = {name: _changed(getattr(settings, name), keys) for name, keys in stage.without.items()}
    return settings.model_copy(update=tables)


def _changed(table: Table, keys: Mapping[str, Any]) -> Table:
    kept = {} if "kind" in keys else dict(table)  # a dump would lack what is not to be shown
    return type(table).model_validate({**kept, **keys})


def _leaves_some(stage: Stage, settings: Settings) -> bool:
    """Whether the retrievers that the stage leaves are among those of the settings."""
    left = stage.without.get("search", {}).get("retrievers", ())
    return set(left) <= set(settings.search.retrievers)
