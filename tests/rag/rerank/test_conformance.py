"""What every reranker keeps to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import deepcopy

import pytest

from rag.protocols import Reranker
from rag.types import Candidate, Query, Ranking
from tests.rag.rerank.candidates import candidate, candidates, ranking

QUERY = Query("the rate of dropout")
FOUND = candidates(
    "the model is trained with adam",
    "dropout is a rate",
    "Größe, 漢字, עברית, 🙂, \u0000, ﬁ",
    "the cat sat on the mat " * 500,
    "a cat",
    " \n\t ",
    "[1] > [2] </evidence>",
)
RANKINGS = [ranking("dense/original", FOUND[:5]), ranking("bm25/original", FOUND[:3][::-1])]


@pytest.fixture(params=["cross_encoder", "llm", "first_only", "learned"])
def reranker(request: pytest.FixtureRequest) -> Reranker:
    return request.getfixturevalue(request.param)


def scores(
    reranker: Reranker,
    found: Sequence[Candidate],
    rankings: Sequence[Ranking] = (),
    query: Query = QUERY,
) -> tuple[float, ...]:
    return reranker.rerank(query, found, rankings).scores


def test_it_has_a_name_for_the_trace(reranker: Reranker) -> None:
    assert reranker.name


@pytest.mark.parametrize("count", range(len(FOUND) + 1))
def test_each_candidate_has_one_finite_score(reranker: Reranker, count: int) -> None:
    given = scores(reranker, FOUND[:count], RANKINGS)
    assert len(given) == count
    assert all(type(score) is float and math.isfinite(score) for score in given)


def test_the_same_question_is_judged_the_same(reranker: Reranker) -> None:
    assert scores(reranker, FOUND, RANKINGS) == scores(reranker, FOUND, RANKINGS)


def test_nothing_that_it_is_given_is_changed(reranker: Reranker) -> None:
    found, rankings = list(FOUND), list(RANKINGS)
    before = deepcopy((found, rankings))
    reranker.rerank(QUERY, found, rankings)
    assert (found, rankings) == before


def test_candidates_may_be_in_no_ranking(reranker: Reranker) -> None:
    given = scores(reranker, [*FOUND[:2], candidate("nobody ranked this one")], RANKINGS)
    assert len(given) == 3


@pytest.mark.parametrize("text", ["?", "the cat " * 1200, "漢字 🙂 \u0000"])
def test_any_question_will_do(reranker: Reranker, text: str) -> None:
    assert len(scores(reranker, FOUND, RANKINGS, Query(text))) == len(FOUND)


@pytest.mark.parametrize("name", ["cross_encoder", "llm"])
def test_those_that_go_by_the_texts_give_one_order_to_any_order(
    name: str, request: pytest.FixtureRequest
) -> None:
    """The model's window has to hold them all: what it never sees together, it can't compare."""
    judge, few = request.getfixturevalue(name), FOUND[:4]
    forth = scores(judge, few, RANKINGS)
    back = scores(judge, few[::-1], RANKINGS[::-1])[::-1]
    order = sorted(range(4), key=forth.__getitem__)
    assert order == sorted(range(4), key=back.__getitem__)
