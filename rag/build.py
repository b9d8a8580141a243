"""Binds the configuration to classes: with `build_query`, `build_answer` and `build_model` the only
place that knows them.

Adapters are imported where they are chosen, so that a command pays for what it uses.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rag import build_active, build_answer, build_query, config
from rag.build_answer import Writing
from rag.build_learned import adapted, learned_reranker
from rag.build_model import chat_model
from rag.config import Search, Settings
from rag.errors import ConfigError, LibraryError, SettingsMismatch
from rag.fusion import ReciprocalRankFusion, ScoreSum
from rag.library import Library
from rag.once import once
from rag.pipeline import QueryPipeline
from rag.protocols import Embedder, Fusion, Index, Reranker
from rag.query.recorded import Recorded
from rag.rerank.first import FirstOnly
from rag.store.catalog import Catalog
from rag.text import ANALYSER_VERSION


def open_library(path: Path, settings: Settings, recorded: Recorded | None = None) -> Library:
    """The library at ``path``, for reading. A model is loaded when it is needed, and then kept.

    What is ``recorded`` of a language model's rewritings is searched with, in place of asking one.
    """
    model = once(partial(embedder, settings))
    return assembled(
        path,
        settings,
        model,
        turned=once(lambda: adapted(model(), path, settings)),
        judge=once(partial(reranker, settings, path)),
        recorded=recorded,
    )


def assembled(
    path: Path,
    settings: Settings,
    model: Callable[[], Embedder],
    turned: Callable[[], Embedder],
    judge: Callable[[], Reranker | None],
    recorded: Recorded | None = None,
) -> Library:
    """A library whose models are chosen already: ``turned`` embeds questions, ``judge`` reranks.

    Adapter and ranker belong together: they are read once, so that a library that is tuned while
    it is open goes on with the old ones.
    """
    catalog = Catalog(path)
    writing = once(lambda: build_answer.writing(settings, model(), turned(), catalog))
    return Library(
        catalog,
        open_indexes=partial(_checked_indexes, settings=settings),
        assemble=partial(
            pipeline,
            settings=settings,
            model=turned,
            writing=writing,
            judge=judge,
            recorded=recorded,
        ),
    )


def pipeline(
    catalog: Catalog,
    indexes: tuple[Index, ...],
    settings: Settings,
    model: Callable[[], Embedder],
    writing: Callable[[], Writing],
    judge: Callable[[], Reranker | None],
    recorded: Recorded | None = None,
) -> QueryPipeline:
    """The query path that ``settings`` describe; the three callables make its models.

    ``model`` is for questions, adapter included.
    """
    search = settings.search
    return QueryPipeline(
        contextualise=build_query.contextualise(settings, catalog),
        route=build_query.route(settings, catalog),
        topic=build_query.topic(settings),
        expand=build_query.expansions(settings, catalog),
        rewrite=build_query.rewrites(settings, recorded),
        feedback=build_query.feedback(settings),
        deadline_s=settings.query.deadline_s,
        embedder=model() if "dense" in search.retrievers else None,
        indexes=tuple(index for index in indexes if index.name in search.retrievers),
        fusion=_fusion(search),
        reranker=judge(),
        catalog=catalog,
        generator=lambda: writing().generator,
        active=build_active.active(settings, writing),
        depth=search.depth,
        candidates=max(settings.rerank.judged, search.depth),
        # What is learned inside papers does not help to choose among them.
        rerank_inside=settings.rerank.kind == "auto",
        duplicate_overlap=search.duplicate_overlap,
        evidence=settings.answer.evidence,
    )


def embedder(settings: Settings) -> Embedder:
    """The configured embedding model. The first use of the bundled one converts it (20 s)."""
    table = settings.embedder
    if table.kind == "minilm":
        from rag.cache import default_cache
        from rag.embed.minilm import MiniLM

        return MiniLM(default_cache(), threads=table.threads)
    if table.kind == "hashing":
        from rag.embed.hashing import HashingEmbedder

        return HashingEmbedder()
    if not table.model:
        raise ConfigError(f'embedder.kind = "{table.kind}" needs embedder.model')
    prefixes = {"query_prefix": table.query_prefix, "document_prefix": table.document_prefix}
    if table.kind == "sentence-transformers":
        from rag.embed.sentence_transformer import SentenceTransformerEmbedder

        return SentenceTransformerEmbedder(
            table.model, device=table.device, batch_size=table.batch_size, **prefixes
        )
    from rag.embed.litellm_embedder import LiteLLMEmbedder

    return LiteLLMEmbedder(
        table.model,
        api_base=table.api_base,
        api_key=secret(table.api_key_env),
        batch_size=table.batch_size,
        timeout_s=table.timeout_s,
        **prefixes,
    )


def reranker(settings: Settings, library: Path) -> Reranker | None:
    """The configured reranker; a cross-encoder is loaded, which takes seconds."""
    table = settings.rerank
    if table.kind in {"auto", "learned"}:
        return learned_reranker(library, settings)
    if table.kind == "cross-encoder":
        if not table.model:
            raise ConfigError('rerank.kind = "cross-encoder" needs rerank.model')
        from rag.rerank.cross_encoder import CrossEncoderReranker

        made = CrossEncoderReranker(table.model, table.device, table.batch_size)
        return FirstOnly(made, table.judged)
    if table.kind == "llm":
        if not settings.llm.has("judge"):
            raise ConfigError('rerank.kind = "llm" needs llm.model, or llm.roles.judge.model')
        from rag.rerank.llm_listwise import LLMReranker

        cache = build_query.answers(settings, "judge")
        listwise = LLMReranker(chat_model(settings, "judge"), table.deadline_s, cache=cache)
        return FirstOnly(listwise, table.judged)
    return None


def _fusion(table: Search) -> Fusion:
    weights = table.weights.model_dump()
    if table.fusion == "score-sum":
        return ScoreSum(weights, table.variant_weights)
    return ReciprocalRankFusion(table.rrf_k, weights, table.variant_weights)


def secret(variable: str) -> str:
    """The value of an environment variable that the configuration names; empty for no name."""
    if variable and variable not in os.environ:
        # A key may look like a name, but hardly ever like one in capitals.
        named = f"${variable}" if variable.isupper() else "a variable"
        raise ConfigError(
            f"the configuration takes a key from {named}, which is not set: set it, "
            "or correct api_key_env"
        )
    return os.environ[variable] if variable else ""


def fingerprint(settings: Settings) -> dict[str, str]:
    """What shapes the indexes, code included."""
    return {**config.fingerprint(settings), "lexical.analyser": str(ANALYSER_VERSION)}


def check_settings(catalog: Catalog, settings: Settings) -> None:
    """Raises SettingsMismatch if the library's indexes were made with other settings."""
    recorded, wanted = catalog.fingerprint(), fingerprint(settings)
    differing = [
        f"{key} is {recorded.get(key)!r} in the library, {wanted[key]!r} in the configuration"
        for key in sorted(wanted)  # what else is recorded means nothing to the chosen kinds
        if recorded and recorded.get(key) != wanted[key]
    ]
    if differing:
        raise SettingsMismatch(
            f"{catalog.path.parent} was made with other settings: {'; '.join(differing)}. "
            "Set the library's values, or run `scholium reindex` to take the new ones"
        )


