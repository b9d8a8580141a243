"""Tables as cells, with what they span."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.markup import Node
from ingest.parsers.grid_places import MAX_PLACES
from ingest.parsers.html.document import has_class
from ingest.parsers.html.inline import inline
from rag.types import Cell, Grid

_SPAN = re.compile(r"ltx_(col|row)span_(\d+)")


def is_tabular(node: Node) -> bool:
    """Whether the element is a table; LaTeXML also makes them of spans, inside boxes."""
    if has_class(node, "ltx_equation", "ltx_equationgroup", "ltx_eqn_table"):
        return False
    return node.tag == "table" or has_class(node, "ltx_tabular")


def is_layout(node: Node) -> bool:
    """Whether a table only arranges parts of the page: it holds headings, or one cell."""
    if node.get("role") == "presentation" or any(node.iter("h1", "h2", "h3", "h4")):
        return True
    return sum(len(_cells(row)) for row in _rows(node)) < 2


def grid_of(table: Node) -> Grid | None:
    """The cells in the order of reading; empty ones are left out. None where there is none."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    width, lines = 0, list(_rows(table))
    for row, line in enumerate(lines):
        column, head = 0, line.getparent().tag == "thead"
        for node in _cells(line):
            while (row, column) in taken:
                column += 1
            rows, columns = _spans(node)
            rows, columns = min(rows, len(lines) - row), _free(taken, row, column, columns)
            if len(taken) + rows * columns > MAX_PLACES:
                return None
            taken |= {(row + r, column + c) for r in range(rows) for c in range(columns)}
            if text := inline(node).text:
                header = head or node.tag == "th" or has_class(node, "ltx_th")
                cells.append(Cell(row, column, text, rows, columns, header))
            column += columns
            width = max(width, column)
    return Grid(len(lines), width, tuple(cells)) if cells else None


def text_of(grid: Grid) -> str:
    """The table as lines of cells, divided by bars."""
    lines: dict[int, list[str]] = {}
    for cell in grid.cells:
        lines.setdefault(cell.row, []).append(cell.text.replace("\n", " "))
    return "\n".join(" | ".join(line) for _, line in sorted(lines.items()))


def _rows(table: Node) -> Iterator[Node]:
    for node in table.iter():
        if node.tag == "tr" or has_class(node, "ltx_tr"):
            above = (a for a in node.iterancestors() if is_tabular(a))
            if next(above, None) is table:
                yield node


def _cells(row: Node) -> list[Node]:
    return [n for n in row if n.tag in {"td", "th"} or has_class(n, "ltx_td", "ltx_th")]


def _spans(node: Node) -> tuple[int, int]:
    named = {which: int(n) for which, n in _SPAN.findall(node.get("class", ""))}
    return _span(node, "row", named), _span(node, "col", named)


def _span(node: Node, which: str, named: dict[str, int]) -> int:
    given = node.get(f"{which}span", "").strip()
    number = int(given) if given.isdecimal() else named.get(which, 1)
    return min(max(number, 1), 1000)


def _free(taken: set[tuple[int, int]], row: int, column: int, columns: int) -> int:
    """How far a cell can reach before one that hangs down from above."""
    return next((c for c in range(columns) if (row, column + c) in taken), columns)
