from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.admit import entries_of
from rag.errors import LibraryCorrupt, LibraryError, UnknownPaper
from rag.store.catalog import FILE, Catalog
from rag.store.catalog_writer import WritableCatalog
from rag.store.filters import admits
from rag.types import (
    Box,
    Cell,
    Filter,
    Grid,
    Link,
    LinkKind,
    Paper,
    Reference,
    Role,
    Span,
)
from tests.values import make_chunks, make_paper

PAPER = make_paper(
    {"Method": ["We use Adam.", "The rate is 0.1 — für alle."], "Results": ["It works 𝛽."]},
    roles={"Method": Role.METHOD},
)


RICH = replace(
    PAPER,
    metadata=replace(
        PAPER.metadata,
        arxiv_version=3,
        doi="10.1000/182",
        venue="NeurIPS",
        affiliations=("Königsberg",),
        keywords=("rates",),
        code=("https://example.org/code",),
    ),
    elements=(
        replace(
            PAPER.elements[0],
            grid=Grid(2, 2, (Cell(0, 0, "β", columns=2, header=True), Cell(1, 1, "0.1 | 2"))),
            area=Box(1, 10.0, 20.0, 30.5, 40.0),
        ),
        *PAPER.elements[1:],
    ),
    references=(Reference(2, "12", ("G. Boole",), "Laws", 1854, "Walton", "", "10.1/x", ""),),
    links=(Link(Span(3, 6), LinkKind.CITATION, 0), Link(Span(14, 17), LinkKind.SECTION, 1)),
    remarks=("page 2 was read by the layout model",),
)


def put(catalog: WritableCatalog, paper: Paper) -> None:
    with catalog.transaction():
        catalog.put(paper, make_chunks(paper))


def test_a_paper_comes_back_as_it_was(tmp_path: Path) -> None:
    with WritableCatalog(tmp_path) as catalog:
        put(catalog, PAPER)
    with Catalog(tmp_path) as catalog:
        assert catalog.paper(PAPER.paper_id) == PAPER
        assert catalog.chunks_of(PAPER.paper_id) == make_chunks(PAPER)
        [row] = catalog.papers()
        assert (row.paper_id, row.chunks, row.metadata) == (PAPER.paper_id, 3, PAPER.metadata)


def test_its_structure_comes_back_too(tmp_path: Path) -> None:
    with WritableCatalog(tmp_path) as catalog:
        put(catalog, RICH)
    with Catalog(tmp_path) as catalog:
        assert catalog.paper(RICH.paper_id) == RICH
        assert catalog.links(RICH.paper_id, Span(0, 10)) == RICH.links[:1]
        [row] = catalog.papers()
        assert row.metadata == RICH.metadata


def test_evidence_carries_its_surroundings(tmp_path: Path) -> None:
    with WritableCatalog(tmp_path) as catalog:
        put(catalog, PAPER)
        chunks = make_chunks(PAPER)
        found = catalog.evidence([(chunks[2], 0.5), (chunks[0], 0.25)])
    assert [(e.rank, e.score, e.section.title) for e in found] == [
        (1, 0.5, "Results"),
        (2, 0.25, "Method"),
    ]
    assert found[1].elements == (PAPER.elements[0],)
    assert found[1].boxes()[0].page == 1


def test_a_new_version_takes_the_place_of_the_old(tmp_path: Path) -> None:
    newer = make_paper({"Method": ["We use SGD."]})
    with WritableCatalog(tmp_path) as catalog:
        put(catalog, PAPER)
        put(catalog, newer)
        assert catalog.paper(newer.paper_id).text == "We use SGD."
        assert catalog.chunk_ids() == {c.chunk_id for c in make_chunks(newer)}


def test_a_failed_transaction_leaves_the_old_state(tmp_path: Path) -> None:
    with WritableCatalog(tmp_path) as catalog:
        put(catalog, PAPER)
        with pytest.raises(ZeroDivisionError), catalog.transaction():
            catalog.drop(PAPER.paper_id)
            _ = 1 / 0
        assert catalog.paper(PAPER.paper_id) == PAPER


def test_readers_see_the_state_before_the_commit(tmp_path: Path) -> None:
    with WritableCatalog(tmp_path) as writer, Catalog(tmp_path) as reader:
        before = reader.meta("generation")
        with writer.transaction():
            writer.put(PAPER, make_chunks(PAPER))
            assert reader.papers() == []
        assert len(reader.papers()) == 1
        assert reader.meta("generation") != before


def test_find_by_content_source_and_id(tmp_path: Path) -> None:
    with WritableCatalog(tmp_path) as catalog:
        put(catalog, PAPER)
        assert catalog.find(content_hash=PAPER.content_hash) == PAPER.paper_id
        assert catalog.find(source=PAPER.source) == PAPER.paper_id
        assert catalog.find(paper_id="p9") is None
        assert catalog.find() is None