def open_indexes(
    catalog: Catalog, settings: Settings, number: int | None = None
) -> tuple[Index, ...]:
    """The dense and the BM25 index.

    ``number`` is that of indexes to be made; by default it is the library's current one, whose
    files have to be there: raises LibraryError if they are lost.
    """
    from rag.store.chroma import ChromaIndex

    if number is None:
        number = int(catalog.meta("index"))
        _check_present(catalog, _directory(catalog, number), settings)
    directory = _directory(catalog, number)
    dense = ChromaIndex(
        None if settings.dense.url else directory / "chroma",
        settings.dense.url,
        collection=_collection(catalog, number),
        ids_within=catalog.ids_within,
    )
    return dense, _lexical(directory, settings)


def drop_indexes(catalog: Catalog, settings: Settings, keep: int) -> None:
    """Removes all indexes of the library but number ``keep``; a stopped reindex leaves some."""
    for directory in catalog.path.parent.glob("indexes/*"):
        if directory.name != str(keep):
            shutil.rmtree(directory, ignore_errors=True)
    if settings.dense.url:
        from rag.store.chroma import drop_collections

        prefix = _collection(catalog, 0).removesuffix("0")
        drop_collections(settings.dense.url, prefix, keep=_collection(catalog, keep))


def _checked_indexes(catalog: Catalog, settings: Settings) -> tuple[Index, ...]:
    check_settings(catalog, settings)
    return open_indexes(catalog, settings)


def _check_present(catalog: Catalog, directory: Path, settings: Settings) -> None:
    """Engines make what they do not find, and then find nothing in it."""
    lexical = "tantivy" if settings.lexical.kind == "tantivy" else "rank-bm25.sqlite"
    parts = [lexical] if settings.dense.url else ["chroma", lexical]
    lost = [str(path) for part in parts if not (path := directory / part).exists()]
    if lost and catalog.chunk_ids():
        raise LibraryError(
            f"the library's index is gone from {' and '.join(lost)}: build it anew with "
            f"`scholium reindex --library {catalog.path.parent}`"
        )


def _lexical(directory: Path, settings: Settings) -> Index:
    if settings.lexical.kind == "rank-bm25":
        from rag.store.rank_bm25_index import RankBM25Index

        return RankBM25Index(directory / "rank-bm25.sqlite")
    from rag.store.tantivy_bm25 import TantivyIndex

    return TantivyIndex(directory / "tantivy")


def _directory(catalog: Catalog, number: int) -> Path:
    return catalog.path.parent / "indexes" / str(number)


def _collection(catalog: Catalog, number: int) -> str:
    return f"scholium-{catalog.meta('library')[:12]}-{number}"
