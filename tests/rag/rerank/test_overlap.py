from __future__ import annotations

import math

import numpy as np
import pytest

from rag.rerank.overlap import NAMES, overlap
from rag.rerank.surface import Words

DROPOUT = "We use dropout at a rate of 0.1."
ADAM = "We train with Adam. The learning rate is 0.1."


def features(question: str, texts: list[str], headings: list[str] | None = None) -> dict[str, list]:
    rows = overlap(question, Words.of(texts), headings or [""] * len(texts))
    return {name: rows[:, i].tolist() for i, name in enumerate(NAMES)}


def test_shares_by_hand() -> None:
    """Two texts: "dropout" is in one, "rate" in both, which weighs the least there is."""
    found = features("Which dropout rate?", [DROPOUT, ADAM])
    rare, common = math.log(3 / 1.5), math.log(3 / 2.5)
    assert found["covered"] == pytest.approx([1, common / (rare + common)], abs=1e-4)
    assert found["weighted"][0] == pytest.approx(1 / 2.2, abs=1e-4)
    assert found["covered_heading"] == [0, 0]
    assert found["covered_rare"] == found["covered"]


def test_words_are_found_by_their_stems() -> None:
    found = features("How are studies trained?", ["a study of training", "students"])
    assert found["covered"] == pytest.approx([1, 0], abs=1e-4)


def test_a_short_stem_is_no_beginning_of_other_words() -> None:
    found = features("What do they use?", ["we use it", "the user is usual"])
    assert found["covered"] == pytest.approx([1, 0], abs=1e-4)


def test_a_heading_has_words_too() -> None:
    found = features("dropout", [ADAM, ADAM], ["3 Dropout", "4 Training"])
    assert found["covered"] == [0, 0]
    assert found["covered_heading"] == [0, 0]  # a word that no text has weighs nothing
    found = features("dropout", [ADAM, DROPOUT], ["3 Dropout", "4 Training"])
    assert found["covered_heading"] == pytest.approx([1, 0], abs=1e-4)
    assert found["covered_either"] == pytest.approx([1, 1], abs=1e-4)


def test_pairs_are_neighbours_in_this_order() -> None:
    texts = ["the learning rates", "learning at a rate", "rate of learning"]
    assert features("learning rate", texts)["pairs"] == pytest.approx([1, 0, 0], abs=1e-4)


def test_a_question_of_stop_words_and_no_texts_at_all() -> None:
    assert overlap("What is it?", Words.of([DROPOUT]), [""]).tolist() == [[0] * len(NAMES)]
    assert overlap("dropout", Words.of([]), []).shape == (0, len(NAMES))


@pytest.mark.parametrize("text", ["", "Größe 漢字 עברית 🙂 \u0000", "a" * 100_000, "\ud800"])
def test_every_text_gives_shares(text: str) -> None:
    rows = overlap("größe (a|b)[* 漢字 resnet-50", Words.of([text, DROPOUT]), [text, ""])
    assert np.isfinite(rows).all()
    assert (rows >= 0).all()
    assert (rows <= 1.0001).all()
