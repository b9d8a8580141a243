from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.admit import Prepared, admit, expel, settle
from rag.embed.hashing import HashingEmbedder
from rag.protocols import Index
from rag.store.catalog_writer import WritableCatalog
from rag.store.memory import MemoryDenseIndex, MemoryLexicalIndex
from rag.types import Filter, Paper, Variant
from tests.values import make_chunks, make_paper

OLD = make_paper({"Method": ["We use Adam.", "This stays."], "Data": ["Ten books."]}, year=2019)
NEW = make_paper({"Method": ["We use SGD.", "This stays."], "Data": ["Ten books."]}, year=2020)
OTHER = make_paper({"Method": ["Nothing in common."]}, paper_id="p2", source="/papers/b.pdf")


class Crash(BaseException):
    """The process dies here."""


class Crashing:
    """Passes calls on to an index until ``left`` changes have been made to it, then dies."""

    def __init__(self, index: Index, left: int, after: bool) -> None:
        self.index, self.left, self.after = index, left, after

    def change(self, act: Callable[[], None]) -> None:
        self.left -= 1
        if self.left >= 0:
            act()
            return
        if self.after:
            act()
        raise Crash

    def add(self, entries: object) -> None:
        self.change(lambda: self.index.add(entries))  # type: ignore[arg-type]

    def delete(self, ids: object) -> None:
        self.change(lambda: self.index.delete(ids))  # type: ignore[arg-type]


def indexes() -> tuple[Index, ...]:
    return (MemoryDenseIndex("dense"), MemoryLexicalIndex("bm25"))


def prepared(paper: Paper, *replaces: str) -> Prepared:
    return Prepared(paper, make_chunks(paper), replaces)


def take_in(catalog: WritableCatalog, into: tuple[Index, ...], *batch: Prepared) -> None:
    texts = [c.indexed_text for p in batch for c in p.chunks]
    admit(batch, HashingEmbedder().embed_documents(texts), into, catalog)


def held(into: tuple[Index, ...], year: int) -> list[set[str]]:
    """What a search within ``year`` finds in each index: ids, and that their metadata is right."""
    variant = Variant(
        "original", "we use this ten books", HashingEmbedder().embed_queries(["x"])[0]
    )
    where = Filter(year_from=year, year_to=year)
    return [{h.chunk_id for h in i.search([variant], 99, where)[0].hits} for i in into]


def assert_consistent(catalog: WritableCatalog, into: tuple[Index, ...]) -> None:
    assert catalog.unsettled() == set()
    for index in into:
        assert index.ids() == catalog.chunk_ids()


def test_papers_are_in_both_indexes_and_the_catalog(tmp_path: Path) -> None:
    into = indexes()
    with WritableCatalog(tmp_path) as catalog:
        take_in(catalog, into, prepared(OLD), prepared(OTHER))
        assert_consistent(catalog, into)
        assert len(catalog.chunk_ids()) == 4


def test_a_replaced_version_leaves_nothing_behind(tmp_path: Path) -> None:
    into = indexes()
    with WritableCatalog(tmp_path) as catalog:
        take_in(catalog, into, prepared(OLD))
        take_in(catalog, into, prepared(NEW, OLD.paper_id))
        assert_consistent(catalog, into)
        assert catalog.paper(NEW.paper_id) == NEW
        assert held(into, 2019) == [set(), set()]


def test_an_expelled_paper_is_gone_everywhere(tmp_path: Path) -> None:
    into = indexes()
    with WritableCatalog(tmp_path) as catalog:
        take_in(catalog, into, prepared(OLD), prepared(OTHER))
        expel(OLD.paper_id, into, catalog)
        assert_consistent(catalog, into)
        assert catalog.find(paper_id=OLD.paper_id) is None


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("left", range(4))
@pytest.mark.parametrize("victim", [0, 1])
def test_a_crash_at_any_step_leaves_the_old_state_or_the_new(
    tmp_path: Path, victim: int, left: int, after: bool
) -> None:
    into = indexes()
    with WritableCatalog(tmp_path) as catalog:
        take_in(catalog, into, prepared(OLD))
    breaking = list(into)
    breaking[victim] = Crashing(into[victim], left, after)  # type: ignore[call-overload]
    with WritableCatalog(tmp_path) as catalog:
        try:
            take_in(catalog, tuple(breaking), prepared(NEW, OLD.paper_id), prepared(OTHER))
        except Crash:
            assert catalog.chunk_ids() <= into[0].ids(), "what is shown can be found at any time"
    with WritableCatalog(tmp_path) as catalog:
        settle(into, catalog, HashingEmbedder)
        assert_consistent(catalog, into)
        found = catalog.paper(OLD.paper_id)
        assert found in (OLD, NEW)
        year = found.metadata.year or 0
        shown = {c.chunk_id for c in catalog.chunks_of(found.paper_id)}
        assert held(into, year)[0] >= shown, "metadata in the indexes is that of the shown version"


def test_settling_a_settled_library_does_nothing(tmp_path: Path) -> None:
    with WritableCatalog(tmp_path) as catalog:
        settle((), catalog, HashingEmbedder)


def test_two_papers_of_one_id_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    into = indexes()
    with WritableCatalog(tmp_path) as catalog:
        with pytest.raises(ValueError, match="same id"):
            take_in(catalog, into, prepared(OLD), prepared(NEW))
        assert_consistent(catalog, into)
