"""Searches with several variants of a query at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.protocols import Embedder, Index
from rag.types import Filter, Query, Ranking, Rewriting, Variant, Vector


def embedded(variants: Sequence[Variant], embedder: Embedder) -> list[Variant]:
    """The variants with their vectors: questions as questions, passages as documents."""
    asked = _vectors(embedder.embed_queries, variants, passage=False)
    written = _vectors(embedder.embed_documents, variants, passage=True)
    return [
        v if v.by_words else replace(v, vector=(written if v.passage else asked)[v.text])
        for v in variants
    ]


@dataclass(frozen=True, slots=True)
class Embedding:
    """`embedded` as a transform, for variants that the query can do without."""

    variants: tuple[Variant, ...]
    embedder: Embedder
    name: str = "embed"

    def transform(self, query: Query) -> Rewriting:
        del query  # the variants are its forms
        return Rewriting(variants=tuple(embedded(self.variants, self.embedder)))


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


def _vectors(
    embed: Callable[[Sequence[str]], Vector], variants: Sequence[Variant], *, passage: bool
) -> Mapping[str, Vector]:
    """By text: variants that differ in where to search alone are embedded once."""
    texts = {v.text: None for v in variants if v.passage is passage and not v.by_words}
    return dict(zip(texts, embed(list(texts)), strict=True)) if texts else {}


def _where(variant: Variant, where: Filter) -> Filter:
    return where if variant.where is None else variant.where
