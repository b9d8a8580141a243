"""Propositions: what is indexed is the model's, what is cited is the paper's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from ingest.commands import reindex
from ingest.events import Stored
from rag.build import open_library
from rag.config import Settings
from rag.store.catalog import Catalog
from rag.types import Chunk, Paper
from tests.ingest.elaborating.conftest import (
    SENTENCES,
    elaborated,
    taken_in,
    writes_propositions,
)
from tests.scripted_llm import Reply, ScriptedServer, fails, says

Make = Callable[..., Settings]
INTRODUCTION = "Forgetting on Purpose > Introduction"


@pytest.fixture(autouse=True)
def writing(server: ScriptedServer) -> None:
    server.play(writes_propositions)


def kept(library: Path) -> tuple[Paper, list[Chunk]]:
    with Catalog(library) as catalog:
        [row] = catalog.papers()
        return catalog.paper(row.paper_id), catalog.chunks_of(row.paper_id)


def test_a_chunk_is_a_sentence_of_the_paper_with_a_proposition_as_context(
    paper: Path, tmp_path: Path, server: ScriptedServer, settings_of: Make
) -> None:
    events = taken_in(paper, tmp_path / "library", settings_of("propositions"))
    parsed, chunks = kept(tmp_path / "library")
    assert all(chunk.span.of(parsed.text) == chunk.text for chunk in chunks)
    assert {(chunk.text, chunk.context) for chunk in chunks[:4]} == {
        (SENTENCES[at], f"{INTRODUCTION}\n{said}")
        for at in (0, 1)
        for said in (f"Dropout does it, wombat{at + 1}.", f"Numbat says {SENTENCES[at]}")
    }
    assert len({chunk.chunk_id for chunk in chunks}) == len(chunks) == 6
    [request] = server.requests
    assert "A reference" not in str(request["messages"])
    [stored] = [event for event in events if isinstance(event, Stored)]
    assert stored.chunks == 6
    assert elaborated(events).more == 3


def test_sentences_without_propositions_stay_findable(
    paper: Path, tmp_path: Path, server: ScriptedServer, settings_of: Make
) -> None:
    server.play(says("2: Only the second sentence states a thing."))
    taken_in(paper, tmp_path / "library", settings_of("propositions"))
    parsed, chunks = kept(tmp_path / "library")
    assert [chunk.text for chunk in chunks[:3]] == SENTENCES
    assert chunks[0].context == INTRODUCTION
    bare = "".join("".join(chunk.text.split()) for chunk in chunks)
    assert bare == "".join(parsed.text.split())


def test_a_sentence_is_found_by_a_proposition_and_once_only(
    paper: Path, tmp_path: Path, settings_of: Make
) -> None:
    settings = settings_of("propositions")
    taken_in(paper, tmp_path / "library", settings)
    quiet = settings.query.model_copy(update={"hyde": False, "multi_query": False})
    searching = settings.model_copy(update={"query": quiet})
    with open_library(tmp_path / "library", searching) as opened:
        found = opened.search("wombat2 numbat", k=10).evidence
    assert found[0].chunk.text == SENTENCES[1]
    spans = [evidence.chunk.span for evidence in found]
    assert len(spans) == len(set(spans)) == 4


@pytest.mark.parametrize("reply", [says("Here you go!"), fails(500, "no"), Reply(finish="stop")])
def test_without_an_answer_the_passages_are_indexed_whole(
    paper: Path, tmp_path: Path, server: ScriptedServer, settings_of: Make, reply: Reply
) -> None:
    server.play(reply)
    events = taken_in(paper, tmp_path / "library", settings_of("propositions"))
    _, chunks = kept(tmp_path / "library")
    assert chunks[0].text == f"{SENTENCES[0]} {SENTENCES[1]}"
    assert chunks[0].context == INTRODUCTION
    assert elaborated(events).lacking == 2


def test_a_reindex_pays_for_nothing_again(
    paper: Path, tmp_path: Path, server: ScriptedServer, settings_of: Make
) -> None:
    library, settings = tmp_path / "library", settings_of("propositions")
    taken_in(paper, library, settings)
    before = kept(library)
    events = list(reindex(library, settings))
    assert len(server.requests) == 1
    assert (elaborated(events).usage.prompt_tokens, kept(library)) == (0, before)


def test_propositions_need_no_context_by_a_model() -> None:
    with pytest.raises(ValidationError, match="written to stand alone"):
        Settings.model_validate({"chunker": {"kind": "propositions"}, "context": {"kind": "llm"}})
