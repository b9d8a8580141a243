"""Tables as they are read out: names beside values, and Markdown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.contextualise import with_structure
from rag.generate.candidates import candidates
from rag.generate.prompt import load_prompt
from rag.tables import column_names, markdown, row_values, rows_of_lines
from rag.types import Cell, Chunk, Evidence, Grid, Kind, Paper, Query, Span
from tests.rag.generate.made_evidence import made_evidence
from tests.values import make_paper

GRID = Grid(
    6,
    3,
    (
        Cell(0, 0, "Kind", rows=2, header=True),
        Cell(0, 1, "Dev", columns=2, header=True),
        Cell(1, 1, "EM", header=True),
        Cell(1, 2, "F1|all", header=True),
        Cell(2, 0, "Dense", rows=2),
        Cell(2, 1, "80.8"),
        Cell(2, 2, "88.5"),
        Cell(3, 1, "81.5"),
        Cell(3, 2, "89.0"),
        Cell(4, 0, "Others", columns=3),
        Cell(5, 0, "Sparse"),
        Cell(5, 2, "59.1"),
    ),
)
LINES = [
    "Table 2: What each reaches.",
    "Kind | Dev |",
    "| EM | F1|all",
    "Dense | 80.8 | 88.5",
    "| 81.5 | 89.0",
    "Others",
    "Sparse | | 59.1",
]
TEXT = "\n".join(LINES)


def evidence(text: str = TEXT) -> Evidence:
    made = made_evidence([(Kind.TABLE, text)])
    return replace(
        made, elements=tuple(replace(e, grid=GRID, label="Table 2") for e in made.elements)
    )


def test_names_of_columns_go_through_all_header_rows() -> None:
    assert GRID.header_rows == 2
    assert column_names(GRID) == ("Kind", "Dev EM", "Dev F1|all")


@pytest.mark.parametrize(
    ("row", "values"),
    [(2, ("Dense", "80.8", "88.5")), (3, ("Dense", "81.5", "89.0")), (5, ("Sparse", "", "59.1"))],
)
def test_a_label_counts_for_all_rows_beside_it(row: int, values: tuple[str, ...]) -> None:
    assert row_values(GRID, row) == values


def test_lines_know_their_rows() -> None:
    assert rows_of_lines(GRID, LINES) == [None, 0, 1, 2, 3, 4, 5]
    assert rows_of_lines(GRID, LINES[4:]) == [3, 4, 5]
    assert rows_of_lines(GRID, ["nothing of it"]) == [None]


def test_markdown_has_one_header_and_no_stray_bar() -> None:
    assert markdown(GRID, [0, 1, 2, 5]) == (
        "| Kind | Dev EM | Dev F1\\|all |\n"
        "| --- | --- | --- |\n"
        "| Dense | 80.8 | 88.5 |\n"
        "| Sparse |  | 59.1 |"
    )


def test_a_model_is_given_the_table_in_markdown() -> None:
    asked = load_prompt().messages(Query("How good is it?"), [evidence()], "c0de")[1]["content"]
    assert f"Text: \nTable 2: What each reaches.\n\n{markdown(GRID, range(6))}\n</evid" in asked


def test_text_around_a_table_stays_in_its_place() -> None:
    made = made_evidence([(Kind.PARAGRAPH, "Before."), (Kind.TABLE, TEXT), (Kind.PARAGRAPH, "X.")])
    elements = [replace(e, grid=GRID if e.kind is Kind.TABLE else None) for e in made.elements]
    whole = replace(made, elements=tuple(elements))
    asked = load_prompt().messages(Query("How?"), [whole], "c0de")[1]["content"]
    before, _, after = asked.partition(markdown(GRID, range(6)))
    assert before.endswith("Before.\n\nTable 2: What each reaches.\n\n")
    assert after.startswith("\n\nX.")


def test_an_extract_says_names_beside_values_and_quotes_the_row() -> None:
    found = [c for c in candidates([evidence()]) if c.row]
    assert [c.shown for c in found] == [
        "Table 2, Dense: Dev EM 80.8; Dev F1|all 88.5",
        "Table 2, Dense: Dev EM 81.5; Dev F1|all 89.0",
        "Table 2, Sparse: Dev F1|all 59.1",
    ]
    assert [c.quote for c in found] == [LINES[3], LINES[4], LINES[6]]


def table_paper() -> Paper:
    paper = make_paper({"Results": [TEXT]})
    table = replace(paper.elements[0], kind=Kind.TABLE, grid=GRID, label="Table 2")
    return replace(paper, elements=(table, *paper.elements[1:]))


def chunk_from(paper: Paper, line: int) -> Chunk:
    start = paper.elements[0].span.start + len("\n".join(LINES[:line])) + 1
    span = Span(start, paper.elements[0].span.end)
    return Chunk("c", paper.paper_id, 0, span, span.of(paper.text), "", (0,))


@pytest.mark.parametrize(
    ("line", "context"),
    [
        (4, ["Kind | Dev EM | Dev F1|all"]),
        (6, ["Kind | Dev EM | Dev F1|all", "Others"]),
        (2, []),
    ],
)
def test_rows_without_their_header_have_its_names_in_context(line: int, context: list[str]) -> None:
    paper = table_paper()
    (chunk,) = with_structure(paper, [chunk_from(paper, line)])
    first, *names = chunk.context.split("\n")
    assert first.endswith("> Table 2: What each reaches.")
    assert names == context
    assert chunk.text == chunk.span.of(paper.text)
