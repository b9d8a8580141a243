"""Turns query vectors towards the passages that answer, and leaves the documents' as they are.

A question and the passage that answers it are not alike: one says "which", the other names it. A
linear map of the query vector, learned from questions with known passages, makes up for much of
that (Chroma's technical report "Embedding Adapters", 2023, is one source of the idea). Nothing is
embedded anew, and a query costs one product of a matrix and a vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from rag.errors import EmbeddingError
from rag.protocols import Embedder
from rag.types import Vector


@dataclass(frozen=True, slots=True)
class QueryAdapter:
    """``q -> normalise(q + W q)``; ``matrix`` is W, float32 ``(d, d)``."""

    matrix: NDArray[np.float32] = field(repr=False)

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2 or self.matrix.shape[0] != self.matrix.shape[1]:
            raise EmbeddingError(f"a query adapter is a square matrix, not {self.matrix.shape}")

    @property
    def dimension(self) -> int:
        """Of the vectors that it is made for."""
        return int(self.matrix.shape[0])

    def __call__(self, queries: Vector) -> Vector:
        """``queries`` float32 ``(n, d)``, turned and L2-normalised; a zero row stays zero.

        Raises EmbeddingError for vectors of another dimension.
        """
        if queries.shape[-1] != self.dimension:
            raise EmbeddingError(
                f"the query adapter is made for vectors of {self.dimension} numbers, not "
                f'{queries.shape[-1]}: it belongs to another model; set search.adapter = "none"'
            )
        turned = queries + queries @ self.matrix.T
        norms = np.linalg.norm(turned, axis=-1, keepdims=True)
        return np.asarray(turned / np.maximum(norms, 1e-12), dtype=np.float32)

    def save(self, path: Path) -> None:
        """Writes half-precision numbers: their error is far below that of int8 vectors."""
        np.savez_compressed(path, matrix=self.matrix.astype(np.float16))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises EmbeddingError if ``path`` holds no adapter."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
                return cls(np.asarray(data["matrix"], dtype=np.float32))
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            raise EmbeddingError(
                f"can't read the query adapter {path}: {error}; make it anew with "
                "`scholium eval tune`, or delete the file"
            ) from error


@dataclass(frozen=True, slots=True)
class AdaptedEmbedder:
    """An embedder whose queries pass through an adapter; its documents do not."""

    embedder: Embedder
    adapter: QueryAdapter

    @property
    def dimension(self) -> int:
        return self.embedder.dimension

    def embed_documents(self, texts: Sequence[str]) -> Vector:
        return self.embedder.embed_documents(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vector:
        return self.adapter(self.embedder.embed_queries(texts))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self.embedder.count_tokens(texts)


@cache
def minilm_adapter() -> QueryAdapter:
    """The one for the bundled model; benchmarks/train_ranker.py made it, docs/models.md tells."""
    with as_file(files("rag.embed") / "minilm-adapter.npz") as path:
        return QueryAdapter.load(path)
