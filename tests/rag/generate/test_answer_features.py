from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embed.hashing import HashingEmbedder
from rag.generate.answerable import NAMES as ANSWERABLE_NAMES
from rag.generate.answerable import READ, answerable_features
from rag.generate.candidates import candidates
from rag.generate.linear_model import LinearModel, shipped_weights
from rag.generate.preselection import coverage, preselect, term_weights
from rag.generate.question import Question
from rag.generate.rarity import rarity
from rag.generate.reading import WORDS, Reading, read, unmet_words
from rag.generate.sentence_features import NAMES, SCORE_RANGE, features
from rag.generate.table_rows import in_words, is_row, of_cells
from rag.types import Evidence, Kind
from tests.rag.generate.made_evidence import made_evidence

TWO = made_evidence([(Kind.PARAGRAPH, "We train with Adam for ten hours. Vienna is a large town.")])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("How many heads does it have?", {"number"}),
        ("What is the learning rate?", {"number", "definition"}),
        ("Why do they mask the input?", {"reason"}),
        ("What is a seed lexicon?", {"definition"}),
        ("How do they align the words?", {"way"}),
        ("Which datasets are used?", {"selection", "names"}),
        ("Do they release the code?", {"yes_no"}),
    ],
)
def test_what_a_question_wants(text: str, wanted: set[str]) -> None:
    assert {kind for kind, asked in Question(text).wants.items() if asked} == wanted


def test_term_weights_by_hand() -> None:
    weights = term_weights(
        frozenset({"adam", "rate"}), [frozenset({"rate"}), frozenset({"rate", "x"})]
    )
    rare, common = math.log(1 + 3 / 0.5), math.log(1 + 3 / 2.5)
    assert weights["adam"] == pytest.approx(rare / (rare + common))
    assert sum(weights.values()) == pytest.approx(1)
    assert coverage(weights, frozenset({"adam", "y"})) == weights["adam"]


def test_rarity_goes_from_common_to_unheard_of() -> None:
    assert rarity("model") == 0
    assert 0 < rarity("adam") < 1
    assert rarity("peru") == 1


def test_a_linear_model_by_hand() -> None:
    model = LinearModel(0.5, {"a": 2.0, "unused": 9.0})
    odds = model.logits(("a", "b"), np.array([[1.0, 7.0], [-1.0, 0.0]]))
    assert odds.tolist() == [2.5, -1.5]


@pytest.mark.parametrize("reader", [True, False])
def test_every_shipped_weight_has_its_feature(reader: bool) -> None:
    weights = shipped_weights(reader)
    assert set(weights.sentence.weights) <= set(NAMES)
    known = set(ANSWERABLE_NAMES) if reader else set(ANSWERABLE_NAMES) - set(READ)
    assert set(weights.answerable.weights) == known


def _reading(text: str, evidence: Sequence[Evidence] = (TWO,)) -> Reading:
    """Sentences of made vectors: the question is near the first one, turned near the second."""
    found = tuple(candidates(evidence))
    vectors = np.zeros((len(found), 2), dtype=np.float32)
    vectors[0, 0] = vectors[1:, 1] = 1
    asked, turned = np.array([[0.8, 0.6], [0.6, 0.8]], dtype=np.float32)
    unmet = dict.fromkeys(unmet_words(text, evidence), np.array([0.6, 0.8], dtype=np.float32))
    return Reading(Question(text), tuple(evidence), found, vectors, asked, turned, unmet)


def _judged(text: str) -> dict[str, float]:
    return dict(zip(ANSWERABLE_NAMES, answerable_features(_reading(text))[0], strict=True))


def test_features_of_two_sentences() -> None:
    rows = features(_reading("How many hours do they train with Adam?"))
    first, second = (dict(zip(NAMES, row, strict=True)) for row in rows)
    assert (first["cosine"], second["cosine"]) == pytest.approx((0.8, 0.6))
    assert second["cosine_behind_best"] == pytest.approx(-0.2)
    assert second["cosine_of_previous"] == pytest.approx(0.8)
    assert (first["turned"], second["turned"]) == pytest.approx((0.6, 0.8))
    assert first["turned_behind_best"] == pytest.approx(-0.2)
    assert first["cosine_of_previous"] == second["cosine_of_next"] == 0
    assert first["coverage"] > 0.5
    assert second["coverage"] == 0
    assert first["number_wanted"] == 1
    assert (first["ours"], second["ours"]) == (1, 0)


