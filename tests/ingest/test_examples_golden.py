"""The example papers, parsed: every section, element and span as it was last agreed upon.

After a deliberate change: ``pytest tests/ingest/test_examples_golden.py --update-goldens``, and
read the difference before it is committed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.build import ParseFile
from rag.types import Kind, Paper

EXAMPLES = Path(__file__).parents[2] / "examples"
GOLDEN = Path(__file__).parent / "golden"
NAMES = ["structural-chunking", "hybrid-retrieval", "citation-verification"]


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def paper(name: str) -> Paper:
    return ParseFile(max_pages=100)(EXAMPLES / "papers" / f"{name}.pdf")


def shape(paper: Paper) -> dict[str, Any]:
    m = paper.metadata
    return {
        "id": paper.paper_id,
        "title": m.title,
        "authors": list(m.authors),
        "year": m.year,
        "abstract": m.abstract,
        "pages": paper.pages,
        "sections": [
            f"{'  ' * (s.level - 1)}{s.heading} | {s.role.value} | p. {s.page}"
            for s in paper.sections
        ],
        "elements": [
            {
                "kind": e.kind.value,
                "label": e.label,
                "section": paper.sections[e.section].heading,
                "pages": list(e.pages),
                "text": e.span.of(paper.text),
            }
            for e in paper.elements
        ],
    }


def squeezed(text: str) -> str:
    """Without white space, and with typewriter apostrophes, as the questions have them."""
    return "".join(text.split()).replace("’", "'")


def test_the_parse_is_the_agreed_one(paper: Paper, name: str, pytestconfig: pytest.Config) -> None:
    path = GOLDEN / f"{name}.json"
    found = json.dumps(shape(paper), indent=1, ensure_ascii=False) + "\n"
    if pytestconfig.getoption("--update-goldens"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_it_has_what_its_source_has(paper: Paper) -> None:
    kinds = {element.kind for element in paper.elements}
    assert kinds >= {
        Kind.PARAGRAPH,
        Kind.TABLE,
        Kind.FIGURE,
        Kind.EQUATION,
        Kind.ALGORITHM,
        Kind.FOOTNOTE,
        Kind.REFERENCE,
    }
    assert paper.metadata.year == 2026
    assert any(section.number == "A.1" for section in paper.sections)


def test_every_evidence_passage_is_found_in_its_section_and_page(paper: Paper, name: str) -> None:
    lines = (EXAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    for question in questions:
        if question["paper"] != name or not question["answerable"]:
            continue
        for passage in question["evidence"][0]:
            wanted = squeezed(passage)
            homes = [
                (paper.sections[e.section].heading, e.pages)
                for e in paper.elements
                if wanted in squeezed(e.span.of(paper.text))
            ]
            assert any(
                section == question["section"] and question["page"] in pages
                for section, pages in homes
            ), (question["id"], passage, homes)
