"""Binds what was learned: the query adapter and the ranker, for one library or for everybody.

A library that was tuned (`scholium eval tune`) has its own, under ``tuned/`` and named for the
embedder, so that one that is reindexed with another embedder does without. Else the bundled model
has those that come with the package.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from rag.config import Settings, fingerprint
from rag.errors import ConfigError
from rag.protocols import Embedder, Reranker
from rag.rerank.first import FirstOnly

if TYPE_CHECKING:
    from rag.embed.adapter import QueryAdapter
    from rag.rerank.network import Network

FOLDER = "tuned"


def tuned_adapter(library: Path, settings: Settings) -> Path:
    """Where the library's own query adapter is kept."""
    return library / FOLDER / f"adapter-{_of_embedder(settings)}.npz"


def tuned_ranker(library: Path, settings: Settings) -> Path:
    """Where the library's own ranker is kept."""
    return library / FOLDER / f"ranker-{_of_embedder(settings)}.npz"


def adapter_in_use(library: Path, settings: Settings) -> QueryAdapter | None:
    """The library's own query adapter, else the bundled model's, else none."""
    from rag.embed.adapter import QueryAdapter, minilm_adapter

    own = tuned_adapter(library, settings)
    if own.exists():
        return QueryAdapter.load(own)
    return minilm_adapter() if settings.embedder.kind == "minilm" else None


def network_in_use(library: Path, settings: Settings) -> Network | None:
    """The library's own ranker, else the bundled model's, else none."""
    from rag.rerank.learned import load_network, shipped_network

    own = tuned_ranker(library, settings)
    if own.exists():
        return load_network(own)
    return shipped_network() if settings.embedder.kind == "minilm" else None


def adapted(embedder: Embedder, library: Path, settings: Settings) -> Embedder:
    """The embedder, its queries turned by an adapter if there is one and it is wanted."""
    from rag.embed.adapter import AdaptedEmbedder

    wanted = settings.search.adapter == "auto"
    adapter = adapter_in_use(library, settings) if wanted else None
    return AdaptedEmbedder(embedder, adapter) if adapter else embedder


def learned_reranker(library: Path, settings: Settings) -> Reranker | None:
    """The learned ranker of the library, if there is one for the embedder.

    Raises ConfigError if there is none and the configuration insists.
    """
    if network := network_in_use(library, settings):
        return judging(network, settings)
    if settings.rerank.kind == "learned":
        raise ConfigError(
            'rerank.kind = "learned" has no ranker for '
            f'embedder.kind = "{settings.embedder.kind}": make one from a question set with '
            '`scholium eval tune DATASET`, or set rerank.kind = "auto"'
        )
    return None


def judging(network: Network, settings: Settings) -> Reranker:
    """The learned ranker with this network."""
    from rag.rerank.learned import LearnedReranker

    ranker = LearnedReranker(network, settings.search.variant_weights)
    return FirstOnly(ranker, settings.rerank.judged)


def _of_embedder(settings: Settings) -> str:
    shapes = {k: v for k, v in fingerprint(settings).items() if k.startswith("embedder.")}
    return hashlib.sha256(json.dumps(shapes, sort_keys=True).encode()).hexdigest()[:12]
