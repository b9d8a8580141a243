"""A paper, and a model server that writes about it as it is asked to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingest.commands import ingest
from ingest.events import Elaborated, Event
from rag.config import Settings
from tests.scripted_llm import MODEL, Messages, Reply, ScriptedServer, says, scripted_server

SENTENCES = [
    "Networks that remember everything generalise badly.",
    "It switches every hidden unit off with a rate of 0.3 at each training step.",
    "This improves on the earlier model by two points.",
]
PAPER = """---
title: Forgetting on Purpose
year: 2017
---
# Forgetting on Purpose

## 1 Introduction

{} {}

## 2 Results

{}

## References

[1] A. Lovelace. A reference that nobody asks for. 1843.
""".format(*SENTENCES)


@pytest.fixture(scope="module")
def warm_server() -> Iterator[ScriptedServer]:
    with scripted_server() as server:
        yield server


@pytest.fixture
def server(warm_server: ScriptedServer) -> ScriptedServer:
    warm_server.play(writes_contexts)
    return warm_server


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "papers" / "paper.md"
    path.parent.mkdir()
    path.write_text(PAPER)
    return path


@pytest.fixture
def settings_of(server: ScriptedServer) -> Callable[..., Settings]:
    """Settings under which the server writes: for contexts, unless ``chunker`` is given."""

    def make(chunker: str = "structural", max_cost_usd: float = 5.0, **llm: Any) -> Settings:
        context = "llm" if chunker == "structural" else "structure"
        return Settings.model_validate(
            {
                "embedder": {"kind": "hashing"},
                "rerank": {"kind": "none"},
                "ingest": {"jobs": 1, "calls": 2, "max_cost_usd": max_cost_usd},
                "chunker": {"kind": chunker},
                "context": {"kind": context},
                "llm": {"model": MODEL, "api_base": server.url, "retries": 0, **llm},
            }
        )

    return make


def long_paper(paragraphs: int, title: str = "A Long Paper") -> str:
    """A paper with a passage for each paragraph, each of which says its number."""
    said = [f"Paragraph {n} says so. " + "It goes on for a while. " * 20 for n in range(paragraphs)]
    return f"# {title}\n\n## 1 Body\n\n" + "\n\n".join(said) + "\n"


def taken_in(source: Path, library: Path, settings: Settings) -> list[Event]:
    with closing(ingest([source], library, settings)) as events:
        return list(events)


def elaborated(events: list[Event]) -> Elaborated:
    """The one such event."""
    [event] = [event for event in events if isinstance(event, Elaborated)]
    return event


def asked_for(messages: Messages) -> list[int]:
    """The numbers of the passages that a request for contexts asks for."""
    return [int(n) for n in re.findall(r"\d+", messages[-1]["content"].rpartition("for:")[2])]


def writes_contexts(messages: Messages) -> Reply:
    return says(
        "\n".join(f"{n}: Quokka{n} is what passage {n} leaves out." for n in asked_for(messages))
    )


def writes_propositions(messages: Messages) -> Reply:
    """Two of each sentence but those that begin with "This"."""
    found = re.findall(r"<sentence \w+ (\d+)>\n(.*?)\n</sentence", messages[-1]["content"], re.S)
    lines = []
    for number, text in found:
        if text.startswith("This"):
            lines.append(f"{number}: NONE")
        else:
            lines.append(f"{number}: Dropout does it, wombat{number}.")
            lines.append(f"{number}: Numbat says {text}")
    return says("\n".join(lines))
