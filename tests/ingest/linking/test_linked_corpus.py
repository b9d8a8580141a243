"""Links of real papers, counted by hand on their pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.build import ParseFile
from rag.types import Kind, LinkKind, Paper, Reference

pytestmark = pytest.mark.corpus


def read(corpus_data: Path, name: str) -> Paper:
    return ParseFile(100)(corpus_data / "famous" / "papers" / name)


def cited(paper: Paper) -> set[int]:
    return {link.target for link in paper.links if link.kind is LinkKind.CITATION}


def said(paper: Paper, kind: LinkKind) -> list[tuple[str, str]]:
    """The words of each link to an element, and the label of what it leads to."""
    return [
        (link.span.of(paper.text), paper.elements[link.target].label)
        for link in paper.links
        if link.kind is kind
    ]


def test_a_paper_with_numbered_references(corpus_data: Path) -> None:
    paper = read(corpus_data, "resnet.pdf")
    assert [r.label for r in paper.references] == [str(n) for n in range(1, 51)]
    assert cited(paper) == set(range(50))
    first = paper.references[0]
    assert first == Reference(
        first.element,
        "1",
        ("Y. Bengio", "P. Simard", "P. Frasconi"),
        "Learning long-term dependencies with gradient descent is difficult",
        1994,
        "IEEE Transactions on Neural Networks",
    )
    elements = said(paper, LinkKind.ELEMENT)
    assert ("Fig. 1", "Figure 1") in elements
    assert ("Eqn.(1)", "(1)") in elements
    labels = {e.label for e in paper.elements if e.label and e.kind is not Kind.REFERENCE}
    assert {label for _, label in elements} == labels


def test_a_paper_with_names_and_years(corpus_data: Path) -> None:
    paper = read(corpus_data, "bert.pdf")
    assert len(paper.references) == 56
    assert cited(paper) == set(range(56))
    assert all(r.authors and r.title and r.year for r in paper.references)
    called = [link.target for link in paper.links if link.kind is LinkKind.FOOTNOTE]
    notes = [at for at, e in enumerate(paper.elements) if e.kind is Kind.FOOTNOTE]
    assert len(set(called)) >= 13
    assert set(called) <= set(notes)
    sections = [
        (link.span.of(paper.text), paper.sections[link.target].number)
        for link in paper.links
        if link.kind is LinkKind.SECTION
    ]
    assert ("Section 5.1", "5.1") in sections
    assert ("Appendix C.2", "C.2") in sections
