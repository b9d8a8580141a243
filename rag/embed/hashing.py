"""An embedder without a model: for plumbing, tests and demonstrations, not for meaning.

Feature hashing (Weinberger et al. 2009, arXiv 0902.2206): every word adds +1 or -1 to one
of the dimensions, both chosen by a hash that is the same in every process.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from rag.types import Vector

WORD = re.compile(r"\w+")


class HashingEmbedder:
    """Texts that share words are close. A text without words is the first unit vector."""

    def __init__(self, dimension: int = 256) -> None:
        if dimension < 1:
            raise ValueError(f"dimension must be at least 1, not {dimension}")
        self._dimension = dimension

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed_documents(self, texts: Sequence[str]) -> Vector:
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            self._fill(row, text)
        return vectors

    def embed_queries(self, texts: Sequence[str]) -> Vector:
        return self.embed_documents(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(WORD.findall(text)) for text in texts]

    def _fill(self, row: Vector, text: str) -> None:
        for word in WORD.findall(text.lower()):
            digest = hashlib.blake2b(word.encode(errors="surrogatepass"), digest_size=8).digest()
            value = int.from_bytes(digest, "little")
            row[(value >> 1) % self._dimension] += 1.0 if value & 1 else -1.0
        norm = float(np.linalg.norm(row))
        if norm > 0:
            row /= norm
        else:
            row[0] = 1.0
