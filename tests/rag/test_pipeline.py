"""The query path over indexes in memory, on an example small enough to work out by hand."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.errors import EmbeddingError, ModelError, UnusableAnswer
from rag.fusion import ReciprocalRankFusion, ScoreSum
from rag.pipeline import QueryPipeline
from rag.protocols import Reranker, Search
from rag.query.papers import PapersFirst
from rag.rerank.first import FirstOnly
from rag.store.catalog import Catalog
from rag.store.catalog_writer import WritableCatalog
from rag.store.memory import MemoryDenseIndex, MemoryLexicalIndex
from rag.types import (
    Answer,
    Candidate,
    Chunk,
    Draft,
    Entry,
    Evidence,
    Filter,
    HitTrace,
    Judgement,
    Query,
    Ranking,
    Retrieval,
    Rewriting,
    Role,
    Status,
    Step,
    StepKind,
    TransformTrace,
    Turn,
    Usage,
    Variant,
    Vector,
)
from tests.values import make_chunks, make_paper

TEXTS = {"a": "alpha beta one", "b": "alpha two", "c": "gamma three", "d": "beta four"}
ANOTHER = {"e": "gamma three"}  # a repetition of c, in another paper
CLOSENESS = {"a": 0.2, "b": 0.9, "c": 0.8, "d": 0.1, "e": 0.05}
QUERY = Query("alpha beta")
# dense: b c a d e. bm25, by the share of the query's terms: a b d, the last two level.
# RRF: b 1/61 + 1/62, a 1/61 + 1/63, d 1/63 + 1/64, c 1/62, e 1/65.
FUSED = {"b": 1, "a": 2, "d": 3, "c": 4, "e": 5}
RANKS = {
    "a": {"dense/original": 3, "bm25/original": 1},
    "b": {"dense/original": 1, "bm25/original": 2},
    "c": {"dense/original": 2},
    "d": {"dense/original": 4, "bm25/original": 3},
}


class Northern:
    """Every question points one way: an entry's closeness is the first number of its vector."""

    dimension = 2

    def embed_documents(self, texts: Sequence[str]) -> Vector:
        return np.tile(np.array([1, 0], dtype=np.float32), (len(texts), 1))

    embed_queries = embed_documents

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


@dataclass
class Favours:
    """Scores by a table, 0 for what is not in it; keeps what it was asked."""

    table: dict[str, float]
    asked: list[tuple[Query, list[str], list[str]]] = field(default_factory=list)
    name: str = "favours"

    def rerank(
        self, query: Query, candidates: Sequence[Candidate], rankings: Sequence[Ranking]
    ) -> Judgement:
        ids = [c.chunk.chunk_id for c in candidates]
        self.asked.append((query, ids, [r.source for r in rankings]))
        return Judgement(tuple(self.table.get(i, 0.0) for i in ids), Usage(7, 3), "by a table")


@dataclass
class Breaks:
    """Raises what it is told to."""

    error: Exception
    name: str = "breaks"

    def rerank(self, *_: object) -> Judgement:
        raise self.error


@dataclass
class Rewrites:
    """Makes of every query what it is told to, after ``seconds``."""

    rewriting: Rewriting
    name: str = "rewrites"
    seconds: float = 0.0

    def transform(self, query: Query) -> Rewriting:
        time.sleep(self.seconds)
        return self.rewriting


def named_chunks(paper_id: str, texts: dict[str, str]) -> tuple[Any, list[Chunk]]:
    paper = make_paper({"Method": list(texts.values())}, paper_id=paper_id)
    chunks = make_chunks(paper)
    return paper, [replace(c, chunk_id=i) for c, i in zip(chunks, texts, strict=True)]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with WritableCatalog(tmp_path) as made:
        for paper_id, texts in (("p1", TEXTS), ("p2", ANOTHER)):
            with made.transaction():
                made.put(*named_chunks(paper_id, texts))
        yield made


def entry(chunk_id: str, text: str, paper_id: str) -> Entry:
    near = CLOSENESS[chunk_id]
    vector = np.array([near, sqrt(1 - near**2)], dtype=np.float32)
    return Entry(chunk_id, paper_id, text, Role.METHOD, 2020, vector)


