"""Answers as lines of JSON, written and read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from api.schemas import answer_json
from eval.answers.attribution import statements
from eval.answers.journal import AnswerJournal
from eval.answers.records import given_of, read_recorded, record, write_answers
from eval.answers.values import Cited, Given, Passage
from eval.datasets import Question
from rag import build
from rag.errors import UsageError
from rag.types import Usage
from tests.eval.answers.made_answers import TRAINING, cited, good, poor, questions
from tests.eval.conftest import SETTINGS

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
COUNTS = st.integers(0, 10**6)
PASSAGES = st.builds(
    Passage,
    TEXTS.filter(bool),
    TEXTS,
    TEXTS,
    st.lists(TEXTS, max_size=2).map(tuple),
    st.lists(COUNTS, max_size=2).map(tuple),
    TEXTS,
    st.none() | COUNTS,
    TEXTS,
)


@st.composite
def answers(draw: st.DrawFn) -> Given:
    held = {passage.chunk_id: passage for passage in draw(st.lists(PASSAGES, max_size=3))}
    cited = (
        [Cited(draw(TEXTS), draw(st.sampled_from(list(held.values()))), draw(TEXTS))]
        if held
        else []
    )
    times = st.floats(0, 1e6)
    return Given(
        "q",
        draw(TEXTS),
        draw(st.booleans()),
        tuple(cited),
        draw(PASSAGES),
        tuple(draw(st.lists(TEXTS, max_size=2))),
        Usage(draw(COUNTS), draw(COUNTS), draw(times)),
        draw(times),
        draw(times),
        tuple(draw(st.lists(TEXTS, max_size=2))),
        draw(TEXTS),
    )


@examples(answers())
def test_what_is_written_is_read(given: Given) -> None:
    written = json.dumps(record(Question("q", "Why?"), given))
    assert given_of("q", json.loads(written)) == given


def test_a_file_of_answers(tmp_path: Path) -> None:
    path = tmp_path / "made" / "answers.jsonl"
    write_answers(path, questions(), poor())
    read = read_recorded(path, questions())
    assert [read[q.question_id] for q in questions()] == poor()
    assert read_recorded(path, questions()[:1]) == {"rate": poor()[0]}


def test_what_ask_prints_is_an_answer(dataset: Path, library: Path, tmp_path: Path) -> None:
    """By its question's words, as it knows no id."""
    asked = Question("q1", "With what learning rate and for how many epochs do we train with Adam?")
    with build.open_library(library, SETTINGS) as opened:
        answer = opened.ask(asked.text)
    path = tmp_path / "asked.jsonl"
    path.write_text(json.dumps(answer_json(answer)) + "\n")
    given = read_recorded(path, [asked])["q1"]
    assert given.text == answer.text
    assert [c.quote for c in given.citations] == [c.quote for c in answer.citations]
    assert [c.passage.text for c in given.citations] == [
        c.evidence.chunk.text for c in answer.citations
    ]
    assert given.answers
    assert all(statement.cited for statement in statements(given))
    assert given.top
    assert given.top.text == answer.evidence[0].chunk.text


def test_little_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    little = {"id": "rate", "answer": "0.1 [1]", "citations": [{"marker": "[1]", "quote": "0.1"}]}
    path.write_text(json.dumps(little) + "\n")
    given = read_recorded(path, questions())["rate"]
    assert given.citations == (Cited("[1]", Passage("0.1", "", "0.1"), "0.1"),)
    assert given.answers


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('{"id": "rate", "answer": 5}', "line 1: not an answer: .*a string is needed, not 5"),
        (
            '{"id": "pairs", "answer": "x"}\n{"id": "rate", "answer": "", "citations": [{}]}',
            "line 2: not an answer: it lacks 'marker'",
        ),
        (
            '{"id": "rate", "answer": "", "citations": [{"text": "x"}]}',
            "line 1: not an answer: it lacks 'marker'",
        ),
        ('{"id": "rate", "answer": "", "usage": 5}', "line 1: not an answer"),
        ('{"id": "rate", "answer": "", "evidence": ["text"]}', "line 1: not an answer"),
        ('{"id": "rate", "text": "0.1"}', "line 1: not an answer: it lacks 'answer'"),
        ('{"id": "nobody", "answer": "x"}', "no answer to any of the questions"),
        ("[]", "line 1: not an object"),
        ("", "no answer to any"),
    ],
)
def test_what_is_no_answer_is_named(tmp_path: Path, lines: str, said: str) -> None:
    path = tmp_path / "wrong.jsonl"
    path.write_text(lines + "\n")
    with pytest.raises(UsageError, match=said):
        read_recorded(path, questions())


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"^can't read .*absent\.jsonl: No such file or directory$"
    ):
        read_recorded(tmp_path / "absent.jsonl", questions())


def test_a_journal_goes_on_after_a_line_that_was_cut_off(tmp_path: Path) -> None:
    journal, path = AnswerJournal(tmp_path / "rows.jsonl"), tmp_path / "rows.jsonl"
    assert journal.answers(questions()) == {}
    for question, given in zip(questions()[:2], good(), strict=False):
        journal.add(question, given)
    path.write_text(path.read_text() + '{"id": "gpu", "answ')
    assert list(journal.answers(questions()).values()) == good()[:2]
    journal.add(questions()[2], good()[2])
    assert list(journal.answers(questions()).values()) == good()[:3]


def test_answers_are_of_a_question_and_where_it_was_asked(tmp_path: Path) -> None:
    """What is told of the right answer is no part of it."""
    journal, asked = AnswerJournal(tmp_path / "rows.jsonl"), questions()[0]
    journal.add(asked, good()[0])
    told_otherwise = replace(asked, answers=("another",), must_contain=(), section="", page=9)
    assert journal.answers([told_otherwise]) == {asked.question_id: good()[0]}
    assert journal.answers([replace(asked, text="Another?")]) == {}
    assert journal.answers([replace(asked, papers=("other",))]) == {}
    journal.add(replace(asked, papers=()), good()[0])
    assert journal.answers([asked]) == {asked.question_id: good()[0]}


@pytest.mark.parametrize("bad", [Given("rate", error="down"), Given("rate", makeshift=True)])
def test_what_went_wrong_is_asked_again(tmp_path: Path, bad: Given) -> None:
    journal = AnswerJournal(tmp_path / "rows.jsonl")
    journal.add(questions()[0], bad)
    assert journal.answers(questions()) == {}


def test_a_record_has_the_passages_that_are_cited() -> None:
    given = Given("rate", "x", citations=(cited(TRAINING), cited(TRAINING, "[2]")))
    assert len(record(questions()[0], given)["evidence"]) == 1  # type: ignore[arg-type]
