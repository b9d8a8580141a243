from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.build import reranker
from rag.config import Rerank, Settings
from rag.rerank.features import (
    GROUPS,
    NAMES,
    QUESTION_NAMES,
    candidate_features,
    question_features,
)
from rag.rerank.learned import LearnedReranker, shipped_network
from rag.types import Candidate, Query, Ranking, Role
from tests.rag.rerank.candidates import candidate, candidates, ranking, texts_by_score

ADAPTER_SHA = "8feaeb850faf0e649c037ae7c8ad0a4e907ef9ff670e7c1dd9ec1ef3cb69bdbb"
RANKER_SHA = "d2f795505a24fe419e7d8700461b5f6d5506c2d5b4c484b77776aa1ec81fb821"
WEIGHTS = {
    "rag.embed/minilm-adapter.npz": ADAPTER_SHA,
    "rag.rerank/learned.npz": RANKER_SHA,
}
"""As docs/models.md has them: benchmarks/train_ranker.py prints them."""

TEXTS = (
    "Dropout is applied with a rate of 0.1 to the output of each sub-layer.",
    "We thank the anonymous reviewers for their comments.",
    "Recurrent networks have long been the state of the art in translation.",
    "We trained on eight GPUs for twelve hours.",
)
QUERY = Query("What dropout rate do they use?")


@pytest.fixture(scope="module")
def learned() -> LearnedReranker:
    return LearnedReranker(shipped_network())


def found_by_both(found: list[Candidate]) -> list[Ranking]:
    return [ranking("dense/original", found), ranking("bm25/original", found[:2])]


@pytest.mark.parametrize("name", WEIGHTS)
def test_the_shipped_weights_are_the_documented_ones(name: str) -> None:
    package, _, file = name.partition("/")
    content = (files(package) / file).read_bytes()
    assert hashlib.sha256(content).hexdigest() == WEIGHTS[name]


def test_the_shipped_weights_are_small() -> None:
    sizes = [len((files(p) / f).read_bytes()) for p, _, f in (w.partition("/") for w in WEIGHTS)]
    assert sum(sizes) < 1_500_000


def test_a_passage_that_answers_comes_before_one_that_does_not(learned: LearnedReranker) -> None:
    found = candidates(*TEXTS)
    scores = learned.rerank(QUERY, found, found_by_both(found)).scores
    assert texts_by_score(found, scores)[0] == TEXTS[0]


def test_it_can_overrule_the_fusion(learned: LearnedReranker) -> None:
    """The words decide where the lists are of one mind and wrong by a little."""
    found = candidates(*reversed(TEXTS))
    same = [Ranking.from_scores("dense/original", [(c.chunk.chunk_id, 0.5) for c in found])]
    scores = learned.rerank(QUERY, found, same).scores
    assert texts_by_score(found, scores)[0] == TEXTS[0]


@given(seed=st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_the_order_of_candidates_and_rankings_does_not_matter(seed: int) -> None:
    learned, found = LearnedReranker(shipped_network()), candidates(*TEXTS)
    rankings = found_by_both(found)
    order = random.Random(seed).sample(range(len(found)), len(found))
    straight = learned.rerank(QUERY, found, rankings).scores
    shuffled = learned.rerank(QUERY, [found[i] for i in order], rankings[::-1]).scores
    np.testing.assert_allclose([straight[i] for i in order], shuffled, atol=1e-4)


def test_a_ranking_less_changes_the_scores_and_no_ranking_at_all_leaves_the_words(
    learned: LearnedReranker,
) -> None:
    found = candidates(*TEXTS)
    both = learned.rerank(QUERY, found, found_by_both(found)).scores
    dense = learned.rerank(QUERY, found, found_by_both(found)[:1]).scores
    none = learned.rerank(QUERY, found, ()).scores
    assert both != dense != none
    assert texts_by_score(found, none)[0] == TEXTS[0]


def test_no_candidates_have_no_scores(learned: LearnedReranker) -> None:
    assert learned.rerank(QUERY, [], []).scores == ()
    assert candidate_features(QUERY, [], []).shape == (0, len(NAMES))


def test_every_feature_has_a_name_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES) == sum(map(len, GROUPS.values()))
    assert candidate_features(QUERY, candidates(*TEXTS), ()).shape == (len(TEXTS), len(NAMES))


def test_features_stand_under_their_names() -> None:
    rows = candidate_features(QUERY, candidates(*TEXTS), ())
    column = dict(zip(NAMES, rows.T.tolist(), strict=True))
    assert column[f"role_{Role.METHOD.name.lower()}"] == [1] * 4
    assert column["covered"][0] > column["covered"][3]
    assert np.mean(column["covered_z"]) == pytest.approx(0, abs=1e-6)
    assert column["first_in_section"].count(1) == 1
    assert column["section_size"] == pytest.approx([np.log(4)] * 4)


def test_one_candidate_is_like_itself_alone(learned: LearnedReranker) -> None:
    alone = [candidate(TEXTS[0])]
    assert len(learned.rerank(QUERY, alone, found_by_both(alone)).scores) == 1


@pytest.mark.parametrize("kind", ["auto", "learned"])
def test_what_lies_beyond_the_configured_candidates_keeps_its_order(
    tmp_path: Path, kind: Literal["auto", "learned"]
) -> None:
    two = reranker(Settings(rerank=Rerank(kind=kind, candidates=2)), tmp_path)
    found = candidates(*reversed(TEXTS))
    assert two is not None
    scores = two.rerank(QUERY, found, found_by_both(found)).scores
    assert sorted(scores[2:], reverse=True) == list(scores[2:])
    assert max(scores[2:]) < min(scores[:2])


def test_a_variant_of_no_weight_says_nothing(learned: LearnedReranker) -> None:
    found = candidates(*TEXTS)
    rankings = found_by_both(found)
    hyde = Ranking.from_scores("dense/hyde", [(c.chunk.chunk_id, -c.score) for c in found])
    weightless = replace(learned, variant_weights={"hyde": 0.0})
    alone = learned.rerank(QUERY, found, rankings).scores
    assert weightless.rerank(QUERY, found, [*rankings, hyde]).scores == alone
    assert learned.rerank(QUERY, found, [*rankings, hyde]).scores != alone


def test_half_a_variant_counts_for_half(learned: LearnedReranker) -> None:
    found = candidates(*TEXTS)
    rankings = [*found_by_both(found), Ranking("bm25/hyde", ()), Ranking("dense/hyde", ())]
    of = QUESTION_NAMES.index("log_variants")
    counted = [question_features(QUERY, rankings, {"hyde": w})[of] for w in (0, 0.5, 1)]
    np.testing.assert_allclose(counted, np.log([1, 1.5, 2]), atol=1e-6)
