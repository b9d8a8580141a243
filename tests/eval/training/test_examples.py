from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval.training.examples import Judged, collect, folds, gains
from ingest.commands import ingest
from rag import build
from rag.config import Settings
from rag.embed.hashing import HashingEmbedder
from rag.store.catalog import Catalog
from rag.types import Role
from tests.eval.training.made_examples import CHUNKS, example

METHOD = "We train with Adam and a learning rate of one tenth for ninety epochs in all."
DATA = "The corpus holds four million sentence pairs that were crawled from parliaments."
SETTINGS = Settings.model_validate({"embedder": {"kind": "hashing"}, "ingest": {"jobs": 1}})


def test_gains_are_shares_of_the_evidence() -> None:
    other = "nothing of all this stands in here at all"
    np.testing.assert_allclose(gains([[METHOD]], [METHOD, DATA, other]), [1, 0, 0])
    np.testing.assert_allclose(gains([[METHOD], [DATA]], [METHOD, DATA, other]), [0.5, 0.5, 0])
    assert gains([[METHOD]], [other]).tolist() == [0]
    assert gains([], [METHOD]).tolist() == [0]


def test_a_part_of_a_passage_counts_by_how_much_of_it_stands_in_one() -> None:
    half = " ".join(METHOD.split()[:9])  # 5 of the passage's 11 shingles, all its own
    first, second = gains([[METHOD]], [METHOD, half])
    assert first == pytest.approx(0.5)
    assert second == pytest.approx(0.5)


def test_what_a_library_holds_becomes_examples(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    text = f"# A Title\n\n## 1 Method\n\n{METHOD}\n\n## 2 Data\n\n{DATA}\n"
    (papers / "one.md").write_text(text)
    list(ingest([papers], tmp_path / "library", SETTINGS))
    with Catalog(tmp_path / "library") as catalog:
        (paper_id,) = [row.paper_id for row in catalog.papers()]
        lexical = build.open_indexes(catalog, SETTINGS)[1]
        asked = [
            Judged("Which learning rate?", (paper_id,), ((METHOD,),)),
            Judged("Which GPU?", (paper_id,), (("of words that no paper here has at all",),)),
        ]
        seen: list[str] = []
        (found,) = collect(asked, catalog, lexical, HashingEmbedder(), lambda: seen.append("one"))
    assert [c.chunk.text for c in found.candidates] == [METHOD, DATA]
    assert found.gains.tolist() == [1, 0]
    assert [c.section.title for c in found.candidates] == ["Method", "Data"]
    assert [hit.chunk_id for hit in found.lexical.hits] == [found.candidates[0].chunk.chunk_id]
    assert found.documents.shape == (2, 256)
    assert seen == ["one"]
    lexical_list, dense = found.rankings(lambda _: found.documents[1:2])
    assert (lexical_list, dense.source) == (found.lexical, "dense/original")
    assert dense.hits[0].chunk_id == found.candidates[1].chunk.chunk_id


def test_without_sections_nothing_tells_where_a_chunk_stands() -> None:
    bare = example(0).without_sections()
    assert {c.section.role for c in bare.candidates} == {Role.OTHER}
    assert {c.section.title for c in bare.candidates} == {""}
    assert [c.chunk.text for c in bare.candidates] == [c.chunk.text for c in example(0).candidates]


def test_folds_keep_the_questions_of_a_paper_together() -> None:
    examples = [example(i, per_paper=2) for i in range(10)]
    divided = list(folds(examples, CHUNKS, seed=0))
    assert sorted(i for _, outside in divided for i in outside) == list(range(10))
    for inside, outside in divided:
        assert sorted(inside + outside) == list(range(10))
        papers = [{examples[i].judged.papers for i in part} for part in (inside, outside)]
        assert not papers[0] & papers[1]
    assert list(folds(examples, CHUNKS, seed=0)) == divided
    assert list(folds(examples, CHUNKS, seed=1)) != divided


def test_folds_keep_papers_together_that_a_question_joins() -> None:
    examples = [example(i) for i in range(6)]
    joined = [("a",), ("a", "b"), ("b", "c"), ("d",), ("e",), ("c",)]
    examples = [
        replace(e, judged=replace(e.judged, papers=papers))
        for e, papers in zip(examples, joined, strict=True)
    ]
    for inside, outside in folds(examples, 3, seed=0):
        seen, held_out = (
            {paper for i in part for paper in joined[i]} for part in (inside, outside)
        )
        assert not seen & held_out
