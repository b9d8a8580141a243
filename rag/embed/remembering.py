"""An embedder that remembers the vectors of the last texts."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from rag.protocols import Embedder
from rag.types import Vector

MOST = 512
"""Texts: the sentences of a handful of questions, at 384 floats each less than a megabyte."""


class Remembering:
    """For several stages that embed the same sentences of one question. Threads may share it."""

    def __init__(self, embedder: Embedder, most: int = MOST) -> None:
        self._embedder = embedder
        self._most = most
        self._vectors: OrderedDict[tuple[bool, str], Vector] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed_documents(self, texts: Sequence[str]) -> Vector:
        return self._embedded(texts, self._embedder.embed_documents, question=False)

    def embed_queries(self, texts: Sequence[str]) -> Vector:
        return self._embedded(texts, self._embedder.embed_queries, question=True)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._embedder.count_tokens(texts)

    def _embedded(
        self, texts: Sequence[str], embed: Callable[[Sequence[str]], Vector], *, question: bool
    ) -> Vector:
        with self._lock:
            known = {t: self._vectors[question, t] for t in texts if (question, t) in self._vectors}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            made = embed(new)
            known |= dict(zip(new, made, strict=True))
            self._keep(new, made, question=question)
        return np.stack([known[text] for text in texts]) if texts else embed([])

    def _keep(self, texts: Sequence[str], vectors: Vector, *, question: bool) -> None:
        with self._lock:
            for text, vector in zip(texts, vectors, strict=True):
                self._vectors[question, text] = vector
                self._vectors.move_to_end((question, text))
            while len(self._vectors) > self._most:
                self._vectors.popitem(last=False)