def pipeline(catalog: Catalog, **changes: Any) -> QueryPipeline:
    dense, lexical = MemoryDenseIndex(), MemoryLexicalIndex()
    for paper_id, texts in (("p1", TEXTS), ("p2", ANOTHER)):
        entries = [entry(chunk_id, text, paper_id) for chunk_id, text in texts.items()]
        dense.add(entries)
        lexical.add(entries)
    made = QueryPipeline(
        contextualise=None,
        route=None,
        topic=str,
        expand=(),
        rewrite=(),
        feedback=None,
        deadline_s=5.0,
        embedder=Northern(),
        indexes=(dense, lexical),
        fusion=ReciprocalRankFusion(),
        reranker=None,
        catalog=catalog,
        generator=lambda: pytest.fail("nothing is to be written"),
        active=None,
        depth=10,
        candidates=10,
        rerank_inside=False,
        duplicate_overlap=0.8,
        evidence=10,
    )
    return replace(made, **changes)


def found(retrieval: Retrieval) -> list[str]:
    return [e.chunk.chunk_id for e in retrieval.evidence]


def of_transforms(retrieval: Retrieval) -> list[TransformTrace]:
    return [replace(each, ms=0.0) for each in retrieval.trace.transforms]


def test_without_a_reranker_the_order_of_the_fusion_stays(catalog: Catalog) -> None:
    retrieval = pipeline(catalog).retrieve(QUERY, 10)
    assert found(retrieval) == ["b", "a", "d", "c"]
    assert retrieval.trace.hits == (
        HitTrace("b", RANKS["b"], 1, 1, 1),
        HitTrace("a", RANKS["a"], 2, 2, 2),
        HitTrace("d", RANKS["d"], 3, 3, 3),
        HitTrace("c", RANKS["c"], 4, 4, 4, ("e",)),
    )
    assert retrieval.trace.transforms == ()


def test_the_rerankers_order_is_taken_and_ties_keep_that_of_the_fusion(catalog: Catalog) -> None:
    judge = Favours({"c": 5.0, "e": 4.0})
    retrieval = pipeline(catalog, reranker=judge).retrieve(QUERY, 10)
    assert found(retrieval) == ["c", "b", "a", "d"]
    assert [e.score for e in retrieval.evidence] == [5.0, 0.0, 0.0, 0.0]
    assert retrieval.trace.hits == (
        HitTrace("c", RANKS["c"], 4, 1, 1, ("e",)),  # e came second, and repeats c
        HitTrace("b", RANKS["b"], 1, 3, 2),
        HitTrace("a", RANKS["a"], 2, 4, 3),
        HitTrace("d", RANKS["d"], 3, 5, 4),
    )
    assert of_transforms(retrieval) == [
        TransformTrace("favours", Status.DONE, 0.0, "by a table", Usage(7, 3))
    ]
    assert retrieval.trace.usage == Usage(7, 3)


def test_a_repetition_that_is_judged_better_stays_in_place_of_the_first(catalog: Catalog) -> None:
    retrieval = pipeline(catalog, reranker=Favours({"e": 1.0})).retrieve(QUERY, 2)
    assert retrieval.trace.hits == (
        HitTrace("e", {"dense/original": 5}, 5, 1, 1),
        HitTrace("b", RANKS["b"], 1, 2, 2),
    )


def test_the_reranker_is_asked_about_the_query_that_was_searched_for(catalog: Catalog) -> None:
    judge, route = Favours({}), Rewrites(Rewriting(query=Query("alpha beta", Filter())))
    asked = Query("and what of that?", history=(Turn("What is alpha beta?"),))
    retrieval = pipeline(catalog, reranker=judge, contextualise=route).retrieve(asked, 10)
    assert retrieval.query == asked
    assert judge.asked == [(QUERY, list(FUSED), ["dense/original", "bm25/original"])]


def test_no_more_are_judged_than_candidates_or_hits_wanted(catalog: Catalog) -> None:
    judge = Favours({})
    few = pipeline(catalog, reranker=judge, candidates=2)
    assert found(few.retrieve(QUERY, 1)) == ["b"]
    assert found(few.retrieve(QUERY, 3)) == ["b", "a", "d"]
    assert [ids for _, ids, _ in judge.asked] == [["b", "a"], ["b", "a", "d"]]


def test_those_that_a_costly_reranker_does_not_see_come_after_those_that_it_does(
    catalog: Catalog,
) -> None:
    judge = Favours({"c": 5.0, "d": -1.0, "b": -2.0, "a": -3.0})
    retrieval = pipeline(catalog, reranker=FirstOnly(judge, 3)).retrieve(QUERY, 10)
    assert found(retrieval) == ["d", "b", "a", "c"]
    scores = [e.score for e in retrieval.evidence]
    assert scores == sorted(scores, reverse=True)
    assert judge.asked[0][1] == ["b", "a", "d"]


