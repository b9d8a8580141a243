"""What `scholium eval answers` prints."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console

from api.cli.render.answer_scores import NAMED, answer_scores
from eval.answers.findings import find
from eval.answers.outcome import TOP, AnswerOutcome, judge
from eval.answers.support import lexical
from eval.answers.values import Given
from tests.eval.answers.made_answers import ORIGIN, good, outcomes, questions


def printed(*shown: AnswerOutcome) -> str:
    console = Console(width=200, file=None, record=True)
    with console.capture() as captured:
        console.print(answer_scores(find(ORIGIN, shown, "lexical"), 200))
    return captured.get()


def test_what_went_wrong_is_named_up_to_a_number() -> None:
    asked = [replace(questions()[0], question_id=f"q{i}") for i in range(NAMED + 3)]
    down = [Given(q.question_id, error="the model is down") for q in asked]
    late = [replace(good()[0], troubles=(f"sentence {i} was late",)) for i in range(len(asked))]
    made = [
        AnswerOutcome(name, tuple(judge(asked, given, {}, lexical)))
        for name, given in (("late", late), ("down", down))
    ]
    said = printed(*made)
    assert said.count("was late (1 of 13 questions)") == NAMED
    assert "late: 3 more notes" in said
    assert said.count("no answer to q") == NAMED
    assert "down: 3 more questions without an answer" in said


def test_what_the_first_lacks_is_not_said_again_of_its_hits() -> None:
    _, poor, top = outcomes()
    lacking = replace(top, rows=poor.rows)
    said = printed(poor, lacking)
    assert said.count("no answer to adam: The model is <down>") == 1
    assert TOP in said
