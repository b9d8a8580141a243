from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.store.catalog import Catalog
from rag.store.catalog_writer import WritableCatalog
from rag.store.connection import BATCH
from rag.store.surroundings import BRANCHES, KINDS
from rag.types import Chunk, Kind, Link, LinkKind, Paper, Ranking, Role, Span
from tests.values import make_chunks, make_paper

FLAT = make_paper({"Method": ["We use Adam.", "The rate is 0.1."]}, roles={"Method": Role.METHOD})
TWO = make_paper({"Method": ["Adam."], "Results": ["It works."]}, paper_id="p-two", title="Two")
NESTED = replace(TWO, sections=(TWO.sections[0], replace(TWO.sections[1], parent=0, level=2)))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    with WritableCatalog(tmp_path) as catalog, catalog.transaction():
        for paper in (FLAT, NESTED):
            catalog.put(paper, make_chunks(paper))
    return tmp_path


def found(*chunks: Chunk) -> Ranking:
    return Ranking.from_scores("fused", [(c.chunk_id, -float(i)) for i, c in enumerate(chunks)])


def test_candidates_carry_their_surroundings(library: Path) -> None:
    last, first = make_chunks(NESTED)[1], make_chunks(FLAT)[0]
    with Catalog(library) as catalog:
        candidates = catalog.candidates(found(last, first), 10)
    assert [(c.chunk, c.score) for c in candidates] == [(last, 0.0), (first, -1.0)]
    assert [[s.title for s in c.path] for c in candidates] == [["Method", "Results"], ["Method"]]
    assert [c.position for c in candidates] == [1.0, 0.0]
    assert [c.metadata for c in candidates] == [NESTED.metadata, FLAT.metadata]
    assert {c.kind for c in candidates} == {Kind.PARAGRAPH}


def test_candidates_that_are_not_visible_make_room_for_others(library: Path) -> None:
    shown = make_chunks(FLAT)
    hidden = [replace(shown[0], chunk_id=f"hidden {n}") for n in range(5)]
    with Catalog(library) as catalog:
        candidates = catalog.candidates(found(*hidden, *shown), 2)
    assert [c.chunk for c in candidates] == shown


def test_what_a_chunk_points_to_can_be_brought_along(tmp_path: Path) -> None:
    paper = make_paper(
        {"Results": ["See Table 1 and 2 🙂 here.", "Table 1: é🙂 Scores.", "A note."]}
    )
    kinds = (Kind.PARAGRAPH, Kind.TABLE, Kind.FOOTNOTE)
    elements = tuple(replace(e, kind=k) for e, k in zip(paper.elements, kinds, strict=True))
    links = (
        Link(Span(4, 11), LinkKind.ELEMENT, 1),
        Link(Span(4, 11), LinkKind.SECTION, 0),
        Link(Span(16, 17), LinkKind.FOOTNOTE, 2),
        Link(Span(18, 19), LinkKind.ELEMENT, 0),
        Link(elements[1].span, LinkKind.ELEMENT, 2),
    )
    paper = replace(paper, elements=elements, links=links)
    chunks = make_chunks(paper)
    with WritableCatalog(tmp_path) as catalog:
        with catalog.transaction():
            catalog.put(paper, chunks)
        first = catalog.pointed(chunks[0])
        assert [p.element for p in first] == [elements[1], elements[2]]
        assert [p.text for p in first] == ["Table 1: é🙂 Scores.", "A note."]
        assert [p.element for p in catalog.pointed(chunks[1])] == [elements[2]]
        assert catalog.pointed(chunks[2]) == ()


def test_a_table_is_a_candidate_of_its_kind(tmp_path: Path) -> None:
    paper: Paper = replace(
        FLAT, elements=(FLAT.elements[0], replace(FLAT.elements[1], kind=Kind.TABLE))
    )
    with WritableCatalog(tmp_path) as catalog:
        with catalog.transaction():
            catalog.put(paper, make_chunks(paper))
        kinds = [c.kind for c in catalog.candidates(found(*make_chunks(paper)), 2)]
    assert kinds == [Kind.PARAGRAPH, Kind.TABLE]


def test_very_many_candidates_may_stand_in_as_many_sections(tmp_path: Path) -> None:
    paper = make_paper({f"Section {n}": [f"It says {n}."] for n in range(BATCH + 1)})
    chunks = make_chunks(paper)
    with WritableCatalog(tmp_path) as catalog:
        with catalog.transaction():
            catalog.put(paper, chunks)
        candidates = catalog.candidates(found(*chunks), len(chunks))
    assert [c.section for c in candidates] == list(paper.sections)


@pytest.mark.parametrize("sql", [BRANCHES, KINDS])
def test_no_table_is_read_through(library: Path, sql: str) -> None:
    with Catalog(library) as catalog:
        plan = catalog.select("EXPLAIN QUERY PLAN " + sql.format(places="(1, 2), (3, 4)"))
    steps = [row["detail"] for row in plan]
    assert any("SEARCH" in step for step in steps)
    assert not {"SCAN sections", "SCAN elements"} & set(steps)