def test_more_ids_than_one_statement_takes(tmp_path: Path) -> None:
    with WritableCatalog(tmp_path) as catalog:
        put(catalog, PAPER)
        ids = [c.chunk_id for c in make_chunks(PAPER)] + [f"x{i}" for i in range(1200)]
        assert len(catalog.chunks(ids)) == 3


def test_an_unknown_paper_is_named(tmp_path: Path) -> None:
    with WritableCatalog(tmp_path) as catalog, pytest.raises(UnknownPaper, match="p9"):
        catalog.paper("p9")


def test_no_library_is_no_new_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="scholium ingest"):
        Catalog(tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "content", [b"not a database, just text " * 50, b"SQLite format 3\0" + b"?" * 200]
)
def test_a_damaged_file_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(LibraryCorrupt, match="damaged"):
        Catalog(tmp_path)
    with pytest.raises(LibraryCorrupt, match="damaged"):
        WritableCatalog(tmp_path)
    assert (tmp_path / FILE).read_bytes() == content


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    WritableCatalog(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    db.close()
    with pytest.raises(LibraryError, match="schema 99"):
        Catalog(tmp_path)


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    with WritableCatalog(tmp_path) as catalog:
        put(catalog, PAPER)
        catalog._db.execute(
            f"PRAGMA max_page_count = {catalog._db.execute('PRAGMA page_count').fetchone()[0]}"
        )
        big = make_paper({"Method": ["word " * 50_000]}, paper_id="p2")
        with pytest.raises(LibraryError, match="disk"):
            put(catalog, big)
        assert catalog.paper(PAPER.paper_id) == PAPER
        assert catalog.find(paper_id="p2") is None


def test_doubt_is_kept_until_settled(tmp_path: Path) -> None:
    with WritableCatalog(tmp_path) as catalog:
        catalog.doubt(["a", "b"])
        catalog.doubt(["b"])
    with WritableCatalog(tmp_path) as catalog:
        assert catalog.unsettled() == {"a", "b"}
        catalog.settle()
        assert catalog.unsettled() == set()


def test_a_paper_is_read_whole_while_another_version_comes_in(tmp_path: Path) -> None:
    """Without a snapshot, sections of one version met elements of another."""
    longer = make_paper({f"S{i}": ["one", "two"] for i in range(30)})
    with WritableCatalog(tmp_path) as writer, Catalog(tmp_path) as reader:
        put(writer, PAPER)
        stop = threading.Event()

        def replace_without_pause() -> None:
            while not stop.is_set():
                put(writer, longer)
                put(writer, PAPER)

        thread = threading.Thread(target=replace_without_pause)
        thread.start()
        try:
            for _ in range(300):
                assert reader.paper(PAPER.paper_id) in (PAPER, longer)
                with reader.snapshot():
                    found = [(c, 1.0) for c in reader.chunks_of(PAPER.paper_id)]
                    assert all(e.elements for e in reader.evidence(found))
        finally:
            stop.set()
            thread.join()


def test_a_catalog_that_was_never_filled_says_so_and_can_be_begun_again(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    with pytest.raises(LibraryError, match="Run it again"):
        Catalog(tmp_path)
    with WritableCatalog(tmp_path) as catalog:
        assert catalog.is_empty()


def test_a_moved_paper_has_its_new_source(tmp_path: Path) -> None:
    with WritableCatalog(tmp_path) as catalog:
        put(catalog, PAPER)
        catalog.move({PAPER.paper_id: "/papers/b.pdf"})
        assert catalog.source(PAPER.paper_id) == "/papers/b.pdf"
        with pytest.raises(UnknownPaper):
            catalog.source("p9")


@pytest.mark.parametrize(
    "where",
    [
        Filter(),
        Filter(papers=frozenset({"p-two", "nobody"})),
        Filter(roles=frozenset({Role.METHOD})),
        Filter(year_from=2019, year_to=2020),
        Filter(papers=frozenset({PAPER.paper_id}), roles=frozenset({Role.METHOD}), year_to=2021),
    ],
)
def test_a_filter_lets_through_what_it_lets_through_anywhere(tmp_path: Path, where: Filter) -> None:
    papers = (
        PAPER,
        make_paper({"Method": ["SGD."]}, paper_id="p-two", year=2018),
        make_paper({"Method": ["LAMB."]}, paper_id="p-three", year=None),
    )
    entries = [e for paper in papers for e in entries_of(paper, make_chunks(paper))]
    with WritableCatalog(tmp_path) as catalog:
        for paper in papers:
            put(catalog, paper)
        found = catalog.ids_within(where)
    assert sorted(found) == sorted(e.chunk_id for e in entries if admits(where, e))
    assert found
