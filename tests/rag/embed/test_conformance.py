"""What every embedder keeps to, the shipped fake included."""

from __future__ import annotations

import numpy as np
import pytest

from rag.embed.hashing import HashingEmbedder
from rag.embed.remembering import Remembering
from rag.protocols import Embedder

TEXTS = [
    "the model is trained with adam",
    "",
    "a cat sat on the mat",
    "Größe, 漢字, עברית, 🙂, \u0000, ﬁ",
    "the cat " * 5000,
    "the model",
    " \n\t ",
    "adam",
]


@pytest.fixture(params=["minilm", "sentence_transformer", "litellm", "hashing", "remembering"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    return request.getfixturevalue(request.param)


@pytest.fixture
def remembering() -> Embedder:
    return Remembering(HashingEmbedder())


@pytest.fixture
def tolerance(embedder: Embedder) -> float:
    """How far a component may move with the company a text is in.

    torch pads and orders its sums by batch, in bfloat16 with 8 bits of mantissa: 2 ** -7 of
    a component, which is at most 1. The others treat every text on its own: not at all.
    """
    return 2**-6 if type(embedder).__name__ == "SentenceTransformerEmbedder" else 0.0


def test_vectors_are_float32_rows_of_norm_1(embedder: Embedder) -> None:
    for embed in (embedder.embed_documents, embedder.embed_queries):
        vectors = embed(TEXTS)
        assert vectors.shape == (len(TEXTS), embedder.dimension)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    for embed in (embedder.embed_documents, embedder.embed_queries):
        vectors = embed([])
        assert vectors.shape == (0, embedder.dimension)
        assert vectors.dtype == np.float32


def test_the_same_text_has_the_same_vector_every_time(embedder: Embedder) -> None:
    np.testing.assert_array_equal(embedder.embed_documents(TEXTS), embedder.embed_documents(TEXTS))


def test_a_vector_depends_on_its_own_text_alone(embedder: Embedder, tolerance: float) -> None:
    together = embedder.embed_documents(TEXTS)
    alone = np.concatenate([embedder.embed_documents([text]) for text in TEXTS])
    reversed_ = embedder.embed_documents(TEXTS[::-1])[::-1]
    np.testing.assert_allclose(together, alone, rtol=0, atol=tolerance)
    np.testing.assert_allclose(together, reversed_, rtol=0, atol=tolerance)


def test_different_texts_have_different_vectors(embedder: Embedder) -> None:
    a, b = embedder.embed_documents(["the cat sat on a mat", "the model is trained with adam"])
    assert a @ b < 0.99


def test_a_tuple_will_do(embedder: Embedder) -> None:
    np.testing.assert_array_equal(
        embedder.embed_queries(("adam", "cat")), embedder.embed_queries(["adam", "cat"])
    )


COUNTED = ["", "one", "The Transformer uses multi-head attention.", "word " * 700]


def test_counts_are_of_whole_texts_without_special_tokens(embedder: Embedder) -> None:
    counts = embedder.count_tokens(COUNTED)
    assert counts[0] == 0
    assert counts[1] >= 1
    assert counts[2] >= 5
    assert counts[3] >= 700, "a text longer than the model sees is counted whole"


def test_no_texts_no_counts(embedder: Embedder) -> None:
    assert embedder.count_tokens([]) == []


@pytest.mark.parametrize("text", ["scaled dot-product attention", "β₂ = 0.999"])
def test_a_text_counts_the_same_alone_and_among_others(embedder: Embedder, text: str) -> None:
    assert embedder.count_tokens([text]) == embedder.count_tokens(["other", text])[1:]
