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
