"""Tables as cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ingest.parsers.docx.xml import W, children
from rag.types import Cell, Grid


def grid_of(table: Any, text_of: Callable[[Any], str]) -> Grid:
    """The cells; ``text_of`` reads one."""
    rows = [child for child in children(table) if child.tag == f"{W}tr"]
    cells: dict[tuple[int, int], Cell] = {}
    columns = 0
    look = table.find(f"{W}tblPr/{W}tblLook")
    first_row = look is not None and look.get(f"{W}firstRow") == "1"
    for at, row in enumerate(rows):
        header = row.find(f"{W}trPr/{W}tblHeader") is not None or (first_row and at == 0)
        column = 0
        for node in (child for child in children(row) if child.tag == f"{W}tc"):
            wide = _number(node.find(f"{W}tcPr/{W}gridSpan"))
            merge = node.find(f"{W}tcPr/{W}vMerge")
            text = " ".join(text_of(node).split())
            if merge is not None and merge.get(f"{W}val") != "restart":
                _lengthen(cells, at, column)
            elif text:
                cells[at, column] = Cell(at, column, text, 1, wide, header)
            column += wide
        columns = max(columns, column)
    return Grid(len(rows), columns, tuple(cells.values()))


def _lengthen(cells: dict[tuple[int, int], Cell], at: int, column: int) -> None:
    """The cell above goes on in row ``at``."""
    for row in range(at - 1, -1, -1):
        if cell := cells.get((row, column)):
            cells[row, column] = Cell(
                row, column, cell.text, at - row + 1, cell.columns, cell.header
            )
            return


def _number(node: Any) -> int:
    said = node.get(f"{W}val", "1") if node is not None else "1"
    return max(1, min(int(said), 200)) if said.isascii() and said.isdigit() else 1
