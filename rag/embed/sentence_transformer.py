"""Any sentence-transformers model, by hub name or path.

Reimers & Gurevych 2019 (arXiv 1908.10084).
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from rag.embed.rows import unit_rows
from rag.errors import EmbeddingError
from rag.sentence_transformers_import import load_model
from rag.types import Vector


class SentenceTransformerEmbedder:
    """A model run by torch: in bfloat16 where CPU or GPU has it, else in float32.

    A prefix is put before each text; without one, the prompts that the model itself defines
    for queries and documents are used. ``device`` is torch's name for it, and empty means the
    GPU where there is one.
    """

    def __init__(
        self,
        model: str,
        device: str = "",
        batch_size: int = 8,
        query_prefix: str = "",
        document_prefix: str = "",
    ) -> None:
        """Loads the model, which takes seconds; one already downloaded needs no network.

        Raises EmbeddingError if there is no such model or it can't be loaded.
        """
        self._name = model
        self._batch_size = batch_size
        self._query_prompt = query_prefix or None
        self._document_prompt = document_prefix or None
        self._model = load_model("embedding", model, device, half=True)
        # Counting sets a tokenizer not to cut off, and threads that embed meanwhile are to.
        self._counting = copy.deepcopy(self._model.tokenizer)
        self._dimension = _dimension(self._model, model)

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed_documents(self, texts: Sequence[str]) -> Vector:
        return self._embed(self._model.encode_document, texts, self._document_prompt)

    def embed_queries(self, texts: Sequence[str]) -> Vector:
        return self._embed(self._model.encode_query, texts, self._query_prompt)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        # Not verbose: it would warn of texts longer than the model sees, which is why we count.
        tokens = self._counting(list(texts), add_special_tokens=False, verbose=False)
        return [len(ids) for ids in tokens["input_ids"]]

    def _embed(self, encode: Any, texts: Sequence[str], prompt: str | None) -> Vector:
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        try:
            vectors = encode(
                list(texts),
                prompt=prompt,
                batch_size=self._batch_size,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        except (RuntimeError, ValueError, IndexError) as error:
            raise EmbeddingError(
                f"the embedding model {self._name} failed on {len(texts)} texts: {error}; "
                "try a smaller embedder.batch_size or another embedder.device"
            ) from error
        return unit_rows(vectors, f"the embedding model {self._name}")


def _dimension(model: Any, name: str) -> int:
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise EmbeddingError(f"the embedding model {name!r} does not say its dimension")
    return int(dimension)
