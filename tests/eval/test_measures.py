from __future__ import annotations

import importlib.util
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures import MEASURES, first_relevant, mean, score
from eval.relevance import covers, relevant, shingles, words

PASSAGE = "we train the model with adam and a learning rate of one tenth"
OTHER = "the corpus holds four million pairs of sentences in two languages"
FILLER = " ".join(f"filler{i}" for i in range(400))


def test_words_are_free_of_typography() -> None:
    assert words("Eﬃcient ﬁne-\ntuning, BLEU 28.4") == [
        "efficient",
        "finetuning",
        "bleu",
        "28",
        "4",
    ]


def test_shingles_of_short_and_empty_texts() -> None:
    assert shingles("") == frozenset()
    assert shingles("two words") == {("two", "words")}
    assert len(shingles("a b c d e f")) == 2


def test_half_of_a_passage_covers_it() -> None:
    passage = shingles(PASSAGE)  # 13 words, 9 shingles
    assert covers(shingles("we train the model with adam and a learning"), passage)  # 5 of 9
    assert not covers(shingles("we train the model with adam and a"), passage)  # 4 of 9


def test_a_hit_inside_a_passage_is_relevant() -> None:
    assert relevant(shingles("the model with adam and a"), shingles(PASSAGE))
    assert not relevant(shingles(OTHER), shingles(PASSAGE))
    assert not relevant(shingles(""), shingles(PASSAGE))


def test_a_passage_without_words_makes_no_hit_relevant() -> None:
    assert not relevant(shingles(PASSAGE), shingles("中文段落"))
    assert first_relevant([["中文段落", OTHER]], [PASSAGE, OTHER]) == 2


def test_reciprocal_rank_is_of_the_first_relevant_hit() -> None:
    scores = score([[PASSAGE]], [OTHER, f"before {PASSAGE} after", PASSAGE])
    assert scores is not None
    assert scores["MRR"] == 0.5
    assert scores["RR@10"] == 0.5


def test_a_rank_below_ten_counts_only_for_mrr() -> None:
    scores = score([[PASSAGE]], [f"nothing {i} at all" for i in range(10)] + [PASSAGE])
    assert scores is not None
    assert scores["MRR"] == pytest.approx(1 / 11)
    assert scores["RR@10"] == 0.0


def test_recall_counts_words_and_the_first_hit_always() -> None:
    scores = score([[PASSAGE, OTHER]], [FILLER + " " + PASSAGE, OTHER])  # 413 + 11 words
    assert scores is not None
    assert scores["R@300w"] == 0.5
    assert scores["R@700w"] == 1.0


def test_the_kindest_annotator_counts() -> None:
    scores = score([[OTHER, FILLER], [PASSAGE]], [PASSAGE])
    assert scores is not None
    assert scores["R@300w"] == 1.0


def test_a_question_without_text_evidence_has_no_score() -> None:
    assert score([], [PASSAGE]) is None
    assert score([["—"]], [PASSAGE]) is None


def test_the_mean_of_nothing_is_nothing() -> None:
    assert mean([]) == {}


texts = st.lists(st.sampled_from([*PASSAGE.split(), *OTHER.split()]), max_size=30).map(" ".join)


@given(st.lists(st.lists(texts, max_size=3), max_size=2), st.lists(texts, max_size=6))
def test_measures_stay_between_0_and_1(evidence: list[list[str]], hits: list[str]) -> None:
    scores = score(evidence, hits)
    if scores is not None:
        assert set(scores) == set(MEASURES)
        assert all(0 <= value <= 1 for value in scores.values())
        assert scores["R@300w"] <= scores["R@700w"] <= scores["R@1500w"]


@pytest.mark.corpus
def test_an_independent_scorer_gives_the_same_numbers(corpus_data: Path) -> None:
    path = corpus_data.parent / "tools" / "score_run.py"
    spec = importlib.util.spec_from_file_location("score_run", path)
    assert spec is not None
    assert spec.loader is not None
    other = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(other)
    lines = (corpus_data / "qasper-dev" / "questions.jsonl").read_text().splitlines()[:300]
    draw = random.Random(1)
    compared = 0
    for question in map(json.loads, lines):
        passages = [p for annotator in question["evidence"] for p in annotator]
        paper = (corpus_data / "qasper-dev" / "papers" / f"{question['paper']}.md").read_text()
        hits = draw.sample([*passages, *paper.split("\n\n")], k=12) if passages else []
        ours = score(question["evidence"], hits)
        if ours is None:
            continue
        theirs = other.score(question, [{"text": text} for text in hits])
        assert ours == pytest.approx({name: theirs[name] for name in MEASURES})
        compared += 1
    assert compared > 200
