from __future__ import annotations

from dataclasses import replace

import pytest

from rag.citations import cite, reference, surname
from rag.types import Box, Evidence, Metadata, Role, Section, Span
from tests.values import make_evidence, make_paper


def evidence(metadata: Metadata, section: Section | None = None) -> Evidence:
    [made] = make_evidence(make_paper({"Regularization": ["We apply dropout of 0.1."]}))
    path = (section or Section("5.4", "Regularization", 2, Role.METHOD),)
    return replace(made, metadata=metadata, path=path)


VASWANI = Metadata("Attention Is All You Need", ("Ashish Vaswani", "Noam Shazeer", "X"), 2017)


@pytest.mark.parametrize(
    ("changes", "section", "page", "expected"),
    [
        ({}, ("5.4", "Regularization"), 8, "(Vaswani et al. 2017, §5.4 Regularization, p. 8)"),
        ({"authors": ("Yoon Kim",)}, ("3.", "Data"), 1, "(Kim 2017, §3 Data, p. 1)"),
        ({"authors": ("A Kim", "B Lee")}, ("3", "Data"), 1, "(Kim and Lee 2017, §3 Data, p. 1)"),
        ({"year": None}, ("3", "Data"), 1, "(Vaswani et al., §3 Data, p. 1)"),
        ({}, ("", "Abstract"), None, "(Vaswani et al. 2017, Abstract)"),
        ({}, ("A", "Proofs"), 12, "(Vaswani et al. 2017, §A Proofs, p. 12)"),
        ({}, ("", ""), 2, "(Vaswani et al. 2017, p. 2)"),
        ({"authors": ()}, ("1", "Intro"), 1, "(Attention Is All You Need 2017, §1 Intro, p. 1)"),
        (
            {"authors": (), "title": "A Very Long Title: of Seven, Words and Many More"},
            ("", ""),
            None,
            "(A Very Long Title: of Seven, Words… 2017)",
        ),
        ({"authors": (" ",), "title": "", "year": None}, ("", ""), None, "(p0123456789)"),
    ],
)
def test_reference(
    changes: dict[str, object], section: tuple[str, str], page: int | None, expected: str
) -> None:
    made = evidence(replace(VASWANI, **changes), Section(*section, 1, Role.OTHER))
    assert reference(made, page) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ashish Vaswani", "Vaswani"),
        ("Laurens van der Maaten", "van der Maaten"),
        ("Nando de Freitas", "de Freitas"),
        ("Luc Van Gool", "Van Gool"),
        ("Aäron van den Oord", "van den Oord"),
        ("Maaten, Laurens van der", "Maaten"),
        ("Martin Luther King Jr.", "King"),
        ("Martin Luther King, Jr.", "King"),
        ("Geoffrey E. Hinton", "Hinton"),
        ("Łukasz Kaiser∗", "Kaiser"),
        ("Jürgen Schmidhuber†1", "Schmidhuber†1"),
        ("Quoc V. Le", "Le"),
        ("Du Tran", "Tran"),
        ("OpenAI", "OpenAI"),
        ("Gemini Team", "Gemini Team"),
        ("Yee-Whye Teh", "Teh"),
    ],
)
def test_surname(name: str, expected: str) -> None:
    assert surname(name) == expected


def test_cite_points_into_the_paper_and_onto_the_page() -> None:
    paper = make_paper({"One": ["First."], "Two": ["Ten chars. And more."]})
    second = make_evidence(paper)[1]
    citation = cite(2, second, Span(0, 10))
    assert citation.marker == "[2]"
    assert citation.quote == citation.span.of(paper.text) == "Ten chars."
    assert citation.page == 2
    assert citation.boxes == (Box(2, 72.0, 100, 286.0, 112),)


def test_cite_without_lines_takes_the_chunks_page() -> None:
    [made] = make_evidence(make_paper({"One": ["First."]}))
    assert cite(1, replace(made, elements=()), Span(0, 5)).page == 1
    pageless = replace(made, elements=(), chunk=replace(made.chunk, pages=()))
    assert cite(1, pageless, Span(0, 5)).page is None
