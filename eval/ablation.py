"""What each stage of the pipeline is worth: one is switched off at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eval.experiment import Configuration
from rag.config import Settings


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage without which to try, and the settings that leave it out, table by table.

    A table with a ``kind`` is put in place of the configured one, any other is merged into it.
    """

    name: str
    what: str
    without: Mapping[str, Mapping[str, Any]]


STAGES = (
    Stage("no BM25", "dense retrieval alone", {"search": {"retrievers": ["dense"]}}),
    Stage("no dense", "BM25 alone: no embeddings", {"search": {"retrievers": ["bm25"]}}),
    Stage(
        "no context line",
        "chunks are indexed without title and path",
        {"context": {"kind": "none"}},
    ),
    Stage(
        "fixed windows",
        "windows of about 160 words instead of structural chunks",
        {"chunker": {"kind": "fixed", "target_tokens": 215, "overlap_tokens": 43}},
    ),
    Stage(
        "whole requests",
        'the words of a request ("which papers discuss") are searched for, too',
        {"query": {"topic": False}},
    ),
    Stage(
        "no folding",
        "passages that repeat a better one stay",
        {"search": {"duplicate_overlap": 1.0}},
    ),
)


def ablations(base: Configuration) -> list[Configuration]:
    """The base, and it without each of the stages that it has."""
    tried = [
        Configuration(stage.name, without(base.settings, stage), stage.what) for stage in STAGES
    ]
    return [base, *(c for c in tried if c.settings != base.settings)]


def without(settings: Settings, stage: Stage) -> Settings:
    """The settings with the stage left out."""
    tables = settings.model_dump()
    for name, keys in stage.without.items():
        tables[name] = dict(keys) if "kind" in keys else {**tables[name], **keys}
    return Settings.model_validate(tables)