def test_a_chunk_behind_the_best_says_so_within_a_range() -> None:
    far = replace(made_evidence([(Kind.PARAGRAPH, "Vienna is large indeed.")], rank=2), score=-90.0)
    near = replace(TWO, score=3.0)
    rows = features(_reading("How large is Vienna?", (near, far)))
    behind = rows[:, NAMES.index("score_behind_best")]
    assert behind.tolist() == [0, 0, -SCORE_RANGE]


def test_what_no_sentence_comes_near_counts_against_an_answer() -> None:
    met, unmet = _judged("How large is Vienna?"), _judged("What is the capital of Peru?")
    assert met["names_met_nowhere"] == met["strangest_word"] == met["farthest_word"] == 0
    assert unmet["names_met_nowhere"] == 0.5
    assert unmet["strangest_word"] == pytest.approx(0.2)
    assert met["covered_rare_terms"] > unmet["covered_rare_terms"] == 0
    assert (unmet["best_cosine"], unmet["best_turned"]) == pytest.approx((0.8, 0.8))


def test_unmet_terms_count_as_far_as_no_sentence_is_near() -> None:
    reading = _reading("What is the capital of Peru?")
    far = replace(reading, vector=np.zeros(2, dtype=np.float32))
    columns = [ANSWERABLE_NAMES.index(name) for name in ("unmet_terms", "unmet_rare_terms")]
    assert answerable_features(reading)[0, columns].tolist() == [0, 0]
    assert answerable_features(far)[0, columns[0]] == pytest.approx(0.6)
    assert 0 < answerable_features(far)[0, columns[1]] < 0.6


def test_a_name_on_the_title_page_is_met() -> None:
    assert _judged("What does Turing train with?")["names_met_nowhere"] == 0
    assert unmet_words("Does Turing train in Peru?", [TWO]) == ["Peru"]


@given(st.text(max_size=80))
def test_features_are_numbers_whatever_is_asked(text: str) -> None:
    embedder = HashingEmbedder()
    reading = read(text, [TWO], embedder, embedder)
    assert np.isfinite(features(reading)).all()
    assert np.isfinite(answerable_features(reading)).all()
    assert len(reading.unmet) <= WORDS


def test_preselection_keeps_order_and_drops_rows_without_a_term() -> None:
    table = made_evidence([(Kind.TABLE, "Name | Hours\nAdam | 10\nSGD | 12")])
    question = Question("How many hours with Adam?")
    kept = preselect(question, candidates([table, TWO]), 2)
    assert [c.shown for c in kept] == ["Adam: Hours 10.", "We train with Adam for ten hours."]


@pytest.mark.parametrize(
    ("row", "head", "label", "said"),
    [
        ("| A | 1 | 2 |", "| X | Y | Z |", "Table 1", "Table 1, A: Y 1; Z 2."),
        ("A | 1", "X | Y | Z", "Table 1", "Table 1: A, 1."),
        ("A | | 2", "X | Y | Z", "", "A: Z 2."),
        ("A 1 2 3", "X Y Z", "", "A 1 2 3."),
    ],
)
def test_a_row_in_words(row: str, head: str, label: str, said: str) -> None:
    assert in_words(row, head, label) == said


def test_a_row_has_cells_or_is_mostly_numbers() -> None:
    assert is_row("BM25 | 0.61")
    assert is_row("BM25 0.61 0.74 (0.02)")
    assert not is_row("Recall of BM25 on 300 questions of the test set.")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("A", "1", "2", "3"), "A: Dev EM 1; F1 2; Test EM 3."),
        (("A", "", "2", "3"), "A: Dev F1 2; Test EM 3."),
        (("A", "1", "", "3"), "A: Dev EM 1; Test EM 3."),
        (("", "1", "2", "approx."), "Dev EM 1; F1 2; Test EM approx."),
        (("A", "", "", ""), "A."),
    ],
)
def test_what_columns_have_in_common_is_said_once(cells: tuple[str, ...], said: str) -> None:
    names = (("Kind",), ("Dev", "EM"), ("Dev", "F1"), ("Test", "EM"))
    assert of_cells(cells, names, "") == said
