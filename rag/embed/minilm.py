"""The default embedder: all-MiniLM-L6-v2 in int8 (`rag.minilm`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.minilm.conversion import converted
from rag.minilm.package import WEIGHTS_SHA256, load_tokenizer, model_folder
from rag.minilm.session import load_session, side_by_side
from rag.types import Vector

FILE_NAME = f"minilm-{WEIGHTS_SHA256[:12]}-int8-v1.onnx"
MAX_TOKENS = 256


class MiniLM:
    """all-MiniLM-L6-v2: 384 dimensions, of which texts beyond 256 tokens see the first 256.

    ``threads`` texts run side by side; 0 means one per core that this process may use. Both query
    and document are embedded as they are.
    """

    def __init__(self, cache: Path, threads: int = 0) -> None:
        """Loads the model from ``cache``, where the first use puts it (about 20 s).

        Raises EmbeddingError if the weights are missing or altered, or the export fails.
        """
        source = model_folder()
        target = converted(source, cache / FILE_NAME)
        self._threads = threads
        self._tokenizer = load_tokenizer(source)
        self._session = load_session(target)
        self._first = self._tokenizer.token_to_id("[CLS]")
        self._last = self._tokenizer.token_to_id("[SEP]")

    @property
    def dimension(self) -> int:
        return 384

    def embed_documents(self, texts: Sequence[str]) -> Vector:
        rows = side_by_side(self._embed, texts, self._threads)
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension)

    def embed_queries(self, texts: Sequence[str]) -> Vector:
        return self.embed_documents(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each whole text has, special tokens left out."""
        return [len(self._tokenize(text)) for text in texts]

    def _tokenize(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _embed(self, text: str) -> Vector:
        ids = [self._first, *self._tokenize(text)[: MAX_TOKENS - 2], self._last]
        vector: Vector = self._session.run(None, {"input_ids": np.array([ids])})[0][0]
        return vector


def is_converted(cache: Path) -> bool:
    """Whether the model is ready to load, so that nobody has to wait for its conversion."""
    return (cache / FILE_NAME).exists()
