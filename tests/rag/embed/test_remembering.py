"""What was embedded already is not embedded again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.embed.hashing import HashingEmbedder
from rag.embed.remembering import Remembering
from rag.types import Vector


class Counting(HashingEmbedder):
    """Keeps what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed_documents(self, texts: Sequence[str]) -> Vector:
        self.asked += texts
        return super().embed_documents(texts)


def test_only_what_is_new_is_embedded() -> None:
    model = Counting()
    remembering = Remembering(model)
    remembering.embed_documents(["one", "two"])
    remembering.embed_documents(["two", "three", "three"])
    assert model.asked == ["one", "two", "three"]


def test_questions_and_passages_are_told_apart() -> None:
    class Prefixing(HashingEmbedder):
        def embed_queries(self, texts: Sequence[str]) -> Vector:
            return super().embed_documents([f"query: {text}" for text in texts])

    remembering = Remembering(Prefixing())
    question = remembering.embed_queries(["one"])
    assert not np.array_equal(question, remembering.embed_documents(["one"]))
    assert np.array_equal(question, remembering.embed_queries(["one"]))


def test_the_oldest_are_forgotten() -> None:
    model = Counting()
    remembering = Remembering(model, most=2)
    for text in ("one", "two", "three", "three", "one"):
        remembering.embed_documents([text])
    assert model.asked == ["one", "two", "three", "one"]


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=5), max_size=6), st.integers(1, 4))
def test_vectors_are_the_models(batches: list[list[str]], most: int) -> None:
    plain, remembering = HashingEmbedder(), Remembering(HashingEmbedder(), most)
    for batch in batches:
        made = remembering.embed_documents(batch)
        assert np.array_equal(made, plain.embed_documents(batch))
        assert made.dtype == np.float32
