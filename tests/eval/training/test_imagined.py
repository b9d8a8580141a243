from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval.training.examples import Example, Judged, Wording, collect, unturned
from eval.training.imagined import imagine, in_mind, with_imagined
from ingest.commands import ingest
from rag import build
from rag.config import Settings
from rag.embed.hashing import HashingEmbedder
from rag.store.catalog import Catalog
from rag.types import Ranking
from tests.eval.training.made_examples import example

SETTINGS = Settings.model_validate({"embedder": {"kind": "hashing"}, "ingest": {"jobs": 1}})
METHOD = "We train with Adam and a learning rate of one tenth for ninety epochs in all."
DATA = "The corpus holds four million sentence pairs that were crawled from parliaments."
DRAWS = 200


def one() -> Example:
    """Chunk 2 of five answers; each has words of its own, as ``word0x2x7``."""
    return example(0, answer=2)


def minds(made: Example, draws: int = DRAWS) -> list[set[int]]:
    """The chunks of which each imagined text has words, the first of the paper aside."""
    found = []
    for seed in range(draws):
        texts = imagine(made, example(1), random.Random(seed))
        words = " ".join([*texts.rewrites, texts.passage]).split()
        found.append({int(w.split("x")[1]) for w in words if w.startswith("word0x")} - {0})
    return found


def test_the_answer_is_in_mind_more_often_than_any_other_passage() -> None:
    found = minds(one())
    counts = [sum(i in each for each in found) for i in range(1, 5)]
    assert counts[1] == max(counts)
    assert counts[1] > DRAWS / 2


def in_two_sections() -> Example:
    """The answer and its neighbour in one section, three passages in another."""
    made = one()
    placed = [
        replace(c, chunk=replace(c.chunk, section=1 if i in (2, 3) else 2))
        for i, c in enumerate(made.candidates)
    ]
    return replace(made, candidates=tuple(placed))


def test_half_of_the_time_a_model_is_right_and_else_near_or_wrong() -> None:
    made = in_two_sections()
    at = {c.chunk.chunk_id: i for i, c in enumerate(made.candidates)}
    targets = [at[in_mind(made, random.Random(n)).chunk.chunk_id] for n in range(1000)]
    shares = np.bincount(targets, minlength=5) / 1000
    assert shares[2] == pytest.approx(0.5 + 0.25 / 2, abs=0.05)  # right, or near and right
    assert shares[3] == pytest.approx(0.25 / 2 + 0.25 / 4, abs=0.05)  # near, or wrong
    for other in (0, 1, 4):
        assert shares[other] == pytest.approx(0.25 / 4, abs=0.03)


def test_there_is_always_something_and_it_holds_words_of_the_question() -> None:
    for seed in range(DRAWS):
        made = imagine(one(), example(1), random.Random(seed))
        assert made.rewrites or made.passage
        assert len(made.rewrites) <= 4
        for text in filter(None, (*made.rewrites, made.passage)):
            assert set(text.split()) & {"question", "number", "0"}


def test_a_question_of_stop_words_is_worded_somehow() -> None:
    bare = replace(one(), judged=Judged("What is it?", ("paper-00",), ()))
    for seed in range(50):
        made = imagine(bare, example(1), random.Random(seed))
        assert all(text.strip() for text in made.rewrites)


def test_wordings_are_embedded_and_searched_for_like_a_models(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    text = f"# A Title\n\n## 1 Method\n\n{METHOD}\n\n## 2 Data\n\n{DATA}\n"
    (papers / "one.md").write_text(text)
    list(ingest([papers], tmp_path / "library", SETTINGS))
    embedder = HashingEmbedder()
    with Catalog(tmp_path / "library") as catalog:
        (paper_id,) = [row.paper_id for row in catalog.papers()]
        lexical = next(i for i in build.open_indexes(catalog, SETTINGS) if i.name == "bm25")
        asked = [Judged("Which learning rate for training?", (paper_id,), ((METHOD,),))] * 8
        examples = collect(asked, catalog, lexical, embedder)
        first = with_imagined(examples, lexical, embedder, seed=1)
        again = with_imagined(examples, lexical, embedder, seed=1)
        lexical.close()
    names = {other.name for e in first for other in e.others}
    assert {"hyde", "multi-query-1", "multi-query-2"} <= names
    for one_run, other_run in zip(first, again, strict=True):
        for ours, theirs in zip(one_run.others, other_run.others, strict=True):
            assert ours.lexical == theirs.lexical
            np.testing.assert_array_equal(ours.vector, theirs.vector)
            assert ours.passage == (ours.name == "hyde")
            assert ours.lexical.source == f"bm25/{ours.name}"
    sources = [ranking.source for ranking in first[0].rankings(unturned)]
    wanted = ["original", *(other.name for other in first[0].others)]
    assert sources == [f"{index}/{name}" for name in wanted for index in ("bm25", "dense")]
    assert first[0].alone().rankings(unturned)[0] == examples[0].lexical


def test_only_vectors_that_ask_are_turned() -> None:
    made = one()
    lexical = Ranking("bm25/hyde", ())
    both = replace(
        made,
        others=(
            Wording("hyde", made.vector, True, lexical),
            Wording("multi-query-1", made.vector, False, lexical),
        ),
    )
    turned: list[np.ndarray] = []

    def turn(vectors: np.ndarray) -> np.ndarray:
        turned.append(vectors)
        return -vectors

    found = {r.source: r for r in both.rankings(turn)}
    assert len(turned) == 2
    assert found["dense/multi-query-1"].hits == found["dense/original"].hits
    assert found["dense/hyde"].hits[0].chunk_id == found["dense/original"].hits[-1].chunk_id