def test_nothing_found_is_nothing_to_judge(catalog: Catalog) -> None:
    judge = Favours({})
    nowhere = Query("alpha", Filter(papers=frozenset({"p9"})))
    assert found(pipeline(catalog, reranker=judge).retrieve(nowhere, 10)) == []
    assert judge.asked == []


@pytest.mark.parametrize(
    ("error", "note", "usage"),
    [
        (ModelError("it broke", "mend it"), "it broke: mend it", Usage()),
        (ModelError("it broke", usage=Usage(3, 1)), "it broke", Usage(3, 1)),
        (EmbeddingError("out of memory"), "out of memory", Usage()),
        (UnusableAnswer("it wrote nonsense", Usage(9, 1)), "it wrote nonsense", Usage(9, 1)),
    ],
)
def test_a_failing_reranker_leaves_the_order_of_the_fusion_and_is_named(
    catalog: Catalog, error: Exception, note: str, usage: Usage
) -> None:
    judge: Reranker = Breaks(error)
    retrieval = pipeline(catalog, reranker=judge).retrieve(QUERY, 10)
    assert retrieval.evidence == pipeline(catalog).retrieve(QUERY, 10).evidence
    assert [hit.reranked for hit in retrieval.trace.hits] == [1, 2, 3, 4]
    assert of_transforms(retrieval) == [TransformTrace("breaks", Status.FAILED, 0.0, note, usage)]
    assert retrieval.trace.usage == usage


def test_a_soft_filter_lifts_what_it_names_and_leaves_the_rest(catalog: Catalog) -> None:
    named = Variant("named", "alpha beta", where=Filter(papers=frozenset({"p2"})))
    route = Rewrites(Rewriting(variants=(named,), note="the second paper"))
    retrieval = pipeline(catalog, route=route).retrieve(QUERY, 10)
    # e: 1/65 + 1/61, so before c and, as the better of two that say the same, in its place.
    assert found(retrieval) == ["b", "a", "e", "d"]
    assert retrieval.trace.hits[2] == HitTrace(
        "e", {"dense/original": 5, "dense/named": 1}, 3, 3, 3, ("c",)
    )
    assert [v.name for v in retrieval.trace.variants] == ["original", "named"]
    assert of_transforms(retrieval) == [
        TransformTrace("rewrites", Status.DONE, 0.0, "the second paper")
    ]


def test_the_weight_of_a_variant_decides_how_far_it_lifts(catalog: Catalog) -> None:
    named = Variant("named", "alpha beta", where=Filter(papers=frozenset({"p2"})))
    route = Rewrites(Rewriting(variants=(named,)))
    heavy = ReciprocalRankFusion(variant_weights={"named": 2.0})
    light = ReciprocalRankFusion(variant_weights={"named": 0.0})
    assert found(pipeline(catalog, route=route, fusion=heavy).retrieve(QUERY, 10))[0] == "e"
    unmoved = pipeline(catalog, route=route, fusion=light).retrieve(QUERY, 10)
    assert found(unmoved) == ["b", "a", "d", "c"]


def test_variants_that_come_beside_the_search_are_fused_with_it(catalog: Catalog) -> None:
    written = Variant("hyde", "gamma", passage=True)
    rewrite = Rewrites(Rewriting(variants=(written,), usage=Usage(5, 5)))
    retrieval = pipeline(catalog, rewrite=(rewrite,)).retrieve(QUERY, 10)
    hit = next(hit for hit in retrieval.trace.hits if hit.chunk_id == "c")
    assert hit.ranks == {"dense/original": 2, "dense/hyde": 2, "bm25/hyde": 1}
    assert retrieval.trace.usage == Usage(5, 5)


@dataclass
class Reads:
    """Keeps what it was shown, and then asks what it is told to."""

    rewriting: Rewriting
    shown: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def after(self, found: Sequence[Candidate]) -> Rewrites:
        self.shown = [candidate.chunk.chunk_id for candidate in found]
        return Rewrites(self.rewriting, "feedback", self.seconds)


