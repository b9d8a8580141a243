from __future__ import annotations

import math

import numpy as np
import pytest

from rag.generate.answerable import NAMES as ANSWERABLE_NAMES
from rag.generate.answerable import answerable_features
from rag.generate.candidates import candidates
from rag.generate.linear_model import LinearModel, shipped_weights
from rag.generate.question import Question
from rag.generate.rarity import rarity
from rag.generate.sentence_features import NAMES, coverage, features, preselect, term_weights
from rag.generate.table_rows import in_words, is_row
from rag.types import Kind
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


def test_every_shipped_weight_has_its_feature() -> None:
    weights = shipped_weights()
    assert set(weights.sentence.weights) <= set(NAMES)
    assert set(weights.answerable.weights) == set(ANSWERABLE_NAMES)


def test_features_of_two_sentences() -> None:
    question = Question("How many hours do they train with Adam?")
    vectors = np.array([[1, 0], [0, 1]], dtype=np.float32)
    rows = features(question, candidates([TWO]), vectors, np.array([0.8, 0.6], dtype=np.float32))
    first, second = (dict(zip(NAMES, row, strict=True)) for row in rows)
    assert (first["cosine"], second["cosine"]) == pytest.approx((0.8, 0.6))
    assert second["cosine_behind_best"] == pytest.approx(-0.2)
    assert second["cosine_of_previous"] == pytest.approx(0.8)
    assert first["cosine_of_previous"] == second["cosine_of_next"] == 0
    assert first["coverage"] > 0.5
    assert second["coverage"] == 0
    assert first["number_wanted"] == 1
    assert (first["ours"], second["ours"]) == (1, 0)


def test_what_no_sentence_comes_near_counts_against_an_answer() -> None:
    rows = np.zeros((1, len(NAMES)))
    met, unmet = (
        dict(
            zip(ANSWERABLE_NAMES, answerable_features(Question(text), [TWO], rows)[0], strict=True)
        )
        for text in ("How large is Vienna?", "What is the capital of Peru?")
    )
    assert met["names_met_nowhere"] == met["unmet_terms"] == 0
    assert unmet["names_met_nowhere"] == 0.5
    assert unmet["unmet_terms"] == 0.6


def test_a_name_on_the_title_page_is_met() -> None:
    rows = np.zeros((1, len(NAMES)))
    named = answerable_features(Question("What does Turing train with?"), [TWO], rows)[0]
    assert named[ANSWERABLE_NAMES.index("names_met_nowhere")] == 0


def test_preselection_keeps_order_and_drops_rows_without_a_term() -> None:
    table = made_evidence([(Kind.TABLE, "Name | Hours\nAdam | 10\nSGD | 12")])
    question = Question("How many hours with Adam?")
    kept = preselect(question, candidates([table, TWO]), 2)
    assert [c.shown for c in kept] == ["Adam: Hours 10", "We train with Adam for ten hours."]


@pytest.mark.parametrize(
    ("row", "head", "label", "said"),
    [
        ("| A | 1 | 2 |", "| X | Y | Z |", "Table 1", "Table 1, A: Y 1; Z 2"),
        ("A | 1", "X | Y | Z", "Table 1", "Table 1: A, 1"),
        ("A | | 2", "X | Y | Z", "", "A: Z 2"),
        ("A 1 2 3", "X Y Z", "", "A 1 2 3"),
    ],
)
def test_a_row_in_words(row: str, head: str, label: str, said: str) -> None:
    assert in_words(row, head, label) == said


def test_a_row_has_cells_or_is_mostly_numbers() -> None:
    assert is_row("BM25 | 0.61")
    assert is_row("BM25 0.61 0.74 (0.02)")
    assert not is_row("Recall of BM25 on 300 questions of the test set.")
