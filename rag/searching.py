"""Searches with several variants of a query at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.protocols import Embedder, Index
from rag.types import Filter, Ranking, Variant, Vector


def embedded(variants: Sequence[Variant], embedder: Embedder) -> list[Variant]:
    """The variants with their vectors: questions as questions, passages as documents."""
    asked = iter(_vectors(embedder.embed_queries, [v.text for v in variants if not v.passage]))
    written = iter(_vectors(embedder.embed_documents, [v.text for v in variants if v.passage]))
    return [replace(v, vector=next(written if v.passage else asked)) for v in variants]


def search_all(
    index: Index, variants: Sequence[Variant], depth: int, where: Filter
) -> list[Ranking]:
    """One ranking per variant, in their order; those with one filter are searched in one batch."""
    found: dict[int, Ranking] = {}
    for restriction in dict.fromkeys(_where(v, where) for v in variants):
        at = [i for i, v in enumerate(variants) if _where(v, where) == restriction]
        rankings = index.search([variants[i] for i in at], depth, restriction)
        found.update(zip(at, rankings, strict=True))
    return [found[i] for i in range(len(variants))]


def _vectors(embed: Callable[[Sequence[str]], Vector], texts: Sequence[str]) -> Sequence[Vector]:
    """One vector a text; variants that differ in where to search alone are embedded once."""
    unique = list(dict.fromkeys(texts))
    vectors = dict(zip(unique, embed(unique), strict=True)) if unique else {}
    return [vectors[text] for text in texts]


def _where(variant: Variant, where: Filter) -> Filter:
    return where if variant.where is None else variant.where
