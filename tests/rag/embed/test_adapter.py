from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.embed.adapter import AdaptedEmbedder, QueryAdapter, minilm_adapter
from rag.embed.hashing import HashingEmbedder
from rag.errors import EmbeddingError
from rag.types import Vector

QUARTER_TURN = QueryAdapter(np.array([[-1, -1], [1, -1]], dtype=np.float32))
"""q + W q is q turned by a right angle."""


def vectors(*rows: list[float]) -> Vector:
    return np.array(rows, dtype=np.float32)


def test_a_query_is_turned_and_keeps_its_norm() -> None:
    turned = QUARTER_TURN(vectors([1, 0], [0.6, 0.8]))
    np.testing.assert_allclose(turned, [[0, 1], [-0.8, 0.6]], atol=1e-7)
    assert turned.dtype == np.float32


def test_no_queries_give_no_rows() -> None:
    assert QUARTER_TURN(np.zeros((0, 2), dtype=np.float32)).shape == (0, 2)


def test_a_query_without_direction_keeps_having_none() -> None:
    np.testing.assert_array_equal(QUARTER_TURN(vectors([0, 0])), [[0, 0]])


def test_vectors_of_another_model_are_refused() -> None:
    with pytest.raises(EmbeddingError, match=r"of 2 numbers, not 3.*search\.adapter"):
        QUARTER_TURN(vectors([1, 0, 0]))


def test_it_is_a_square_matrix() -> None:
    with pytest.raises(EmbeddingError, match="square"):
        QueryAdapter(np.zeros((2, 3), dtype=np.float32))


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "adapter.npz"
    QUARTER_TURN.save(path)
    np.testing.assert_array_equal(QueryAdapter.load(path).matrix, QUARTER_TURN.matrix)


@pytest.mark.parametrize("content", [b"", b"PK no archive", None])
def test_a_file_that_holds_none_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "adapter.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EmbeddingError, match=r"adapter\.npz.*eval tune"):
        QueryAdapter.load(path)


def test_only_queries_pass_through_the_adapter() -> None:
    plain = HashingEmbedder(2)
    adapted = AdaptedEmbedder(plain, QUARTER_TURN)
    texts = ["dropout", "adam"]
    np.testing.assert_array_equal(adapted.embed_documents(texts), plain.embed_documents(texts))
    np.testing.assert_array_equal(
        adapted.embed_queries(texts), QUARTER_TURN(plain.embed_queries(texts))
    )
    assert (adapted.dimension, adapted.count_tokens(texts)) == (2, plain.count_tokens(texts))


def test_the_shipped_one_turns_the_bundled_models_vectors_without_losing_them() -> None:
    adapter = minilm_adapter()
    random = np.random.default_rng(0).normal(size=(50, 384)).astype(np.float32)
    random /= np.linalg.norm(random, axis=1, keepdims=True)
    turned = adapter(random)
    cosines = (turned * random).sum(axis=1)
    assert adapter.dimension == 384
    assert 0.5 < cosines.min() < cosines.max() < 1
