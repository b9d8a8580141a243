"""Means, comparisons, and the first hit as an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.answers.attribution import Support
from eval.answers.findings import find
from eval.answers.measures import LOWER, NAMES, headline, measures_of
from eval.answers.outcome import TOP, AnswerOutcome, judge, length
from eval.answers.summary import summary, write_questions
from eval.answers.support import lexical
from eval.answers.values import Given, Passage
from eval.datasets import Question
from rag.errors import ModelError
from tests.eval.answers.made_answers import (
    ORIGIN,
    PLACES,
    RATE,
    TRAINING,
    cited,
    good,
    outcomes,
    poor,
    questions,
)

GOOD, POOR, FIRST = outcomes()


def test_the_means_of_four_questions() -> None:
    found = GOOD.means
    assert list(found) == [name for name in NAMES if name in found]
    assert found["must contain"] == 1
    assert found["yes/no"] == 1
    assert found["evidence F1"] == 1
    assert (found["citation P"], found["citation R"]) == (1, 1)
    assert (found["first section"], found["first page"]) == (1, 1)
    assert (found["abstention P"], found["abstention R"], found["abstention F1"]) == (1, 1, 1)
    assert (found["false refusals"], found["number errors"], found["unsupported"]) == (0, 0, 0)
    assert found["exact match"] == 0.25  # the refusal alone


def test_what_is_wrong_shows() -> None:
    found = POOR.means
    assert found["must contain"] == 0
    assert found["evidence F1"] == 0
    assert (found["citation P"], found["citation R"]) == (0, 0)
    assert found["first section"] == 0
    assert found["abstention F1"] == 0
    assert found["false refusals"] == pytest.approx(1 / 3)  # a failure is no refusal
    assert found["number errors"] == 1  # 0.25 and eight stand nowhere
    assert found["unsupported"] == 0.5  # one of the two that say anything
    assert POOR.errors == [("adam", "The model is <down>")]
    assert POOR.scored("citation R") == 2
    assert POOR.scored("abstention F1") == 4


def test_the_first_hit_is_an_answer_that_cites_itself() -> None:
    assert FIRST.name == TOP
    assert FIRST.rows[0].given.text == f"{RATE} [1]"
    assert FIRST.means["evidence P"] == pytest.approx(2 / 3)
    assert FIRST.means["first section"] == 0.5
    assert FIRST.means["abstention R"] == 0
    assert "citation R" not in FIRST.means
    assert FIRST.percentile(lambda given: given.latency_ms, 50) == 0


def test_differences_are_over_the_questions_that_both_have() -> None:
    found = find(ORIGIN, outcomes(), "lexical")
    name = "poor & co"
    assert found.differences["must contain"][name].questions == 1
    assert found.differences["citation R"][name].questions == 1  # of those that both answer
    assert found.differences["false refusals"][name].mean == pytest.approx(1 / 3)
    assert found.differences["abstention F1"][name].mean == -1
    assert name not in found.differences["yes/no"] or found.differences["yes/no"][name].mean == -1
    assert TOP not in found.differences["citation R"]
    assert found.is_best(GOOD, "false refusals")
    assert not found.is_best(POOR, "false refusals")
    assert not find(ORIGIN, [GOOD], "lexical").is_best(GOOD, "must contain")


def test_the_summary_is_json_with_what_the_list_of_reports_shows(tmp_path: Path) -> None:
    found = find(ORIGIN, outcomes(), "lexical")
    made = json.loads(json.dumps(summary(found), allow_nan=False))
    assert made["kind"] == "answers"
    assert made["headline"] == "must contain"
    assert [each["name"] for each in made["configurations"]] == ["good", "poor & co", TOP]
    first = made["configurations"][0]
    assert first["measures"]["must contain"] == 1
    assert first["scored"]["must contain"] == 1
    assert first["latency_ms"] == {"median": 25, "p95": pytest.approx(38.5), "median_to_first": 25}
    assert (first["answered"], first["refused"]) == (3, 1)
    assert made["configurations"][1]["errors"] == [{"id": "adam", "error": "The model is <down>"}]
    write_questions(tmp_path / "questions.jsonl", found)
    lines = (tmp_path / "questions.jsonl").read_text().splitlines()
    assert [json.loads(each)["id"] for each in lines] == ["rate", "pairs", "gpu", "adam"]


def test_what_a_set_can_be_measured_by() -> None:
    assert set(measures_of(questions())) == set(NAMES)
    plain = measures_of([Question("q", "?")])
    assert plain == ("citation P", "citation R", "false refusals", "number errors", "unsupported")
    assert set(plain) & LOWER
    assert headline(plain) == "citation R"
    assert headline(()) == ""


@pytest.mark.parametrize(
    ("text", "words"), [("It is so [1].", 3), ("It is so [1]. [unsupported]", 3), ("", 0)]
)
def test_markers_are_no_words(text: str, words: int) -> None:
    assert length(Given("q", text)) == words
    assert length(Given("q", text, abstained=True)) == 0


def fails(statement: str, passages: object) -> bool:
    raise ModelError("the judge is down")


@pytest.mark.parametrize(("support", "judged"), [(lexical, True), (fails, False)])
def test_a_judge_that_fails_leaves_the_rest(support: Support, judged: bool) -> None:
    rows = tuple(judge(questions(), good(), PLACES, support))
    outcome = AnswerOutcome("one", rows)
    assert ("citation R" in outcome.means) == judged
    assert outcome.means["evidence F1"] == 1
    assert outcome.troubles == (
        [] if judged else ["not judged: the judge is down (3 of 4 questions)"]
    )


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("It is 0.1 [1].", 0.0),  # a gold answer's
        ("Of ninety epochs [1].", 0.0),  # the cited passage's
        ("In 2020 [1].", 0.0),  # the paper's year
        ("It is 0.3 [1].", 1.0),
        ("None.", 0.0),
    ],
)
def test_numbers_have_to_stand_somewhere(text: str, wrong: float) -> None:
    given = Given("rate", text, citations=(cited(TRAINING),))
    [row] = judge(questions()[:1], [given], {}, lexical)
    assert row.scores["number errors"] == wrong


def test_tables_are_read_as_they_were_shown() -> None:
    passage = Passage("t", "one", "77.5 | 80", shown="Row one: accuracy 77.5, at 12 epochs")
    given = Given("rate", "77.5 at 12 epochs [1]", citations=(cited(passage, page=1),))
    [row] = judge(questions()[:1], [given], {}, lexical)
    assert row.scores["number errors"] == 0


def test_failures_and_refusals_say_nothing_that_could_be_wrong() -> None:
    rows = tuple(judge(questions(), poor(), PLACES, lexical))
    assert "number errors" not in rows[1].scores
    assert "unsupported" not in rows[3].scores
