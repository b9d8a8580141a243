"""No place of a table has two cells."""

from __future__ import annotations

from pathlib import Path

from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from ingest.build import ParseFile
from ingest.parsers.grid_places import MAX_PLACES, apart, laid
from rag.types import Cell, Grid
from tests.ingest.places import check_grid

SIDE = 5


@st.composite
def placed(draw: st.DrawFn) -> list[Cell]:
    side = st.integers(0, SIDE - 1)
    begun = draw(st.lists(st.tuples(side, side), unique=True, max_size=12))
    return [
        Cell(
            row,
            column,
            f"{row},{column}",
            draw(st.integers(1, SIDE - row)),
            draw(st.integers(1, SIDE - column)),
        )
        for row, column in begun
    ]


@given(placed())
def test_cells_keep_their_places_and_take_no_other(cells: list[Cell]) -> None:
    clipped = apart(cells)
    check_grid(Grid(SIDE, SIDE, clipped))
    assert {(c.row, c.column, c.text) for c in clipped} == {
        (c.row, c.column, c.text) for c in cells
    }
    assert all(c.rows >= 1 and c.columns >= 1 for c in clipped)


def test_a_cell_reaches_to_the_next() -> None:
    cells = [Cell(0, 0, "a", rows=3), Cell(0, 1, "b", columns=2), Cell(2, 0, "c"), Cell(0, 2, "d")]
    assert apart(cells) == (
        Cell(0, 0, "a", rows=2),
        Cell(0, 1, "b"),
        Cell(0, 2, "d"),
        Cell(2, 0, "c"),
    )


def test_a_table_beyond_the_bound_has_no_cells() -> None:
    assert laid(MAX_PLACES, 1, [Cell(0, 0, "a", rows=MAX_PLACES)]) is not None
    assert laid(MAX_PLACES + 1, 1, [Cell(0, 0, "a", rows=MAX_PLACES + 1)]) is None


def test_a_word_document_or_a_project_with_a_huge_table_is_read(tmp_path: Path) -> None:
    made = Document()
    made.add_paragraph("Wide cells follow.")
    table = made.add_table(150, 1)
    for row in table.rows:
        row.cells[0].text = "wide"
        row.cells[0]._tc.grid_span = 200
    made.save(str(tmp_path / "huge.docx"))
    wide = r"\multicolumn{200}{c}{wide} \\ " * 150
    (tmp_path / "huge.tex").write_text(
        rf"\documentclass{{article}}\begin{{document}}\begin{{tabular}}{{l}}{wide}\end{{tabular}}"
        r"\end{document}"
    )
    for name in ("huge.docx", "huge.tex"):
        paper = ParseFile(100)(tmp_path / name)
        assert "wide" in paper.text
        assert not any(element.grid for element in paper.elements)
