"""What every index promises, for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from rag.protocols import Index
from rag.store.chroma import ChromaIndex
from rag.store.memory import MemoryDenseIndex, MemoryLexicalIndex
from rag.store.rank_bm25_index import RankBM25Index
from rag.store.tantivy_bm25 import TantivyIndex
from rag.types import Entry, Filter, Role, Variant, Vector

NUMBERS = count()
DIMENSION = 8
EVERYTHING = Filter()


@dataclass(frozen=True)
class Case:
    """An implementation: how to open it, and whether opening again finds what was added."""

    open: Callable[[], Index]
    name: str
    persistent: bool


@pytest.fixture(params=["chroma", "chroma-http", "tantivy", "rank-bm25", "vectors", "words"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    match request.param:
        case "chroma":
            return Case(lambda: ChromaIndex(tmp_path / "chroma"), "dense", persistent=True)
        case "chroma-http":
            url, name = request.getfixturevalue("chroma_server"), f"chunks-{next(NUMBERS)}"
            return Case(lambda: ChromaIndex(None, url, name), "dense", persistent=True)
        case "tantivy":
            return Case(lambda: TantivyIndex(tmp_path / "tantivy"), "bm25", persistent=True)
        case "rank-bm25":
            return Case(lambda: RankBM25Index(tmp_path / "bm25.sqlite"), "bm25", persistent=True)
        case "vectors":
            return Case(MemoryDenseIndex, "dense", persistent=False)
        case _:
            return Case(MemoryLexicalIndex, "bm25", persistent=False)


@pytest.fixture
def index(case: Case) -> Iterator[Index]:
    opened = case.open()
    yield opened
    opened.close()


WORDS = ["attention", "residual", "dropout", "gradient", "entropy", "kernel", "token", "beam"]


def vector(*words: str) -> Vector:
    """Has one dimension per word, so that dense and lexical indexes find the same chunks."""
    counts = np.array([words.count(word) for word in WORDS], dtype=np.float32) + 1e-3
    return np.asarray(counts / np.linalg.norm(counts), dtype=np.float32)


def entry(
    chunk_id: str, text: str, paper: str = "p1", role: Role = Role.METHOD, year: int | None = 2017
) -> Entry:
    return Entry(chunk_id, paper, text, role, year, vector(*text.split()))


def ask(text: str, name: str = "original") -> Variant:
    return Variant(name, text, vector(*text.split()))


def found(index: Index, text: str, where: Filter = EVERYTHING, depth: int = 10) -> list[str]:
    """Ids in rank order."""
    [ranking] = index.search([ask(text)], depth, where)
    return [hit.chunk_id for hit in ranking.hits]


LIBRARY = [
    entry("a", "attention attention", "p1", Role.METHOD, 2017),
    entry("b", "attention dropout", "p1", Role.RESULTS, 2017),
    entry("c", "attention gradient kernel", "p2", Role.METHOD, 2015),
    entry("d", "attention residual token beam", "p3", Role.APPENDIX, None),
]


def test_an_empty_index_finds_nothing(index: Index) -> None:
    assert found(index, "attention") == []
    assert found(index, "attention", Filter(papers=frozenset({"p1"}))) == []
    assert index.ids() == set()


def test_the_nearest_come_first_with_ranks_from_one(index: Index, case: Case) -> None:
    index.add(LIBRARY)
    [ranking] = index.search([ask("attention dropout")], 3, EVERYTHING)
    assert ranking.source == f"{case.name}/original"
    assert ranking.hits[0].chunk_id == "b"
    assert [hit.rank for hit in ranking.hits] == [1, 2, 3]
    scores = [hit.score for hit in ranking.hits]
    assert scores == sorted(scores, reverse=True)


def test_adding_again_replaces_text_vector_and_fields(index: Index) -> None:
    index.add(LIBRARY)
    index.add([entry("a", "kernel kernel kernel", "p9", Role.DATA, 1999)])
    assert index.ids() == {"a", "b", "c", "d"}
    assert found(index, "kernel")[0] == "a"
    assert found(index, "kernel", Filter(papers=frozenset({"p9"}))) == ["a"]
    assert "a" not in found(index, "attention", Filter(papers=frozenset({"p1"})))


def test_of_one_id_twice_in_a_call_the_last_stays(index: Index) -> None:
    index.add([entry("a", "attention"), entry("a", "kernel")])
    assert index.ids() == {"a"}
    assert found(index, "kernel") == ["a"]


def test_deleted_chunks_are_gone_and_unknown_ids_do_not_matter(index: Index) -> None:
    index.add(LIBRARY)
    index.delete(["a", "c", "never there"])
    assert index.ids() == {"b", "d"}
    assert set(found(index, "attention")) == {"b", "d"}
    index.delete(["a"])
    index.delete([])
    assert index.ids() == {"b", "d"}


def test_a_deleted_chunk_can_come_back(index: Index) -> None:
    index.add(LIBRARY)
    index.delete(["a"])
    index.add(LIBRARY[:1])
    assert "a" in found(index, "attention attention")
    assert index.ids() == {"a", "b", "c", "d"}


def test_an_index_may_be_emptied(index: Index) -> None:
    index.add(LIBRARY)
    index.delete([e.chunk_id for e in LIBRARY])
    assert index.ids() == set()
    assert found(index, "attention") == []


def test_adding_nothing_changes_nothing(index: Index) -> None:
    index.add([])
    assert index.ids() == set()


def test_depth_cuts_and_may_exceed_the_index(index: Index) -> None:
    index.add(LIBRARY)
    assert len(found(index, "attention", depth=2)) == 2
    assert set(found(index, "attention", depth=1000)) == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Filter(papers=frozenset({"p1"})), {"a", "b"}),
        (Filter(papers=frozenset({"p1", "p3", "unknown"})), {"a", "b", "d"}),
        (Filter(papers=frozenset({"unknown"})), set()),
        (Filter(roles=frozenset({Role.METHOD})), {"a", "c"}),
        (Filter(roles=frozenset({Role.METHOD, Role.APPENDIX})), {"a", "c", "d"}),
        (Filter(year_from=2016), {"a", "b"}),
        (Filter(year_to=2016), {"c"}),
        (Filter(year_from=2015, year_to=2017), {"a", "b", "c"}),
        (Filter(year_from=2017, year_to=2015), set()),
        (Filter(frozenset({"p1"}), frozenset({Role.METHOD})), {"a"}),
        (Filter(frozenset({"p1", "p2"}), frozenset({Role.METHOD}), 2014, 2016), {"c"}),
        (Filter(frozenset({"p3"}), frozenset(), 1900, 2100), set()),
    ],
)
def test_filters_hold_exactly(index: Index, where: Filter, expected: set[str]) -> None:
    index.add(LIBRARY)
    assert set(found(index, "attention", where)) == expected


def test_a_filter_sees_later_changes(index: Index) -> None:
    where = Filter(papers=frozenset({"p1"}))
    index.add(LIBRARY)
    assert set(found(index, "attention", where)) == {"a", "b"}
    index.add([entry("e", "attention beam", "p1")])
    assert set(found(index, "attention", where)) == {"a", "b", "e"}
    index.delete(["a"])
    assert set(found(index, "attention", where)) == {"b", "e"}


@pytest.mark.parametrize("where", [EVERYTHING, Filter(papers=frozenset({"p1"}))])
def test_ties_break_by_id(index: Index, where: Filter) -> None:
    index.add([entry(chunk_id, "attention token") for chunk_id in ("z", "m", "b", "q")])
    assert found(index, "attention", where) == ["b", "m", "q", "z"]


def test_ids_and_text_may_be_any_unicode(index: Index) -> None:
    odd = ["α/β#1", "論文 3", "naïve\u00a0id", 'it\'s "quoted"', "emoji 🙂"]
    index.add([entry(chunk_id, "attention kernel", paper=chunk_id) for chunk_id in odd])
    assert index.ids() == set(odd)
    assert set(found(index, "attention")) == set(odd)
    for chunk_id in odd:
        assert found(index, "attention", Filter(papers=frozenset({chunk_id}))) == [chunk_id]
    index.delete(odd[:2])
    assert index.ids() == set(odd[2:])


def test_an_empty_query_finds_nothing_unless_it_has_a_vector(index: Index, case: Case) -> None:
    index.add(LIBRARY)
    blank = Variant("blank", "", None)
    stop_words = Variant("stop", "what is the of", None)
    rankings = index.search([blank, stop_words], 5, EVERYTHING)
    assert [r.hits for r in rankings] == [(), ()]
    assert [r.source for r in rankings] == [f"{case.name}/blank", f"{case.name}/stop"]


def test_no_variants_give_no_rankings(index: Index) -> None:
    index.add(LIBRARY)
    assert index.search([], 5, EVERYTHING) == []


@pytest.mark.parametrize("where", [EVERYTHING, Filter(year_from=2015)])
def test_several_variants_come_back_in_their_order(index: Index, case: Case, where: Filter) -> None:
    index.add(LIBRARY)
    variants = [ask("dropout", "one"), Variant("none", "", None), ask("kernel", "two")]
    one, none, two = index.search(variants, 5, where)
    assert [r.source for r in (one, none, two)] == [
        f"{case.name}/{n}" for n in ("one", "none", "two")
    ]
    assert one.hits[0].chunk_id == "b"
    assert none.hits == ()
    assert two.hits[0].chunk_id == "c"


def test_what_was_added_outlives_closing(case: Case) -> None:
    if not case.persistent:
        pytest.skip("lives in memory")
    first = case.open()
    first.add(LIBRARY)
    first.delete(["b"])
    first.close()
    second = case.open()
    assert second.ids() == {"a", "c", "d"}
    assert set(found(second, "attention")) == {"a", "c", "d"}
    assert found(second, "attention", Filter(papers=frozenset({"p2"}))) == ["c"]
    second.close()


def test_an_open_reader_sees_what_another_handle_writes(case: Case) -> None:
    if not case.persistent:
        pytest.skip("lives in memory")
    reader, writer = case.open(), case.open()
    writer.add(LIBRARY)
    assert set(found(reader, "attention")) == {"a", "b", "c", "d"}
    writer.add([entry("e", "attention beam", "p1")])
    writer.delete(["a"])
    assert set(found(reader, "attention")) == {"b", "c", "d", "e"}
    assert set(found(reader, "attention", Filter(papers=frozenset({"p1"})))) == {"b", "e"}
    reader.delete(["b"])
    assert set(found(writer, "attention")) == {"c", "d", "e"}
    reader.close()
    writer.close()


def test_closing_twice_is_no_error(case: Case) -> None:
    opened = case.open()
    opened.add(LIBRARY)
    opened.close()
    opened.close()


def test_many_entries_in_one_call(index: Index) -> None:
    many = [replace(LIBRARY[n % 4], chunk_id=f"{n:05}", paper_id=f"p{n % 50}") for n in range(5600)]
    index.add(many)
    assert len(index.ids()) == 5600
    assert len(found(index, "attention", Filter(papers=frozenset({"p7"})), depth=500)) == 112
    index.delete([e.chunk_id for e in many[:5500]])
    assert index.ids() == {e.chunk_id for e in many[5500:]}
