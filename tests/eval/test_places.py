from __future__ import annotations

import pytest

from eval.datasets import Question
from eval.places import UNPLACED, evidence_roles
from rag.library import Library
from rag.types import Paper, Role
from tests.values import make_paper

RATE = "we train the model with adam and a learning rate of one tenth"
PAIRS = "the corpus holds four million pairs of sentences in two languages"
PAPER = make_paper(
    {"Training": [f"Before. {RATE}"], "Corpora": [PAIRS]},
    roles={"Training": Role.METHOD, "Corpora": Role.DATA},
)


class OnePaper:
    """A catalog of one paper."""

    def paper(self, paper_id: str) -> Paper:
        assert paper_id == PAPER.paper_id
        return PAPER


class Shelf(Library):
    """A library that can do no more than give its paper."""

    def __init__(self) -> None:
        self.catalog = OnePaper()  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("passages", "roles"),
    [
        ([RATE], {"method"}),
        ([PAIRS, RATE], {"data", "method"}),
        (["words of no paper at all, for sure"], {UNPLACED}),
        ([RATE + " , and then quite some words more"], {"method"}),
    ],
)
def test_a_passage_stands_where_half_of_it_is_found(passages: list[str], roles: set[str]) -> None:
    question = Question("q", "?", ("one",), evidence=(tuple(passages),))
    assert evidence_roles([question], Shelf(), {PAPER.paper_id: "one"}) == {"q": roles}


def test_what_cannot_be_placed() -> None:
    questions = [
        Question("none", "?", ("one",)),
        Question("lost", "?", ("two",), evidence=((RATE,),)),
    ]
    assert evidence_roles(questions, Shelf(), {PAPER.paper_id: "one"}) == {"lost": {UNPLACED}}
