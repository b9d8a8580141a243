from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.embed.hashing import HashingEmbedder
from rag.searching import embedded, search_all
from rag.store.memory import MemoryLexicalIndex
from rag.types import Entry, Filter, Role, Variant


def index() -> MemoryLexicalIndex:
    made = MemoryLexicalIndex()
    made.add([Entry("a", "p1", "dropout rate", Role.METHOD, None)])
    made.add([Entry("b", "p2", "dropout", Role.METHOD, None)])
    return made


def test_each_variant_keeps_its_place_and_its_own_filter() -> None:
    only = Filter(papers=frozenset({"p2"}))
    variants = [
        Variant("narrow", "dropout rate", where=only),
        Variant("original", "dropout rate"),
        Variant("again", "rate", where=only),
    ]
    found = search_all(index(), variants, 10, Filter())
    assert [r.source for r in found] == ["bm25/narrow", "bm25/original", "bm25/again"]
    assert [[hit.chunk_id for hit in r.hits] for r in found] == [["b"], ["a", "b"], []]


def test_passages_are_embedded_as_documents() -> None:
    class Sided(HashingEmbedder):
        def embed_queries(self, texts: object) -> np.ndarray:
            return -super().embed_documents(texts)

    made = embedded([Variant("h", "x y", passage=True), Variant("o", "x y")], Sided())
    assert np.allclose(made[0].vector, -made[1].vector)
    assert embedded([], Sided()) == []


def test_one_text_is_embedded_once() -> None:
    asked: list[str] = []

    class Counting(HashingEmbedder):
        def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
            asked.extend(texts)
            return super().embed_queries(texts)

    variants = [Variant("original", "x y"), Variant("narrowed", "x y"), Variant("other", "z")]
    made = embedded(variants, Counting())
    assert asked == ["x y", "z"]
    assert [v.name for v in made] == ["original", "narrowed", "other"]
    assert made[0].vector is not None
    assert np.array_equal(made[0].vector, made[1].vector)


def test_what_is_searched_by_words_is_not_embedded() -> None:
    made = embedded([Variant("w", "x y", by_words=True)], Unused())
    assert made == [Variant("w", "x y", by_words=True)]
    assert made[0].vector is None


class Unused(HashingEmbedder):
    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        raise AssertionError(texts)