def test_feedback_asks_again_after_the_first_hits(catalog: Catalog) -> None:
    feedback = Reads(Rewriting(variants=(Variant("feedback", "four"),), note="four"))
    retrieval = pipeline(catalog, feedback=feedback).retrieve(QUERY, 5)
    assert feedback.shown == sorted(FUSED, key=lambda chunk_id: FUSED[chunk_id])
    [of_d] = [hit for hit in retrieval.trace.hits if hit.chunk_id == "d"]
    assert of_d.ranks["bm25/feedback"] == 1
    assert [each.name for each in retrieval.trace.variants] == ["original", "feedback"]
    assert [each.name for each in of_transforms(retrieval)] == ["feedback"]


def test_feedback_does_not_pay_for_a_model_that_stalls(catalog: Catalog) -> None:
    feedback = Reads(Rewriting(variants=(Variant("feedback", "four"),)), seconds=0.02)
    stalls = Rewrites(Rewriting(), "stalls", seconds=1.0)
    hurried = pipeline(catalog, rewrite=(stalls,), feedback=feedback, deadline_s=0.1)
    retrieval = hurried.retrieve(QUERY, 5)
    states = {each.name: each.status for each in retrieval.trace.transforms}
    assert states == {"stalls": Status.LATE, "feedback": Status.DONE}
    assert [each.name for each in retrieval.trace.variants] == ["original", "feedback"]


@dataclass
class FailsLater(Northern):
    """Embeds once, and then comes to grief, or to nothing for a while."""

    error: Exception | None
    calls: int = 0

    def embed_queries(self, texts: Sequence[str]) -> Vector:
        self.calls += 1
        if self.calls > 1 and self.error:
            raise self.error
        if self.calls > 1:
            time.sleep(3.0)
        return self.embed_documents(texts)


@pytest.mark.parametrize("stage", ["rewrite", "feedback"])
@pytest.mark.parametrize(
    ("error", "deadline_s", "status", "note"),
    [
        (EmbeddingError("413: too long"), 5.0, Status.FAILED, "413: too long"),
        (None, 0.3, Status.LATE, "not there after 0.3 s: raise query.deadline_s, or turn it off"),
    ],
)
def test_what_can_not_be_embedded_later_is_searched_for_by_words(
    catalog: Catalog,
    error: Exception | None,
    deadline_s: float,
    status: Status,
    note: str,
    stage: str,
) -> None:
    made = Rewriting(variants=(Variant(stage, "four"),))
    later: dict[str, Any] = {"rewrite": (Rewrites(made),), "feedback": Reads(made)}
    limited = pipeline(catalog, embedder=FailsLater(error), deadline_s=deadline_s)
    start = time.monotonic()
    retrieval = replace(limited, **{stage: later[stage]}).retrieve(QUERY, 10)
    assert time.monotonic() - start < 2.5
    [of_d] = [hit for hit in retrieval.trace.hits if hit.chunk_id == "d"]
    assert of_d.ranks == {**RANKS["d"], f"bm25/{stage}": 1}
    assert of_transforms(retrieval)[1:] == [TransformTrace("embed", status, 0.0, note)]


def test_a_request_is_searched_for_without_its_words_but_not_inside_a_paper(
    catalog: Catalog,
) -> None:
    asked = Query("papers on alpha beta")
    trimming = pipeline(catalog, topic=lambda text: text.removeprefix("papers on "))
    everywhere = trimming.retrieve(asked, 10)
    assert [v.text for v in everywhere.trace.variants] == ["alpha beta"]
    assert (everywhere.query, everywhere.searched) == (asked, asked)
    inside = trimming.retrieve(replace(asked, where=Filter(frozenset({"p1"}))), 10)
    assert [v.text for v in inside.trace.variants] == ["papers on alpha beta"]


def test_a_chunk_counts_by_its_papers_abstract_too(tmp_path: Path) -> None:
    texts = {
        "p1": ["graphs", "we train for ten epochs"],
        "p2": ["speech", "ten epochs of training"],
    }
    indexes = (MemoryDenseIndex(), MemoryLexicalIndex())
    with WritableCatalog(tmp_path) as catalog:
        for paper_id, (abstract, body) in texts.items():
            sections = {"Abstract": [abstract], "Method": [body]}
            known = {"Abstract": Role.ABSTRACT}
            paper = make_paper(sections, paper_id=paper_id, roles=known)
            names = [f"{paper_id}-0", f"{paper_id}-1"]
            chunks = [
                replace(c, chunk_id=i) for c, i in zip(make_chunks(paper), names, strict=True)
            ]
            roles = (Role.ABSTRACT, Role.METHOD)
            for index in indexes:
                index.add(
                    [
                        replace(entry("a", c.text, paper_id), chunk_id=c.chunk_id, role=role)
                        for c, role in zip(chunks, roles, strict=True)
                    ]
                )
            with catalog.transaction():
                catalog.put(paper, chunks)
        made = pipeline(catalog, indexes=indexes, fusion=ScoreSum())
        asked = Query("how many epochs for speech, ten?")
        alone = found(made.retrieve(asked, 10))
        retrieval = replace(made, expand=(PapersFirst(),)).retrieve(asked, 10)
    assert alone.index("p1-1") < alone.index("p2-1")
    assert found(retrieval).index("p2-1") < found(retrieval).index("p1-1")
    ranks = {h.chunk_id: h.ranks.get("bm25/papers") for h in retrieval.trace.hits}
    assert (ranks["p2-0"], ranks["p2-1"], ranks["p1-1"]) == (1, 1, 2)


