from __future__ import annotations

import math
from dataclasses import replace

import pytest

from rag.rerank.question import NAMES as ASKED
from rag.rerank.question import kind_of_question
from rag.rerank.shape import NAMES, shapes
from rag.rerank.surface import Words
from rag.types import Kind, Role, Section
from tests.rag.rerank.candidates import candidate


def shape(text: str, title: str = "", role: Role = Role.OTHER, **more: object) -> dict[str, float]:
    section = Section("", title, 1, role)
    made = replace(candidate(text), path=(section,), **more)
    return dict(zip(NAMES, shapes([made], Words.of([text]))[0].tolist(), strict=True))


def test_counts_by_hand() -> None:
    found = shape("We report BLEU (Table 2): our best is 28.4 [1].\nSee Smith et al.")
    words = 15  # 28.4 counts as two
    assert found["log_words"] == pytest.approx(math.log(words + 5))
    assert found["numbers"] == pytest.approx(4 / words)
    assert found["citations"] == pytest.approx(20 / words)
    assert found["floats"] == 1
    assert found["names"] == pytest.approx(5 / words)
    assert found["we"] == pytest.approx(2 / 5)
    assert found["lines"] == pytest.approx(1 / 3)
    assert found["parentheses"] == found["colons"] == pytest.approx(10 / words)


def test_a_citation_is_one_in_every_style() -> None:
    for text in ("as in [3] before", "as BIBREF3 did before", "Smith et al did before"):
        assert shape(text)["citations"] > 0


def test_role_kind_and_heading() -> None:
    found = shape("x", "Data and Baselines", Role.DATA, kind=Kind.TABLE)
    ones = {name for name, value in found.items() if value and name.startswith(("r", "k", "h"))}
    assert ones == {"role_data", "kind_table", "heading_data", "heading_baseline"}


def test_a_candidate_outside_all_sections() -> None:
    found = shapes([replace(candidate("x"), path=())], Words.of(["x"]))[0]
    assert found[NAMES.index("role_other")] == 1


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("How many sentences are in the corpus?", {"how_much", "data", "size"}),
        ("Which baselines do they compare with?", {"which", "baseline"}),
        ("Is BERT fine-tuned?", {"yes_no", "training"}),
        ("Why?", {"why"}),
        ("漢字", set()),
    ],
)
def test_kinds_of_question(question: str, kinds: set[str]) -> None:
    found = dict(zip(ASKED, kind_of_question(question, 1).tolist(), strict=True))
    assert {name for name, value in found.items() if value == 1 and name != "log_words"} == kinds
