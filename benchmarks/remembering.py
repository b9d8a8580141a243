"""An embedder that remembers: the same sentences are found for many questions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.protocols import Embedder
from rag.types import Vector


class Remembering:
    """Embeds each text once. Vectors are kept in half precision, whether new or old, so that a
    second run gives what the first did; ``file`` (.npz) keeps them between runs.
    """

    def __init__(self, embedder: Embedder, file: Path | None = None) -> None:
        self._embedder = embedder
        self._file = file
        self._known: dict[str, Vector] = {}
        if file and file.exists():
            with np.load(file, allow_pickle=False) as data:
                self._known = dict(zip(data["texts"].tolist(), data["vectors"], strict=True))

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed_documents(self, texts: Sequence[str]) -> Vector:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        vectors = self._embedder.embed_documents(new).astype(np.float16)
        self._known |= dict(zip(new, vectors, strict=True))
        rows = [self._known[text] for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension)

    def embed_queries(self, texts: Sequence[str]) -> Vector:
        return self._embedder.embed_queries(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._embedder.count_tokens(texts)

    def save(self) -> None:
        """Writes the file, if there is one."""
        if self._file:
            texts = list(self._known)
            np.savez(self._file, texts=texts, vectors=np.array([self._known[t] for t in texts]))
