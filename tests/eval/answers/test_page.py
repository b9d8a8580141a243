"""What a reader finds on the page of answers."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from eval.answers.cards import cards
from eval.answers.findings import AnswerFindings, find, worst_first
from eval.answers.page import render
from tests.eval.answers.made_answers import ORIGIN, outcomes
from tests.eval.report.test_page import Checker


@pytest.fixture(scope="module")
def found() -> AnswerFindings:
    return find(ORIGIN, outcomes(), "lexical")


@pytest.fixture(scope="module")
def page(found: AnswerFindings) -> str:
    return render(found)


@pytest.fixture(scope="module")
def said(page: str) -> str:
    checker = Checker()
    checker.feed(page)
    assert checker.open == []
    assert not {"script", "img", "link", "iframe", "form"} & set(checker.tags)
    return " ".join(" ".join(checker.text).split())


def test_it_stands_alone(page: str) -> None:
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", page)
    assert "url(" not in page
    assert not re.search(r"<[^>]*\son\w+=", page)


def test_what_papers_questions_and_answers_say_is_escaped(page: str, said: str) -> None:
    assert "<script" not in page
    assert "<b>eight" not in page
    for text in ("alert('x')", "<b>eight</b> GPUs", "The model is <down>", "poor & co"):
        assert text in said


def test_it_shows_the_answers_side_by_side(said: str) -> None:
    for part in (
        "4 questions, 3 of them answerable",
        "A remark.",
        "We train with Adam and a learning rate",
        "The rate is 0.25 [1].",
        "unsupported: The rate is 0.25.",
        "poor & co: refused",
        "poor & co: failed",
        "top paragraph",
        "[1] § 3.1 Training, p. 4",
        "without an answer 1",
        "40 ms · 110 tokens",
        "scholium eval answers made",
        "decided by the lexical judge",
    ):
        assert part in said


def test_every_filter_and_order_has_its_rule(page: str, found: AnswerFindings) -> None:
    buttons = re.findall(
        r'<input type="radio" name="(show|sort)" id="(?:show|sort)-([\w-]+)"', page
    )
    assert {name for name, _ in buttons} == {"show", "sort"}
    for name, what in buttons:
        if what != "all":
            assert f"main:has(#{name}-{what}:checked) .card" in page
        if name == "sort":
            assert all(replaced in page for replaced in [f"var(--{what})", f"--{what}:"])
    shown = cards(found)
    kinds = {kind for card in shown for kind in card.kinds}
    assert kinds == {what for name, what in buttons if name == "show"} - {"all"}


def test_the_worst_come_first() -> None:
    made = outcomes()
    best = find(ORIGIN, [made[0]], "lexical")
    # none of the good answers is wrong: it goes by the words shared with gold
    assert [best.baseline.rows[i].question.question_id for i in worst_first(best)][-1] == "gpu"
    poor = find(ORIGIN, [made[1], made[0]], "lexical")
    order = [poor.baseline.rows[i].question.question_id for i in worst_first(poor)]
    assert order[0] == "adam"  # it failed
    assert cards(poor)[0].sides[0].state == "failed"
    assert [card.orders["worst"] for card in cards(poor)] == [0, 1, 2, 3]


def test_right_and_wrong_are_said_of_what_can_be_judged(found: AnswerFindings, said: str) -> None:
    """The headline is what answers must contain, which one question tells."""
    verdicts = {"right", "wrong", "unjudged"}
    by_id = {card.question_id: verdicts & set(card.kinds) for card in cards(found)}
    assert by_id == {
        "rate": {"right"},
        "pairs": {"unjudged"},
        "gpu": {"right"},
        "adam": {"unjudged"},
    }
    assert "questions that lack must contain are not judged" in said


def test_of_many_questions_the_worst_are_shown(
    found: AnswerFindings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.answers.cards.SHOWN", 2)
    assert "The worst 2 of 4 questions." in " ".join(render(found).split())


def test_many_troubles_are_folded_away() -> None:
    def troubled(count: int) -> str:
        first, *others = outcomes()[0].rows
        late = replace(first.given, troubles=tuple(f"<late {i}>" for i in range(count)))
        rows = (replace(first, given=late), *others)
        return render(find(ORIGIN, [replace(outcomes()[0], rows=rows)], "lexical"))

    assert "things went otherwise" not in troubled(10)
    assert "11 things went otherwise than asked</summary>" in troubled(11)
    for count in (10, 11):
        assert troubled(count).count("&lt;late 9&gt; (1 of 4 questions)") == 1


def test_one_outcome_alone_is_compared_with_nothing(found: AnswerFindings) -> None:
    alone = find(ORIGIN, [replace(found.outcomes[0])], "llm")
    assert "compared with" not in render(alone)
