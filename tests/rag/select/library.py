"""A small library whose paper has all that comes along: a table, a formula, a note, definitions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.commands import ingest
from rag.config import Settings
from rag.library import Library
from rag.types import Evidence, Filter
from tests.scripted_llm import MODEL, ScriptedServer

FILLER = "Much is said of it here. " * 18
PAPER = f"""\
# Forgetting

## 1 Introduction

We propose Elastic Weight Anchoring (EWA), which keeps what was learned. {FILLER}

Let $\\lambda$ be the strength of the anchor, which is tuned. {FILLER}

## 2 Method

The penalty of EWA grows with $\\lambda$ and with $d_k$, as the numbat shows.[^1] {FILLER}

The dingo set is another one, where the strength does not matter. {FILLER}

We write the keys as vectors, where $d_k$ is the number of their dimensions. {FILLER}

[^1]: The numbat was seen in the harbour.

## 3 Results

The harbour set is scored in Table 1. {FILLER}

Table 1: Scores of the sets.

| set | score |
|---|---|
| quokka | 71.3 |
| wombat | 64.9 |
"""


def made_library(folder: Path, **tables: object) -> Path:
    (folder / "paper.md").write_text(PAPER)
    list(ingest([folder / "paper.md"], folder / "library", settings(**tables)))
    return folder / "library"


def settings(server: ScriptedServer | None = None, **tables: object) -> Settings:
    """Without models but for the ``server``'s; ``tables`` by name."""
    llm = {"model": MODEL, "api_base": server.url, "retries": 0} if server else {}
    return Settings.model_validate(
        {
            "embedder": {"kind": "hashing"},
            "rerank": {"kind": "none"},
            "query": {"hyde": False, "multi_query": False, "translate": False, "cache": False},
            "search": {"retrievers": ["bm25"], "duplicate_overlap": 1.0},
            "ingest": {"jobs": 1},
            "llm": llm,
            **tables,
        }
    )


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def found(library: Library, question: str, k: int = 1) -> tuple[Evidence, ...]:
    return library.search(question, Filter(), k).evidence
