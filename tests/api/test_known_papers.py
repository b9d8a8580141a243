"""Which papers a server knows while a search of it is under way."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from api.problems import Problem
from api.routes.papers import known_paper
from api.serving import opened
from ingest.commands import ingest
from ingest.events import Stored
from rag.config import Settings

SETTINGS = Settings.model_validate({"embedder": {"kind": "hashing"}, "ingest": {"jobs": 1}})


def test_a_paper_that_came_amid_a_search_is_known(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# A Note\n\nIt came while somebody was searching.\n", encoding="utf-8")
    library = tmp_path / "library"

    async def told() -> None:
        async with opened(library, SETTINGS) as here:
            with here.library.catalog.snapshot():
                assert here.library.catalog.is_empty()  # from here on this state is shown
                events = ingest([note], library, SETTINGS)
                [stored] = [event for event in events if isinstance(event, Stored)]
                assert here.library.catalog.is_empty()
                assert known_paper(here, stored.paper_id).metadata.title == "A Note"
                with pytest.raises(Problem, match="no paper 'else'"):
                    known_paper(here, "else")

    asyncio.run(told())
