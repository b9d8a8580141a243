"""The learned ranker: a small network over what is known of each candidate.

Trained on which passages people marked as evidence for their questions (eval/training). It does
not read the text as a language model does, so that two hundred candidates cost a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from rag.rerank.features import NAMES, QUESTION_NAMES, candidate_features, question_features
from rag.rerank.network import Network
from rag.types import Candidate, Judgement, Query, Ranking


@dataclass(frozen=True, slots=True)
class LearnedReranker:
    """Scores candidates by a network over `rag.rerank.features`.

    ``variant_weights`` say what the variants of the query count for; what an index counts for, the
    network has learned.
    """

    network: Network
    variant_weights: Mapping[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return "learned"

    def rerank(
        self, query: Query, candidates: Sequence[Candidate], rankings: Sequence[Ranking]
    ) -> Judgement:
        """Scores of any sign; their differences say how sure the model is."""
        if not candidates:
            return Judgement(())
        features = candidate_features(query, candidates, rankings, self.variant_weights)
        asked = question_features(query, rankings, self.variant_weights)
        scores = self.network.scores(features, asked)
        return Judgement(tuple(scores.tolist()))


def load_network(path: Path) -> Network:
    """The network in ``path``, made for this version's features. Raises ConfigError."""
    return Network.load(path, NAMES, QUESTION_NAMES)


@cache
def shipped_network() -> Network:
    """The one for the bundled model; benchmarks/train_ranker.py made it, docs/models.md tells."""
    with as_file(files("rag.rerank") / "learned.npz") as path:
        return load_network(path)
