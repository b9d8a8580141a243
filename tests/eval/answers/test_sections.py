"""Whether citations point to where the answer stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.answers.sections import (
    Place,
    evidence_places,
    section_scores,
    told_places,
    untrue_sections,
)
from eval.answers.values import Given, Passage
from eval.datasets import Question, load_dataset
from eval.paper_names import paper_names
from rag.store.catalog import Catalog
from tests.eval.answers.made_answers import DATA, TRAINING, cited

QUESTION = Question("q", "?", ("one",), section="3.1 Training", page=4)


@pytest.mark.parametrize(
    ("heading", "path", "right"),
    [
        ("3.1 Training", ("3 Method", "3.1 Training"), True),
        ("3.1. TRAINING", ("3 Method", "3.1 Training"), True),  # as the printed page has it
        ("3 Method", ("3 Method", "3.1 Training"), True),  # into a section inside it
        ("3.1 Training", ("3 Method",), False),
        ("3.1 Training", ("4.1 Training",), False),
        ("Training", ("3 Method", "3.1 Training"), True),  # told without its number
        ("A.2 Training", ("Appendix", "Training"), True),  # found without it
        ("A Method", ("2 A Method",), True),
        ("Method", ("3.1 Training Method",), False),
        ("3.1 Training", (), False),
    ],
)
def test_a_citation_points_into_a_section(heading: str, path: tuple[str, ...], right: bool) -> None:
    passage = Passage("c", "p1", "text", path)
    assert Place(frozenset(), heading).holds(cited(passage, page=1)) == right
    assert Place(frozenset({"p1"}), heading).holds(cited(passage, page=1)) == right
    assert not Place(frozenset({"p2"}), heading).holds(cited(passage, page=1))
    nowhere = Passage("c", "", "text", path)  # of a system that does not say which paper it is
    assert Place(frozenset({"p2"}), heading).holds(cited(nowhere, page=1)) == right


@pytest.mark.parametrize(
    ("passages", "expected"),
    [
        ([TRAINING], (1.0, 1.0, 1.0)),
        ([TRAINING, DATA], (1.0, 0.5, 1.0)),
        ([DATA, TRAINING, TRAINING], (0.0, 2 / 3, 0.0)),
        ([], (0.0, 0.0, 0.0)),
    ],
)
def test_the_first_and_all(passages: list[Passage], expected: tuple[float, float, float]) -> None:
    given = Given("q", "x", citations=tuple(map(cited, passages)))
    found = section_scores(QUESTION, given, {"q": [Place(frozenset(), "3.1 Training")]})
    values = (found["first section"], found["sections"], found["first page"])
    assert values == pytest.approx(expected)


def test_nothing_is_scored_where_nothing_is_known() -> None:
    given = Given("q", "x", citations=(cited(DATA),))
    assert section_scores(Question("q", "?"), given, {}) == {}
    assert section_scores(Question("q", "?", answerable=False, page=3), given, {}) == {}


def test_places_are_told_or_where_the_evidence_stands(dataset: Path, library: Path) -> None:
    questions = load_dataset(dataset).questions
    with Catalog(library) as catalog:
        names = paper_names(catalog, load_dataset(dataset).corpus)
        found = evidence_places(questions, catalog, names)
    [paper] = names
    assert found == {
        "q1": [Place(frozenset({paper}), "1 Method")],
        "q2": [Place(frozenset({paper}), "2 Data")],
    }
    told = told_places([QUESTION, Question("other", "?", ("one",))], names)
    assert told == {"q": [Place(frozenset({paper}), "3.1 Training")]}
    assert told_places([QUESTION], {}) == {"q": [Place(frozenset(), "3.1 Training")]}


def test_sections_that_no_paper_has_are_named(dataset: Path, library: Path) -> None:
    told = [
        Question("right", "?", ("one",), section="Method"),
        Question("misspelt", "?", ("one",), section="1 Methd"),
        Question("elsewhere", "?", ("absent",), section="1 Methd"),
        Question("none", "?", ("one",), answerable=False, section="1 Methd"),
    ]
    with Catalog(library) as catalog:
        names = paper_names(catalog, load_dataset(dataset).corpus)
        assert untrue_sections(told[:1], catalog, names) == []
        [remark] = untrue_sections(told, catalog, names)
    assert remark.startswith("1 question names a section that is not in its paper; there every")
    assert remark.endswith(": '1 Methd' (misspelt)")
