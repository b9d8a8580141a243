"""A comparison is one question, however many papers are asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.build import open_library
from rag.compare.comparer import Comparer
from rag.comparing import compare
from rag.config import Settings
from rag.spending import Spending, of_request
from rag.types import Answer, Filter
from tests.scripted_llm import MODEL, ScriptedServer, says

QUESTION = "Which constant does rank fusion use?"


def test_what_the_papers_take_counts_together(
    small_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_library(small_library, Settings()) as library:
        papers = frozenset(row.paper_id for row in library.papers())
        asking, counted = library.ask, list[Spending]()

        def ask(text: str, where: Filter) -> Answer:
            counted.append(of_request())
            return asking(text, where)

        monkeypatch.setattr(library, "ask", ask)
        for number in (1, 2):
            compare(library, Comparer(), QUESTION, Filter(papers), len(papers))
            assert len(counted) == number * len(papers)
            assert len(set(map(id, counted))) == number


def test_what_it_takes_to_find_the_papers_is_told_too(
    small_library: Path, server: ScriptedServer
) -> None:
    table = {"model": MODEL, "api_base": server.url, "retries": 0}
    settings = Settings.model_validate({"llm": table, "query": {"deadline_s": 60, "cache": False}})
    server.play(says("NOT FOUND"))
    with open_library(small_library, settings) as library:
        found = compare(library, Comparer(), QUESTION, Filter(), 2)
    searched = [r for r in server.requests if "<evidence" not in r["messages"][-1]["content"]]
    assert len(searched) > 2  # one search for papers, and one in each of them
    assert found.usage.prompt_tokens == 100 * len(server.requests)
