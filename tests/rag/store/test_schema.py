"""Libraries made before there were glossaries, or before there was a server."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.commands import ingest, reindex
from ingest.events import Mined
from ingest.glossary import mine, mine_library
from rag.build import open_library
from rag.config import Settings
from rag.errors import LibraryError
from rag.store import schema
from rag.store.catalog import FILE, Catalog
from rag.store.catalog_writer import WritableCatalog
from rag.store.conversations import Conversations
from rag.store.glossary import CatalogGlossary
from rag.types import Link, LinkKind, NameKind, Reference
from tests.values import make_chunks, make_paper

SETTINGS = Settings.model_validate({"embedder": {"kind": "hashing"}})
PAPER = make_paper(
    {"Method": ["We use low-rank adaptation (LoRA)."]}, title="TwinNet: A Network of Twins"
)


def age(library: Path, way_back: str = schema.TO_FIRST) -> None:
    """Makes the library one of an older version."""
    with sqlite3.connect(library / FILE) as db:
        for statement in schema.statements(way_back):
            db.execute(statement)
    db.close()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    with WritableCatalog(tmp_path) as catalog, catalog.transaction():
        catalog.put(PAPER, make_chunks(PAPER))
    age(tmp_path)
    return tmp_path


def schema_of(library: Path) -> tuple[str, set[str]]:
    with Catalog(library) as catalog:
        found = catalog.select("SELECT name FROM sqlite_schema")
        return catalog.meta("schema"), {row["name"] for row in found}


def test_a_reader_reads_it_as_it_is(old: Path) -> None:
    before = (old / FILE).read_bytes()
    with Catalog(old) as catalog:
        assert catalog.paper(PAPER.paper_id) == PAPER
        glossary = CatalogGlossary(catalog)
        assert glossary.of_short(["lora"], frozenset()) == []
        assert glossary.named(["twinnet"], list(NameKind)) == []
    assert (old / FILE).read_bytes() == before


def test_a_writer_brings_it_up_to_date_while_it_is_read(old: Path) -> None:
    with Catalog(old) as reader:
        with WritableCatalog(old) as catalog:
            assert catalog.meta("schema") == schema.VERSION
            assert catalog.paper(PAPER.paper_id) == PAPER
            list(mine_library(catalog))
        [term] = CatalogGlossary(reader).of_short(["lora"], frozenset())
        assert (term.long, term.papers) == ("low-rank adaptation", 1)


def test_it_comes_to_be_what_a_new_library_is(old: Path, tmp_path: Path) -> None:
    WritableCatalog(old).close()
    WritableCatalog(tmp_path / "new").close()
    assert schema_of(old) == schema_of(tmp_path / "new")


def test_one_of_version_2_is_read_and_comes_to_be_what_a_new_library_is(tmp_path: Path) -> None:
    papers, library = tmp_path / "papers", tmp_path / "library"
    papers.mkdir()
    (papers / "a.md").write_text("# TwinNet: A Network\n\nWe use low-rank adaptation (LoRA).\n")
    list(ingest([papers], library, SETTINGS))
    age(library, schema.TO_SECOND)
    with open_library(library, SETTINGS) as opened:
        assert opened.catalog.meta("schema") == "2"
        assert opened.search("What is LoRA?").evidence
        assert CatalogGlossary(opened.catalog).of_short(["lora"], frozenset())
    run = list(ingest([papers], library, SETTINGS))
    assert not [event for event in run if isinstance(event, Mined)], "its glossary is kept"
    WritableCatalog(tmp_path / "new").close()
    assert schema_of(library) == schema_of(tmp_path / "new")


def test_one_of_version_3_is_read_as_if_nothing_pointed_anywhere(tmp_path: Path) -> None:
    papers, library = tmp_path / "papers", tmp_path / "library"
    papers.mkdir()
    (papers / "a.md").write_text("# TwinNet: A Network\n\nWe use low-rank adaptation (LoRA).\n")
    list(ingest([papers], library, SETTINGS))
    age(library, schema.TO_THIRD)
    with open_library(library, SETTINGS) as opened:
        assert opened.catalog.meta("schema") == "3"
        [row] = opened.papers()
        paper = opened.paper(row.paper_id)
        assert (paper.links, paper.references, paper.metadata.venue) == ((), (), "")
        assert opened.search("What is LoRA?").evidence
    WritableCatalog(library).close()
    WritableCatalog(tmp_path / "new").close()
    assert schema_of(library) == schema_of(tmp_path / "new")


def test_a_reindex_reads_the_links_of_one_of_version_3(tmp_path: Path) -> None:
    papers, library = tmp_path / "papers", tmp_path / "library"
    papers.mkdir()
    text = "# Twins\n\nAs in [1].\n\n## References\n\n[1] A. Author. A title. In ICML, 2014.\n"
    (papers / "a.md").write_text(text)
    list(ingest([papers], library, SETTINGS))
    with Catalog(library) as catalog:
        [row] = catalog.papers()
        before = catalog.paper(row.paper_id)
    assert before.links
    assert before.references
    age(library, schema.TO_THIRD)
    (papers / "a.md").unlink()
    list(reindex(library, SETTINGS))
    with Catalog(library) as catalog:
        assert catalog.paper(row.paper_id) == before


def test_a_reader_sees_what_a_writer_adds_to_one_of_version_3(tmp_path: Path) -> None:
    span = PAPER.elements[0].span
    known = replace(
        PAPER,
        metadata=replace(PAPER.metadata, venue="TwinConf"),
        references=(Reference(0, "1"),),
        links=(Link(span, LinkKind.CITATION, 0),),
    )
    with WritableCatalog(tmp_path) as catalog, catalog.transaction():
        catalog.put(PAPER, make_chunks(PAPER))
    age(tmp_path, schema.TO_THIRD)
    with Catalog(tmp_path) as reader:
        assert reader.paper(PAPER.paper_id) == PAPER
        with WritableCatalog(tmp_path) as catalog, catalog.transaction():
            catalog.put(known, make_chunks(known))
        assert reader.paper(PAPER.paper_id) == known
        assert reader.select("SELECT 1 FROM sqlite_temp_schema") == []


def test_a_failed_upgrade_leaves_it_as_it_was(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = schema_of(old)
    broken = schema.UPGRADES["1"] + "; CREATE TABLE names (again TEXT)"
    monkeypatch.setitem(schema.UPGRADES, "1", broken)
    with pytest.raises(LibraryError, match="already exists"):
        WritableCatalog(old)
    assert schema_of(old) == before


def test_what_is_mined_goes_with_its_paper(old: Path) -> None:
    with WritableCatalog(old) as catalog:
        list(mine_library(catalog))
        glossary = CatalogGlossary(catalog)
        assert glossary.named(["twinnet"], [NameKind.TITLE]) == []
        [coined] = glossary.named(["twinnet", "other"], [NameKind.COINED, NameKind.TITLE])
        [named] = glossary.beginning("twinneta", [NameKind.TITLE])
        assert coined.paper_id == named.paper_id
        assert (named.paper_id, named.year) == (PAPER.paper_id, 2020)
        with catalog.transaction():
            catalog.drop(PAPER.paper_id)
        assert catalog.select("SELECT * FROM names") == []
        assert catalog.select("SELECT * FROM terms") == []


def test_what_terms_are_counted_by_goes_with_their_papers(tmp_path: Path) -> None:
    texts = {
        "one": "We use low-rank adaptation (LoRA).",
        "two": "Low-rank adaptation (LoRA): LoRA.",
    }
    with WritableCatalog(tmp_path) as catalog:
        for paper_id, text in texts.items():
            paper = make_paper({"Method": [text]}, paper_id=paper_id)
            with catalog.transaction():
                catalog.put(paper, make_chunks(paper), mine(paper))

        def counted() -> list[tuple[str, int, int]]:
            found = catalog.select("SELECT short, papers, uses FROM term_counts")
            return [tuple(row) for row in found]

        assert counted() == [("LoRA", 2, 3)]
        for paper_id, left in (("two", [("LoRA", 1, 1)]), ("one", [])):
            with catalog.transaction():
                catalog.drop(paper_id)
            assert counted() == left
            assert len(CatalogGlossary(catalog).of_short(["lora"], frozenset())) == len(left)


@pytest.mark.parametrize("how", ["ingest", "reindex"])
def test_what_it_holds_is_mined_by_the_next_command(tmp_path: Path, how: str) -> None:
    library, papers = tmp_path / "library", tmp_path / "papers"
    papers.mkdir()
    (papers / "a.md").write_text("# TwinNet: A Network\n\nWe use low-rank adaptation (LoRA).\n")
    list(ingest([papers], library, SETTINGS))
    age(library)
    with open_library(library, SETTINGS) as opened:
        assert opened.search("What is LoRA?").evidence
    (papers / "b.md").write_text("# LoRA again\n\nThe low-rank adaptation (LoRA) once more.\n")
    run = ingest([papers], library, SETTINGS) if how == "ingest" else reindex(library, SETTINGS)
    mined = [event for event in run if isinstance(event, Mined)]
    assert [(event.done, event.of) for event in mined] == [(1, 1)]
    with Catalog(library) as catalog:
        [term] = CatalogGlossary(catalog).of_short(["lora"], frozenset())
    assert term.papers == (2 if how == "ingest" else 1)


def test_one_of_version_4_is_read_and_comes_to_be_what_a_new_library_is(tmp_path: Path) -> None:
    library = tmp_path / "library"
    known = replace(PAPER, metadata=replace(PAPER.metadata, venue="TwinConf"))
    with WritableCatalog(library) as catalog:
        with catalog.transaction():
            catalog.put(known, make_chunks(known))
        thread = Conversations(catalog).open_thread("", "Twins")
    age(library, schema.TO_FOURTH)
    with Catalog(library) as reader:
        assert reader.meta("schema") == "4"
        assert reader.paper(PAPER.paper_id) == known, "nothing stands in for what it has"
    with WritableCatalog(library) as catalog:
        assert Conversations(catalog).thread(thread.thread_id) == thread
    WritableCatalog(tmp_path / "new").close()
    assert schema_of(library) == schema_of(tmp_path / "new")
