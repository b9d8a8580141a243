"""A library that another process writes to while an answer is searched for in several goes."""

from __future__ import annotations

from pathlib import Path

from ingest.commands import ingest
from rag.build import open_library
from rag.config import Settings
from rag.types import Answer, Retrieval, Step
from tests.copying import copied

QUESTION = "What is in a chunk's context line, and which constant does rank fusion use?"
NOTE = """\
---
title: A Note on Constants
authors: Ada Lovelace
year: 2024
---

# A Note on Constants

Which constant does rank fusion use? The note says that the constant is sixty.
"""


def test_searches_on_the_way_see_the_library_as_it_is_by_then(
    small_library: Path, tmp_path: Path
) -> None:
    folder = copied(small_library, tmp_path / "library")
    settings = Settings.model_validate({"active": {"kind": "multi-hop"}})
    with open_library(folder, settings) as library:
        pieces = library.ask_stream(QUESTION)
        first = next(pieces)
        assert isinstance(first, Retrieval)
        (tmp_path / "note.md").write_text(NOTE, encoding="utf-8")
        list(ingest([tmp_path / "note.md"], folder, settings))
        *steps, answer = [piece for piece in pieces if isinstance(piece, Step | Answer)]
    assert isinstance(answer, Answer)
    titles = {e.metadata.title for step in steps for e in step.found}  # type: ignore[union-attr]
    assert "A Note on Constants" in titles
    assert "A Note on Constants" in {e.metadata.title for e in answer.evidence}
