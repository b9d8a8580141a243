from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from rag.embed.hashing import HashingEmbedder


def test_a_text_without_words_is_the_first_unit_vector() -> None:
    vectors = HashingEmbedder(3).embed_documents(["", " .,; "])
    np.testing.assert_array_equal(vectors, [[1, 0, 0], [1, 0, 0]])


def test_one_word_is_plus_or_minus_a_unit_vector_whatever_its_case_and_count() -> None:
    (once, often) = HashingEmbedder(16).embed_documents(["Adam", "adam ADAM, adam"])
    assert sorted(np.abs(once)) == [0] * 15 + [1]
    np.testing.assert_array_equal(once, often)


def test_shared_words_bring_texts_closer() -> None:
    vectors = HashingEmbedder().embed_documents(
        [
            "dropout rate of the encoder",
            "the encoder has a dropout rate",
            "results on Penn Treebank",
        ]
    )
    assert vectors[0] @ vectors[1] > 0.5 > abs(vectors[0] @ vectors[2])


def test_vectors_are_the_same_in_every_process() -> None:
    program = (
        "from rag.embed.hashing import HashingEmbedder as H;"
        "print(H(8).embed_queries(['label smoothing']).tolist())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(
        HashingEmbedder(8).embed_queries(["label smoothing"]).tolist()
    )


def test_a_lone_surrogate_is_a_character_like_any_other() -> None:
    assert HashingEmbedder(8).embed_queries(["x\ud800y"]).any()


def test_a_dimension_below_1_is_refused() -> None:
    with pytest.raises(ValueError, match="dimension must be at least 1, not 0"):
        HashingEmbedder(0)
