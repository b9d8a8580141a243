"""Tables as they are read out: names beside values, and Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from ingest.contextualise import with_structure
from rag.generate.candidates import candidates
from rag.generate.prompt import load_prompt
from rag.tables import as_shown, column_names, markdown, row_values, rows_of_lines
from rag.types import Cell, Chunk, Evidence, Grid, Kind, Paper, Query, Span
from rag.verify import verify
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
    assert row_values(GRID)[row] == values


def test_lines_know_their_rows() -> None:
    assert rows_of_lines(GRID, LINES) == [None, 0, 1, 2, 3, 4, 5]
    assert rows_of_lines(GRID, LINES[4:]) == [3, 4, 5]
    assert rows_of_lines(GRID, ["nothing of it"]) == [None]


GROUPS = Grid(
    7,
    2,
    (
        Cell(0, 0, "Model", header=True),
        Cell(0, 1, "BLEU", header=True),
        Cell(1, 0, "Medium", columns=2),
        Cell(2, 0, "Full"),
        Cell(2, 1, "68.2"),
        Cell(3, 0, "LoRA"),
        Cell(3, 1, "70.4"),
        Cell(4, 0, "Large", columns=2),
        Cell(5, 0, "Full"),
        Cell(5, 1, "68.5"),
        Cell(6, 0, "LoRA"),
        Cell(6, 1, "70.4"),
    ),
)
GROUP_LINES = "Model | BLEU,Medium,Full | 68.2,LoRA | 70.4,Large,Full | 68.5,LoRA | 70.4".split(",")
LORA = "LoRA | 70.4"


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        (GROUP_LINES, [0, 1, 2, 3, 4, 5, 6]),
        (GROUP_LINES[4:], [4, 5, 6]),
        ([LORA, "Large"], [3, 4]),
        ([LORA, "", "|---|---|", "Large"], [3, None, None, 4]),
        ([LORA], [None]),
        ([LORA, "A note of something else.", "Large"], [None, None, 4]),
        (["Medium", "what was garbled", LORA, LORA], [1, None, None, None]),
        (["Full | 68.5", LORA, LORA], [5, 6, None]),
    ],
)
def test_a_line_of_several_rows_is_told_by_those_beside_it(
    lines: list[str], rows: list[int | None]
) -> None:
    assert rows_of_lines(GROUPS, lines) == rows


def test_a_whole_table_is_told_though_its_rows_are_alike() -> None:
    alike = Grid(3, 1, tuple(Cell(at, 0, "-") for at in range(3)))
    assert rows_of_lines(alike, ["Table 3: Nothing.", "-", "-", "-"]) == [None, 0, 1, 2]
    assert rows_of_lines(alike, ["-", "-"]) == [None, None]


def grouped(text: str) -> Evidence:
    made = made_evidence([(Kind.TABLE, text)])
    return replace(made, elements=tuple(replace(e, grid=GROUPS) for e in made.elements))


def test_equal_rows_are_said_with_the_title_of_their_group() -> None:
    found = [c.shown for c in candidates([grouped("\n".join(GROUP_LINES))]) if c.row]
    assert found == [
        "Medium, Full: BLEU 68.2.",
        "Medium, LoRA: BLEU 70.4.",
        "Large, Full: BLEU 68.5.",
        "Large, LoRA: BLEU 70.4.",
    ]


def test_a_row_that_may_be_of_either_group_is_said_of_none() -> None:
    found = [c.shown for c in candidates([grouped(LORA)])]
    assert not any("Medium" in said or "Large" in said for said in found)


def test_rows_cut_off_from_their_title_are_shown_below_it() -> None:
    assert as_shown(grouped("Full | 68.5\nLoRA | 70.4")) == (
        "\n| Model | BLEU |\n| --- | --- |\n| Large |  |\n| Full | 68.5 |\n| LoRA | 70.4 |"
    )


def test_a_table_without_header_rows_is_shown_without_a_head() -> None:
    bare = Grid(2, 2, (Cell(0, 0, "One"), Cell(0, 1, "1"), Cell(1, 0, "Two"), Cell(1, 1, "2")))
    assert markdown(bare, [0, 1]) == "| One | 1 |\n| Two | 2 |"


def test_large_tables_take_time_by_their_size() -> None:
    """A count of what is read, not of seconds: so often is each cell looked at."""
    looks = []
    for rows in (500, 2000):
        counted = Counted(
            cell for at in range(rows) for cell in (Cell(at, 0, f"row {at}"), Cell(at, 1, "same"))
        )
        grid = Grid(rows, 2, counted)
        text = "\n".join(f"row {at} | same" for at in range(rows))
        made = made_evidence([(Kind.TABLE, text)])
        item = replace(made, elements=tuple(replace(e, grid=grid) for e in made.elements))
        assert len(candidates([item])) == rows
        chunked(table_of(grid, text))
        as_shown(item)
        looks.append(counted.looks)
    assert looks[0] == looks[1] < 40


class Counted(tuple[Cell, ...]):
    """Cells that know how often they were gone through."""

    looks = 0

    def __iter__(self) -> Iterator[Cell]:
        self.looks += 1
        return super().__iter__()


def table_of(grid: Grid, text: str) -> Paper:
    paper = make_paper({"Results": [text]})
    return replace(paper, elements=(replace(paper.elements[0], kind=Kind.TABLE, grid=grid),))


def chunked(paper: Paper) -> list[Chunk]:
    """One chunk a line."""
    table = paper.elements[0].span
    ends = [at for at in range(table.start, table.end) if paper.text[at] == "\n"]
    spans = [Span(a, b) for a, b in pairwise([table.start, *(end + 1 for end in ends), table.end])]
    made = [Chunk(f"c{s.start}", "p", 0, s, s.of(paper.text), "", (0,)) for s in spans]
    return with_structure(paper, made)


def test_rows_below_a_table_without_header_rows_have_no_names() -> None:
    grid = Grid(2, 2, (Cell(0, 0, "One"), Cell(0, 1, "1"), Cell(1, 0, "Two"), Cell(1, 1, "2")))
    first, second = chunked(table_of(grid, "One | 1\nTwo | 2"))
    assert second.context.split("\n")[1:] == []
    assert "One" not in first.context


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
        "Table 2, Dense: Dev EM 80.8; F1|all 88.5.",
        "Table 2, Dense: Dev EM 81.5; F1|all 89.0.",
        "Table 2, Others, Sparse: Dev F1|all 59.1.",
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


@pytest.mark.parametrize(
    ("said", "unsupported"),
    [
        ("On newstest 2014 its BLEU is 70.4 [1].", 0),
        ("On newstest 2015 its BLEU is 70.4 [1].", 1),
        ("On newstest 2014 its BLEU is 70.5 [1].", 1),
        ("The large model's translation quality reaches 70.4 BLEU [1].", 0),
    ],
)
def test_names_that_stand_in_another_chunk_bear_an_answer_out(said: str, unsupported: int) -> None:
    model, bleu, *cells = GROUPS.cells
    grid = replace(GROUPS, cells=(model, replace(bleu, text="newstest 2014 BLEU"), *cells))
    cut_off = grouped("Full | 68.5\nLoRA | 70.4")
    shown = replace(cut_off, elements=tuple(replace(e, grid=grid) for e in cut_off.elements))
    assert len(verify(said, [shown]).unsupported) == unsupported
