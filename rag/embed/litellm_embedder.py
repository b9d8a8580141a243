"""Any embedding model behind an API that litellm speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rag.embed.rows import unit_rows
from rag.errors import EmbeddingError
from rag.litellm_import import import_litellm
from rag.types import Vector

RETRIES = 2
BLANK = " "


class LiteLLMEmbedder:
    """Asks a server for vectors, ``batch_size`` texts a request, with up to 3 tries each.

    ``model`` is litellm's name ("openai/text-embedding-3-small"); texts are sent to its
    provider, or to ``api_base``. A prefix is put before each text. Empty texts, which servers
    refuse, are sent as one space.
    """

    def __init__(
        self,
        model: str,
        api_base: str = "",
        api_key: str = "",
        batch_size: int = 8,
        timeout_s: float = 60.0,
        query_prefix: str = "",
        document_prefix: str = "",
    ) -> None:
        self._model = model
        self._api_base = api_base
        self._api_key = api_key
        self._batch_size = batch_size
        self._timeout_s = timeout_s
        self._query_prefix = query_prefix
        self._document_prefix = document_prefix
        self._dimension = 0  # unknown

    @property
    def dimension(self) -> int:
        """The length of the model's vectors, which the first call finds out."""
        return self._dimension or self._request(["dimension"]).shape[1]

    def embed_documents(self, texts: Sequence[str]) -> Vector:
        return self._embed([self._document_prefix + text or BLANK for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> Vector:
        return self._embed([self._query_prefix + text or BLANK for text in texts])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """With litellm's tokenizer for the model, which for an unknown one is an estimate."""
        litellm = import_litellm()
        return [litellm.token_counter(model=self._model, text=text) for text in texts]

    def _embed(self, texts: Sequence[str]) -> Vector:
        starts = range(0, len(texts), self._batch_size)
        rows = [self._request(texts[start : start + self._batch_size]) for start in starts]
        return np.concatenate(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)

    @property
    def _source(self) -> str:
        return f"the embedding model {self._model}" + (
            f" at {self._api_base}" if self._api_base else ""
        )

    def _request(self, texts: Sequence[str]) -> Vector:
        answer = self._call(texts)
        try:
            # Servers may answer out of order; the index, if given, says which text it is of.
            ordered = sorted(answer["data"], key=lambda item: item.get("index") or 0)
            vectors = [item["embedding"] for item in ordered]
        except (AttributeError, KeyError, TypeError) as error:
            raise EmbeddingError(f"{self._source} gave no embeddings; {self._advice}") from error
        if len(vectors) != len(texts):
            raise EmbeddingError(
                f"{self._source} gave {len(vectors)} vectors for {len(texts)} texts; {self._advice}"
            )
        return self._of_one_dimension(unit_rows(vectors, self._source))

    def _of_one_dimension(self, rows: Vector) -> Vector:
        found = rows.shape[1]
        self._dimension = self._dimension or found
        if found != self._dimension:
            raise EmbeddingError(
                f"{self._source} gave vectors of {found} dimensions, earlier {self._dimension}; "
                "check which model the server runs"
            )
        return rows

    def _call(self, texts: Sequence[str]) -> Any:
        litellm = import_litellm()
        try:
            return litellm.embedding(
                model=self._model,
                input=list(texts),
                api_base=self._api_base or None,
                # Without a key of its own, a server is not to get the one of OPENAI_API_KEY.
                api_key=self._api_key or ("none" if self._api_base else None),
                timeout=self._timeout_s,
                max_retries=RETRIES,
            )
        except litellm.Timeout as error:
            raise EmbeddingError(
                f"{self._source} did not answer within {self._timeout_s:g} s, {1 + RETRIES} times; "
                "check that it runs, or raise embedder.timeout_s"
            ) from error
        except litellm.AuthenticationError as error:
            raise EmbeddingError(
                f"{self._source} refuses the key; "
                "let embedder.api_key_env name a variable that holds a valid one"
            ) from error
        except Exception as error:  # litellm and its providers raise what they like
            raise EmbeddingError(
                f"{self._source} failed: {_line(error)}; {self._advice}"
            ) from error

    @property
    def _advice(self) -> str:
        return "check embedder.model and embedder.api_base"


def _line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__
