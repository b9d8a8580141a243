"""Any cross-encoder of sentence-transformers, by hub name or path.

Nogueira & Cho 2019 (arXiv 1901.04085): a transformer reads question and passage together.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.errors import EmbeddingError
from rag.sentence_transformers_import import load_model, logits
from rag.types import Candidate, Judgement, Query, Ranking


class CrossEncoderReranker:
    """A cross-encoder run by torch in float32.

    It reads the question beside what the indexes see of a chunk, context line included, and cuts
    off what the model has no room for. Scores are the model's logits: a sigmoid would leave their
    order as it is, but for the best of them, which it makes all 1. Nor is bfloat16 of use here,
    whose three digits make ties of near scores. ``device`` is torch's name for it, and empty
    means the GPU where there is one.
    """

    def __init__(self, model: str, device: str = "", batch_size: int = 16) -> None:
        """Loads the model, which takes seconds; one already downloaded needs no network.

        Raises EmbeddingError if there is no such model, it can't be loaded, or it gives something
        else than one score for a pair.
        """
        self._name = model
        self._batch_size = batch_size
        self._model = load_model("reranking", model, device)
        if self._model.num_labels != 1:
            raise EmbeddingError(
                f"the reranking model {model!r} gives {self._model.num_labels} scores for a pair "
                "of texts, not one: choose a cross-encoder for ranking as rerank.model"
            )

    @property
    def name(self) -> str:
        return "cross-encoder"

    def rerank(
        self, query: Query, candidates: Sequence[Candidate], rankings: Sequence[Ranking]
    ) -> Judgement:
        del rankings  # it goes by the texts alone
        pairs = [(query.text, candidate.chunk.indexed_text) for candidate in candidates]
        if not pairs:
            return Judgement(())
        scores = logits(self._model, "reranking", self._name, pairs, self._batch_size)
        return Judgement(tuple(map(float, scores)))
