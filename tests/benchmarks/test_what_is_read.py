"""Which questions are asked, and how much of their evidence is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from what_is_read import first_papers, print_table, share

from eval.datasets import Dataset, Question
from eval.datasets.corpora import Files

LONG = "the quick brown fox jumps over the lazy dog and then sleeps in the sun all day"


def question(*evidence: tuple[str, ...], papers: tuple[str, ...] = ("a",)) -> Question:
    return Question("q", "What does the fox do?", papers=papers, evidence=evidence)


@pytest.mark.parametrize(
    ("evidence", "texts", "expected"),
    [
        (((LONG,),), [LONG], 1.0),
        (((LONG,),), ["nothing of the kind is said here at all by anybody"], 0.0),
        (((LONG,),), [LONG[:60]], 1.0),
        (((LONG,),), [LONG[:30]], 0.0),
        (((LONG, "a second passage of which not one word is ever read"),), [LONG], 0.5),
        ((("a passage that nobody reads, of some words",), (LONG,)), [LONG], 1.0),
        (((), (LONG, "--")), [LONG], 1.0),
        (((LONG,),), [], 0.0),
    ],
)
def test_a_passage_is_read_where_half_of_it_is(
    evidence: tuple[tuple[str, ...], ...], texts: list[str], expected: float
) -> None:
    assert share(question(*evidence), texts) == expected


@pytest.mark.parametrize(("papers", "kept"), [(0, "abc"), (1, "a"), (2, "ab"), (9, "abc")])
def test_the_first_papers_are_those_by_name(papers: int, kept: str) -> None:
    questions = tuple(question(papers=(name,)) for name in "cab")
    data = first_papers(Dataset("made", Files(Path()), questions), papers)
    assert sorted(q.papers[0] for q in data.questions) == list(kept)


def test_the_first_way_is_what_others_are_compared_with(capsys: pytest.CaptureFixture[str]) -> None:
    print_table({"all": [1.0, 1.0], "half": [0.5, 0.5]}, {"all": [10, 20], "half": [5, 5]})
    first, second = capsys.readouterr().out.splitlines()
    assert first.split() == ["all", "1.000", "15", "tokens"]
    assert second.split() == ["half", "0.500", "5", "tokens", "-0.500", "[-0.500,", "-0.500]"]
