"""What short forms and symbols stand for comes along where it is not said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.build import open_library
from rag.select.along import BringingAlong
from rag.select.defining import Defining, introduced
from rag.store.glossary import CatalogGlossary
from rag.types import Evidence, KnownTerm, Query, Span
from tests.rag.select.library import found, made_library, settings, words

PENALTY = "The penalty of EWA grows with $\\lambda$ and with $d_k$, as the numbat shows.[^1]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_library(tmp_path_factory.mktemp("defining"))


LONG = {"target_tokens": 390, "max_tokens": 400}


def with_definitions(
    folder: Path, question: str, *marks: str, search: str = "", **tables: object
) -> list[Evidence]:
    with open_library(folder, settings(**tables)) as library:
        [first] = found(library, search or question)
        places = [first.chunk.text.index(mark) for mark in marks]
        spans = tuple(Span(at, at + len(m)) for at, m in zip(places, marks, strict=True))
        sources = (Defining(library.catalog, CatalogGlossary(library.catalog)),)
        step = BringingAlong(library.catalog, sources, None, 1000, words)
        made = step.select(Query(question), [replace(first, marked=spans)])
        return [*made.evidence[1:]]


def test_a_short_form_of_the_question_is_spelt_out(folder: Path) -> None:
    [made] = with_definitions(folder, "How does the penalty of EWA grow with the numbat?")
    assert made.chunk.text.startswith("We propose Elastic Weight Anchoring (EWA)")
    assert made.section.title == "Introduction"
    assert made.marked == (Span(0, len(made.chunk.text)),)


def test_symbols_of_a_marked_sentence_are_defined(folder: Path) -> None:
    made = with_definitions(folder, "How does the penalty grow with the numbat?", PENALTY)
    texts = [each.chunk.text for each in made]
    assert len(texts) == 3
    assert texts[0].startswith("We propose Elastic Weight Anchoring (EWA)")
    assert texts[1] == "Let $\\lambda$ be the strength of the anchor, which is tuned."
    assert texts[2].endswith("where $d_k$ is the number of their dimensions.")


def test_what_one_chunk_defines_is_one_piece_of_evidence(tmp_path: Path) -> None:
    """Its id is what citations are told apart by."""
    folder = made_library(tmp_path, chunker=LONG)
    question = "How does the penalty of EWA grow with the numbat?"
    [made] = with_definitions(folder, question, PENALTY, chunker=LONG)
    assert made.chunk.text.startswith("We propose Elastic Weight Anchoring (EWA)")
    assert made.chunk.text.endswith("Let $\\lambda$ be the strength of the anchor, which is tuned.")
    first, second = made.marked
    assert made.chunk.text.endswith(second.of(made.chunk.text))
    assert first.start == 0


def test_sentences_that_nobody_marked_ask_for_nothing(folder: Path) -> None:
    assert with_definitions(folder, "How does the penalty grow with the numbat?") == []


def test_what_is_said_already_does_not_come_twice(folder: Path) -> None:
    assert with_definitions(folder, "What is EWA?", search="elastic weight anchoring") == []


def test_a_short_form_that_no_paper_defines_brings_nothing(folder: Path) -> None:
    assert with_definitions(folder, "How does the penalty of XYZ grow with the numbat?") == []


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("the Mean Squared Error (MSE) is", True),
        ("the MSE (mean squared error) is", True),
        ("the mean-squared\nerror, or MSE, is", True),
        ("the mean squared error is low. " + "Many words follow here. " * 3 + "MSE", False),
        ("the mean squared error " + "so to say " * 3 + "ranks MSERank", False),
        ("the mean squared error " + "so to say " * 3 + "ranks MSE", True),
        ("MSE alone", False),
    ],
)
def test_a_definition_has_both_forms_side_by_side(text: str, there: bool) -> None:
    term = KnownTerm("mse", "meansquarederror", "MSE", "mean squared error", 1, word=False)
    assert (introduced(term, text) is not None) == there
