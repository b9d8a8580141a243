from __future__ import annotations

from pathlib import Path

import pytest

from eval.analysis import by_role, by_type, differences, rank_of_first, worst
from eval.datasets import Dataset, Files, Question
from eval.experiment import over_whole_library
from eval.measures import MEASURES
from eval.outcome import Outcome, ceilings_missed, floors_missed
from eval.scoring import headline, measures_of, score_hits
from rag.config import Settings
from tests.eval.made_outcomes import OTHER, PASSAGE, findings, questions, row


def test_groups_have_the_means_of_their_questions() -> None:
    outcomes = findings().outcomes
    groups = {g.name: g for g in by_type(outcomes, "R@700w")}
    assert groups["how many"].means == {"default": 1.0, "best": 1.0, "words & co": 0.0}
    assert groups["what"].means["default"] == 0.0
    assert sum(g.questions for g in groups.values()) == 24
    roles = {"q0": frozenset({"method", "data"}), "q1": frozenset({"data"})}
    counted = {g.name: g.questions for g in by_role(outcomes, "R@700w", roles)}
    assert counted == {"method": 1, "data": 2}


def test_the_worst_come_first() -> None:
    rows = worst(findings().baseline, "R@700w")
    assert len(rows) == 20
    assert [r.question.question_id for r in rows[:3]] == ["q11", "q15", "q19"]
    assert {r.scores["R@700w"] for r in rows[:6] if r.scores} == {0.0}


def test_the_rank_of_the_first_relevant_hit() -> None:
    [question] = questions(1)
    assert rank_of_first(row(question, [OTHER, PASSAGE])) == 2
    assert rank_of_first(row(question, [OTHER])) is None
    judged = Question("q", "?", grades={"one": 1, "two": 0})
    assert rank_of_first(row(judged, [OTHER])) == 1
    figure = Question("q", "?", evidence=(("—",),), grades={"one": 1})
    assert rank_of_first(row(figure, [OTHER])) == 1


def test_differences_are_to_the_first() -> None:
    outcomes = findings().outcomes
    found = differences(outcomes, ["MRR"], seed=0)["MRR"]
    assert list(found) == ["best", "words & co"]
    assert found["best"].mean == pytest.approx(1 / 6)
    assert found["words & co"].clear


def test_a_floor_is_missed_by_a_configuration_that_scores_nothing() -> None:
    nothing = Outcome("x", Settings(), ()).means
    assert floors_missed("x", nothing, {"MRR": 0.1}) == ["x: MRR is 0.000, below 0.1"]
    assert ceilings_missed("x", nothing, {"MRR": 0.0}) == []
    assert ceilings_missed("x", {"MRR": 0.5}, {"MRR": 0.4}) == ["x: MRR is 0.500, above 0.4"]


def test_the_measures_of_a_question() -> None:
    passage = Question("a", "?", evidence=((PASSAGE,),))
    both = Question("b", "?", evidence=((PASSAGE,),), grades={"one": 1})
    paper = Question("c", "?", grades={"one": 1})
    void = Question("d", "?", answerable=False, evidence=((PASSAGE,),), grades={"one": 1})
    for question, extra in ((passage, ()), (both, ("paper MRR", "paper R@5"))):
        measures = measures_of([question])
        assert measures == ("MRR", "RR@10", "R@300w", "R@700w", "R@1500w", *extra)
        assert headline(measures) == "R@700w"
        assert tuple(score_hits(question, [PASSAGE], ["one"], measures) or ()) == measures
    measures = measures_of([paper])
    assert tuple(score_hits(paper, [OTHER], ["one"], measures) or ()) == measures
    assert headline(measures) == "nDCG@10"
    assert score_hits(void, [PASSAGE], ["one"], MEASURES) is None
    assert measures_of([void]) == ()


def test_a_measure_of_papers_is_never_averaged_with_one_of_passages() -> None:
    passage = Question("a", "?", evidence=((PASSAGE,),))
    paper = Question("b", "?", grades={"two": 1})
    measures = measures_of([passage, paper])
    assert measures == (*MEASURES, "paper MRR", "paper R@5")
    assert score_hits(passage, [OTHER, PASSAGE], ["one", "two"], measures) == {
        "MRR": 0.5,
        "RR@10": 0.5,
        "R@300w": 1.0,
        "R@700w": 1.0,
        "R@1500w": 1.0,
    }
    found = score_hits(paper, [OTHER, PASSAGE], ["one", "two"], measures)
    assert found == {"paper MRR": 0.5, "paper R@5": 1.0}


def test_whether_its_paper_is_found_is_judged_of_questions_with_passages_alone() -> None:
    given = (
        Question("text", "?", ("one",), evidence=((PASSAGE,),)),
        Question("figure", "?", ("one",), evidence=()),
        Question("unanswerable", "?", ("one",), answerable=False, evidence=((PASSAGE,),)),
        Question("judged", "?", (), grades={"two": 2}),
    )
    data = Dataset("made", Files(Path("papers")), given)
    asked = over_whole_library(data).questions
    assert [q.grades for q in asked] == [{"one": 1}, {}, {}, {"two": 2}]
    assert not any(q.papers for q in asked)


def test_questions_that_were_not_searched_for_have_no_latency() -> None:
    [question] = questions(1)
    rows = (row(question, [PASSAGE], 10.0), row(question, [], 0.0), row(question, [], 0.0))
    assert Outcome("x", Settings(), rows).latency_ms(50) == 10.0
    assert Outcome("x", Settings(), rows[1:]).latency_ms(50) == 0.0
