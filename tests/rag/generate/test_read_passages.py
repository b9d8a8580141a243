"""What a reader says of the passages, as the extractive answer uses it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from rag.embed.hashing import HashingEmbedder
from rag.generate.answerable import NAMES as ANSWERABLE_NAMES
from rag.generate.answerable import READ, answerable_features
from rag.generate.extractive import ExtractiveGenerator
from rag.generate.reading import UNLIKELY, Reading, read
from rag.generate.sentence_features import NAMES, features
from rag.types import Kind, Query, ReadPassage
from tests.rag.generate.made_evidence import made_evidence

EVIDENCE = (
    made_evidence([(Kind.PARAGRAPH, "We train with Adam for ten hours. Vienna is a large town.")]),
    made_evidence([(Kind.PARAGRAPH, "Nothing is said of Peru in this place here.")], rank=2),
)
EMBEDDER = HashingEmbedder()


class Marking:
    """Thinks most of the passage and of the words that have ``word``, and sees ``seen`` letters."""

    def __init__(self, word: str, seen: int = 10_000) -> None:
        self._word, self._seen = word, seen

    def read(self, question: str, passages: Sequence[str]) -> list[ReadPassage]:
        return [self._read(passage) for passage in passages]

    def _read(self, passage: str) -> ReadPassage:
        said = passage[: self._seen]
        places = [i for i, letter in enumerate(said) if letter.isalpha()]
        at = said.find(self._word)
        odds = [4.0 if at <= i < at + len(self._word) else -4.0 for i in places]
        spans = np.array([(i, i + 1) for i in places], dtype=np.int32).reshape(-1, 2)
        relevance = 3.0 if at >= 0 else -3.0
        return ReadPassage(relevance, np.array(odds, dtype=np.float32), spans)


def _read(reader: Marking | None) -> Reading:
    return read("Which town is large?", EVIDENCE, EMBEDDER, EMBEDDER, reader=reader)


def _columns(found: Reading) -> dict[str, list[float]]:
    return dict(zip(NAMES, features(found).T.tolist(), strict=True))


def test_each_sentence_has_its_own_words_and_its_passage() -> None:
    columns = _columns(_read(Marking("Vienna")))
    assert columns["relevance"] == [3, 3, -3]
    assert columns["relevance_behind_best"] == [0, 0, -6]
    assert columns["answering_behind_best"][1] == 0
    assert columns["answering"][0] == columns["answering"][2] == -4
    # Six letters of eighteen speak for it.
    assert columns["answering"][1] == pytest.approx((6 * 4 - 12 * 4) / 18)


def test_without_a_reader_nothing_is_said() -> None:
    found = _read(None)
    assert found.passages == ()
    for name in ("answering", "answering_behind_best", "relevance", "relevance_behind_best"):
        assert _columns(found)[name] == [0, 0, 0]


def test_what_the_reader_does_not_see_is_unlikely() -> None:
    columns = _columns(_read(Marking("Adam", seen=len(EVIDENCE[0].chunk.indexed_text) - 25)))
    assert columns["answering"][1] == UNLIKELY


def test_the_likeliest_sentences_are_kept_in_their_order() -> None:
    found = read("Which?", EVIDENCE, EMBEDDER, EMBEDDER, most=2, reader=Marking("Peru")).found
    assert [candidate.shown for candidate in found] == [
        "We train with Adam for ten hours.",
        "Nothing is said of Peru in this place here.",
    ]


def test_a_reader_is_not_loaded_where_there_is_nothing_to_read() -> None:
    def load() -> Marking:
        raise AssertionError("nothing to read")

    draft = ExtractiveGenerator(EMBEDDER, reader=load).generate(Query("Which town?"), ())
    assert draft.abstained


def _judged(reader: Marking | None) -> dict[str, float]:
    return dict(zip(ANSWERABLE_NAMES, answerable_features(_read(reader))[0].tolist(), strict=True))


def test_the_best_passages_speak_for_an_answer() -> None:
    judged = _judged(Marking("Vienna"))
    assert (judged["best_passage"], judged["second_passage"]) == (3, -3)
    assert judged["all_passages"] == pytest.approx(np.logaddexp(3, -3))
    assert judged["best_answering"] == pytest.approx((6 * 4 - 12 * 4) / 18)
    assert judged["mean_of_best_answering"] == pytest.approx((judged["best_answering"] - 8) / 3)
    assert judged["best_of_both"] == pytest.approx(judged["best_answering"] + 3)


def test_without_a_reader_nothing_is_said_of_that() -> None:
    assert {_judged(None)[name] for name in READ} == {0.0}