def test_a_reranker_of_passages_may_be_kept_inside_papers(catalog: Catalog) -> None:
    judge = Favours({"d": 1.0})
    kept_inside = pipeline(catalog, reranker=judge, rerank_inside=True)
    everywhere = kept_inside.retrieve(QUERY, 10)
    assert found(everywhere) == ["b", "a", "d", "c"]
    assert everywhere.trace.transforms == ()
    inside = kept_inside.retrieve(replace(QUERY, where=Filter(frozenset({"p1"}))), 10)
    assert found(inside)[0] == "d"


def test_repetitions_do_not_leave_too_few(catalog: Catalog) -> None:
    """Two are wanted and four looked up first, three of which say the same."""
    texts = {"p3": dict.fromkeys("fgh", "alpha beta one two"), "p4": {"i": "alpha eleven"}}
    indexes = (MemoryLexicalIndex(),)
    for paper_id, its in texts.items():
        indexes[0].add([replace(entry("a", t, paper_id), chunk_id=i) for i, t in its.items()])
        with catalog.transaction():
            catalog.put(*named_chunks(paper_id, its))
    assert found(pipeline(catalog, indexes=indexes).retrieve(QUERY, 2)) == ["f", "i"]


@dataclass
class AsksOn:
    """An active method that searches once, and answers with what it found."""

    asked: str
    found: list[str] = field(default_factory=list)

    def stream(
        self, query: Query, evidence: Sequence[Evidence], search: Search
    ) -> Iterator[str | Step | Draft]:
        more = search(self.asked, 2)
        self.found = found(more)
        yield Step(StepKind.SEARCH, 1, self.asked, found=more.evidence, usage=Usage(3, 4))
        yield "so "
        yield Draft("so it is", (), evidence=(*evidence, *more.evidence), usage=Usage(1, 1))


def test_an_active_method_answers_in_the_generators_place(catalog: Catalog) -> None:
    method = AsksOn("gamma three")
    made = pipeline(catalog, active=lambda: method)
    retrieval = made.retrieve(QUERY, 1)
    step, piece, answer = made.stream(retrieval)
    assert isinstance(step, Step)
    assert isinstance(answer, Answer)
    assert (piece, answer.text) == ("so ", "so it is")
    assert [e.chunk.chunk_id for e in answer.evidence] == [*found(retrieval), *method.found]
    assert answer.trace.steps == (step,)
    assert answer.usage == Usage(4, 5)
    assert replace(made.answer(retrieval), trace=answer.trace) == answer


@pytest.mark.parametrize(
    ("users", "named", "expected"),
    [
        (Filter(), None, Filter(papers=frozenset({"p1"}))),  # where the question was searched for
        (Filter(), Filter(papers=frozenset({"p2"})), Filter(papers=frozenset({"p2"}))),
        (Filter(year_from=2019), None, Filter(papers=frozenset({"p1"}))),
    ],
)
def test_a_search_on_the_way_goes_where_its_text_says(
    catalog: Catalog, users: Filter, named: Filter | None, expected: Filter
) -> None:
    @dataclass(frozen=True)
    class Names:
        """Finds "there" named in a text."""

        name: str = "names"

        def transform(self, query: Query) -> Rewriting:
            there = named and "there" in query.text
            return Rewriting(replace(query, where=named)) if named and there else Rewriting()

    first = replace(
        pipeline(catalog).retrieve(Query("alpha", users), 1),
        searched=Query("alpha", Filter(papers=frozenset({"p1"}))),
    )
    again = pipeline(catalog, route=Names()).again(first, "gamma there", 3)
    assert again.searched.where == expected
    assert {e.chunk.paper_id for e in again.evidence} == set(expected.papers)
