from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.commands import ingest_papers
from ingest.events import Event, Failed, Found, Stored, Unchanged
from ingest.records import Record, paper_of
from rag.build import open_library
from rag.config import Embedder, Settings
from rag.errors import SourceError
from rag.types import Role

SETTINGS = Settings(embedder=Embedder(kind="hashing"))
CATS = Record("cats-1", "On Cats", "Cats purr at 25 Hz.\n\nThey sleep a lot.", 2020)


def test_a_record_is_a_paper_of_one_section() -> None:
    paper = paper_of(CATS, "pets.jsonl")
    assert paper.paper_id == "cats-1"
    assert paper.source == "pets.jsonl#cats-1"
    assert paper.metadata.title == "On Cats"
    assert paper.metadata.year == 2020
    assert [section.heading for section in paper.sections] == [""]
    assert [e.span.of(paper.text) for e in paper.elements] == [
        "Cats purr at 25 Hz.",
        "They sleep a lot.",
    ]


def test_what_an_abstract_is() -> None:
    paper = paper_of(Record("a", "T", "We show.", role=Role.ABSTRACT), "x")
    assert paper.sections[0].role is Role.ABSTRACT
    assert paper.metadata.abstract == "We show."


def test_a_title_stands_in_for_the_text() -> None:
    assert paper_of(Record("a", "Only a title", "  "), "x").text == "Only a title"
    with pytest.raises(SourceError, match="neither title nor text"):
        paper_of(Record("a", " ", ""), "x")


def test_an_id_that_nobody_can_type_is_replaced() -> None:
    paper = paper_of(Record("10.1/a b", "T", "Text."), "x")
    assert paper.paper_id.startswith("p")
    assert paper.source == "x#10.1/a b"


@given(st.text(), st.text())
def test_elements_hold_the_words_of_the_text(title: str, text: str) -> None:
    try:
        paper = paper_of(Record("a", title, text), "x")
    except SourceError:
        assert not (title + text).strip()
        return
    found = " ".join(e.span.of(paper.text) for e in paper.elements)
    assert found.split() == paper.text.split()
    assert paper.elements


def ingested(library: Path, *records: Record) -> list[Event]:
    papers: list = []
    for record in records:
        try:
            papers.append(paper_of(record, "pets.jsonl"))
        except SourceError as error:
            papers.append(error)
    return list(ingest_papers(iter(papers), len(papers), library, SETTINGS))


def test_records_are_found(tmp_path: Path) -> None:
    dogs = Record("dogs", "On Dogs", "Dogs bark.")
    events = ingested(tmp_path, CATS, Record("void", "", ""), dogs)
    assert events[0] == Found(3)
    assert [e.paper_id for e in events if isinstance(e, Stored)] == ["cats-1", "dogs"]
    assert [e.source for e in events if isinstance(e, Failed)] == ["pets.jsonl#void"]
    with open_library(tmp_path, SETTINGS) as library:
        assert library.search("purr").evidence[0].chunk.paper_id == "cats-1"
        assert library.resolve("dogs") == "dogs"
        assert library.check() == []


def test_a_record_that_is_held_is_passed_over_and_a_changed_one_replaced(tmp_path: Path) -> None:
    ingested(tmp_path, CATS)
    again = ingested(tmp_path, CATS)
    assert [e.paper_id for e in again if isinstance(e, Unchanged)] == ["cats-1"]
    assert not any(isinstance(e, Stored) for e in again)
    changed = Record("cats-1", "On Cats", "Cats meow.", 2020)
    events = ingested(tmp_path, changed)
    assert [e.replaced for e in events if isinstance(e, Stored)] == [True]
    with open_library(tmp_path, SETTINGS) as library:
        assert [row.paper_id for row in library.papers()] == ["cats-1"]
        assert library.paper("cats-1").text == "Cats meow."
        assert library.check() == []
