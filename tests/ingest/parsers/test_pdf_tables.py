"""Tables, by cells: what a made page shows and what is read from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pymupdf
import pytest

from ingest.parsers.pdf import PdfParser
from rag.types import Cell, Element, Grid, Kind, Paper
from tests.ingest.parsers.made_pdf import LEADING, LEFT, PROSE, TOP, MadePdf
from tests.ingest.places import check_grids

COLUMNS = (LEFT, 220.0, 290.0, 360.0, 430.0)
END = 480.0


def printed(
    made: MadePdf, rows: Sequence[Sequence[str]], y: float = 130.0, at: Sequence[float] = COLUMNS
) -> float:
    """Sets the rows; the y of the line after the last."""
    for row in rows:
        for x, cell in zip(at, row, strict=False):
            if cell:
                made.line(x, y, cell)
        y += LEADING
    return y


def table(made: MadePdf, folder: Path) -> tuple[Paper, Element]:
    made.paragraph(LEFT, 500, PROSE, END - LEFT)
    paper = PdfParser().parse(made.save(folder / "made.pdf"))
    check_grids(paper)
    for element in paper.elements:
        for line in element.lines:
            assert element.span.start <= line.span.start <= line.span.end <= element.span.end
    return paper, next(e for e in paper.elements if e.kind is Kind.TABLE)


def grid_of(element: Element) -> Grid:
    assert element.grid is not None
    return element.grid


def texts(grid: Grid) -> list[list[str]]:
    rows = [[""] * grid.columns for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row][cell.column] = cell.text
    return rows


def cell(grid: Grid, text: str) -> Cell:
    return next(c for c in grid.cells if c.text == text)


def captioned() -> MadePdf:
    made = MadePdf()
    made.line(LEFT, TOP, "Table 1: What each of the models reaches.")
    return made


def ruled(made: MadePdf, *ys: float) -> None:
    for y in ys:
        made.rule(LEFT, END, y)


def test_rows_and_columns(tmp_path: Path) -> None:
    made = captioned()
    rows = [
        ["Model", "EM", "F1", "Depth", "Size"],
        ["A small one", "80.8", "88.5", "-", "12 %"],
        ["Another of them", "84.1 ± 0.3", "", "12", "13M"],
    ]
    printed(made, rows)
    ruled(made, 118, 134, 164)
    paper, element = table(made, tmp_path)
    grid = grid_of(element)
    assert texts(grid) == rows
    assert (grid.rows, grid.columns, grid.header_rows) == (3, 5, 1)
    assert cell(grid, "A small one").header
    assert not cell(grid, "80.8").header
    _, *lines = element.span.of(paper.text).split("\n")
    assert lines == [
        "Model | EM | F1 | Depth | Size",
        "A small one | 80.8 | 88.5 | - | 12 %",
        "Another of them | 84.1 ± 0.3 | | 12 | 13M",
    ]


def test_each_cell_has_its_box(tmp_path: Path) -> None:
    made = captioned()
    printed(made, [["Model", "EM"], ["One", "80.8"]])
    ruled(made, 118, 134, 152)
    paper, element = table(made, tmp_path)
    boxes = {line.span.of(paper.text): line.box for line in element.lines}
    assert boxes["80.8"].x0 == pytest.approx(COLUMNS[1], abs=1)
    assert boxes["80.8"].y0 == pytest.approx(130 + LEADING - 7.5, abs=1)
    assert element.area is not None
    assert element.area.y0 < TOP < 150 < element.area.y1


def test_columns_closer_than_the_engine_parts_lines(tmp_path: Path) -> None:
    made = captioned()
    rows = [["Model", "Dev", "Test"], ["One", "80.81", "79.90"], ["Two", "81.32", "80.07"]]
    printed(made, rows, at=(LEFT, 140.0, 170.0))
    ruled(made, 118, 134, 164)
    _, element = table(made, tmp_path)
    assert texts(grid_of(element)) == rows


def test_a_header_over_several_columns(tmp_path: Path) -> None:
    made = captioned()
    made.line(245, 130, "Dev")
    made.line(385, 130, "Test")
    made.rule(220, 310, 133)
    made.rule(360, 450, 133)
    body = [["Model", "EM", "F1", "EM", "F1"], ["One", "80.8", "88.5", "79.1", "87.0"]]
    printed(made, body, 144)
    ruled(made, 118, 148, 162)
    _, element = table(made, tmp_path)
    grid = grid_of(element)
    assert texts(grid) == [["", "Dev", "", "Test", ""], *body]
    assert [(cell(grid, name).column, cell(grid, name).columns) for name in ("Dev", "Test")] == [
        (1, 2),
        (3, 2),
    ]
    assert grid.header_rows == 2


def test_headers_of_two_lines_are_one_row(tmp_path: Path) -> None:
    made = captioned()
    printed(made, [["", "Number of", "Top-1"], ["Model", "weights", "error"]])
    printed(made, [["One", "13M", "7.1"], ["Two", "25M", "6.4"]], 130 + 2 * LEADING)
    ruled(made, 118, 146, 172)
    _, element = table(made, tmp_path)
    assert texts(grid_of(element))[0] == ["Model", "Number of weights", "Top-1 error"]


def test_wrapped_cells_are_one_cell(tmp_path: Path) -> None:
    made = captioned()
    printed(
        made,
        [
            ["Set", "Task", "Size"],
            ["First", "answers to", "10k"],
            ["", "questions", ""],
            ["Second", "names", "20k"],
            ["Third", "topics", "7k"],
        ],
        at=(LEFT, 180.0, 300.0),
    )
    ruled(made, 118, 134, 190)
    _, element = table(made, tmp_path)
    assert texts(grid_of(element))[1] == ["First", "answers to questions", "10k"]


def test_a_line_spread_to_fill_its_cell_makes_no_column(tmp_path: Path) -> None:
    made = captioned()
    printed(made, [["Set", "Task"], ["First", "answers"], ["Second", "names"]], at=(LEFT, 180.0))
    made.line(LEFT, 166, "Third")
    made.line(180, 166, "topics of all")
    made.line(186 + pymupdf.get_text_length("topics of all", "tiro", 10), 166, "kinds")
    printed(made, [["Fourth", "terms"]], 178, at=(LEFT, 180.0))
    ruled(made, 118, 134, 184)
    _, element = table(made, tmp_path)
    grid = grid_of(element)
    assert grid.columns == 2
    assert texts(grid)[3] == ["Third", "topics of all kinds"]


def test_a_label_in_the_middle_of_its_rows(tmp_path: Path) -> None:
    made = captioned()
    printed(made, [["Kind", "Model", "EM"]], at=(LEFT, 180.0, 300.0))
    printed(made, [["", "One", "80.8"], ["", "Two", "81.5"]], 146, at=(LEFT, 180.0, 300.0))
    made.line(LEFT, 152, "Dense")
    printed(made, [["Sparse", "BM25", "59.1"]], 176, at=(LEFT, 180.0, 300.0))
    ruled(made, 118, 134, 164, 182)
    _, element = table(made, tmp_path)
    grid = grid_of(element)
    assert texts(grid)[1:3] == [["Dense", "One", "80.8"], ["", "Two", "81.5"]]
    assert cell(grid, "Dense").rows == 2


def test_lines_between_all_rows_are_in_no_place_of_another(tmp_path: Path) -> None:
    made = captioned()
    at = (LEFT, 180.0, 300.0)
    printed(made, [["Model", "EM", "Set"]], at=at)
    for number in range(4):
        y = 146 + number * 12
        printed(made, [[f"Model {'ABCD'[number]}", f"8{number}.8"]], y, at=at)
        if number < 3:
            made.line(300, y + 6, ("first", "second", "third")[number])
    ruled(made, 118, 134, 190)
    _, element = table(made, tmp_path)
    grid = grid_of(element)
    assert [c.rows for c in grid.cells if c.column == 2 and c.row] == [1, 1, 2]


def test_a_title_between_rows_spans_the_table(tmp_path: Path) -> None:
    made = captioned()
    printed(made, [["Model", "EM", "F1"], ["One", "80.8", "88.5"]])
    made.line(122, 154, "Ensembles of several models")
    printed(made, [["Two", "81.5", "89.0"]], 166)
    ruled(made, 118, 134, 172)
    _, element = table(made, tmp_path)
    grid = grid_of(element)
    title = cell(grid, "Ensembles of several models")
    assert (title.row, title.column, title.columns, title.header) == (2, 0, 3, False)
    assert texts(grid)[3] == ["Two", "81.5", "89.0"]


def test_upright_rules_part_columns(tmp_path: Path) -> None:
    made = captioned()
    rows = [["Net", "A B"], ["width", "12 14"], ["depth", "16 19"]]
    printed(made, rows, at=(LEFT, 110.0))
    made.page.draw_line((114.5 + 4.6, 120), (114.5 + 4.6, 160), width=0.4)
    ruled(made, 118, 134, 162)
    _, element = table(made, tmp_path)
    assert grid_of(element).columns >= 2


def test_a_table_on_a_page_that_was_turned(tmp_path: Path) -> None:
    made = MadePdf()
    page = made.page
    caption = "Table 1: What each of the models reaches."
    rows = [["Model", "EM", "F1"], ["One", "80.8", "88.5"], ["Two", "81.5", "89.0"]]
    page.insert_text((100, 640), caption, fontsize=10, fontname="tiro", rotate=90)
    for at, row in enumerate(rows):
        for x, text in zip((60.0, 200.0, 260.0), row, strict=True):
            where = (130 + at * LEADING, 700 - x)
            page.insert_text(where, text, fontsize=10, fontname="tiro", rotate=90)
    for x in (118, 134, 160):
        page.draw_line((x, 640), (x, 400), width=0.6)
    made.new_page()
    _, element = table(made, tmp_path)
    assert texts(grid_of(element)) == rows


def test_a_box_of_text_has_no_cells(tmp_path: Path) -> None:
    made = captioned()
    made.lines(LEFT, 130, ["Answer the question in a few words.", "Say so if you can't."])
    ruled(made, 118, 150)
    paper, element = table(made, tmp_path)
    assert element.grid is None
    assert "Say so if you can't." in element.span.of(paper.text)


def test_a_figure_covers_its_drawing(tmp_path: Path) -> None:
    made = MadePdf()
    made.page.draw_rect(pymupdf.Rect(100, 120, 300, 260), fill=(0.2, 0.4, 0.8))
    made.line(LEFT, 280, "Figure 1: How the loss falls with the size of the network.")
    made.paragraph(LEFT, 500, PROSE, END - LEFT)
    paper = PdfParser().parse(made.save(tmp_path / "made.pdf"))
    figure = next(e for e in paper.elements if e.kind is Kind.FIGURE)
    assert figure.area is not None
    assert (figure.area.y0, figure.area.y1) == (
        pytest.approx(120, abs=8),
        pytest.approx(282, abs=3),
    )
    assert figure.area.x0 <= 100 < 300 <= figure.area.x1 + 8
