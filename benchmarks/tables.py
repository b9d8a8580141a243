"""How many cells of transcribed tables are read right, beside PyMuPDF's find_tables.

usage: tables.py [--data FOLDER] [--misses]

The gold, tests/golden/tables/PAPER-N.txt, is what the page of DATA/famous/papers/PAPER.pdf shows as
Table N: a row a line, cells parted by "|", empty places left empty, "{2x1}" behind a cell for the
rows and columns that it spans where more than one. A cell that spans several stands in the first.

A cell is right if a cell of the same text stands in the row and the column that answer to its
own: rows of the two tables are paired in order so that most of their cells agree, then columns
(after Smock et al. 2022, arXiv 2203.12555, who do both at once). So a row too many costs nothing
elsewhere, in either table. "in place" counts cells at the very row and column. Texts are compared
without white space and with one kind of dash.

find_tables is given the area of the same table, caption included, with its rules ("lines", its
default) and without ("text"); where it finds several there, the best counts.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.parsers.pdf import PdfParser
from ingest.parsers.pdf.mupdf import load_engine, opened
from rag.types import Element, Grid, Kind

GOLD = Path(__file__).parents[1] / "tests" / "golden" / "tables"
_SPAN = re.compile(r"\s*\{(\d+)x(\d+)\}$")
_DASHES = str.maketrans("−–—‐‑", "-----")

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Gold:
    """A transcribed table. ``spans`` has (row, column): (rows, columns)."""

    paper: str
    label: str
    headers: int
    rows: Rows
    spans: dict[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Score:
    """Of ``cells`` that are not empty, how many are right, and how many in their very place."""

    cells: int
    right: int
    in_place: int


def read_gold(path: Path) -> Gold:
    """A table as it was transcribed."""
    paper, _, number = path.stem.rpartition("-")
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    rows: list[list[str]] = []
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for line in lines:
        rows.append([])
        for cell in line.split("|"):
            if match := _SPAN.search(cell.rstrip()):
                spans[len(rows) - 1, len(rows[-1])] = (int(match[1]), int(match[2]))
            rows[-1].append(_SPAN.sub("", cell.rstrip()).strip())
    return Gold(paper, f"Table {number}", int(first.partition(":")[2]), rows, spans)


def rows_of(grid: Grid | None) -> Rows:
    """The cells' texts by rows."""
    rows = [[""] * grid.columns for _ in range(grid.rows)] if grid else []
    for cell in grid.cells if grid else ():
        rows[cell.row][cell.column] = cell.text
    return rows


def score(gold: Rows, found: Rows) -> Score:
    """How much of ``gold`` is in ``found``."""
    expected = [[_plain(cell) for cell in row] for row in gold]
    given = [[_plain(cell) for cell in row] for row in found]
    cells = sum(bool(cell) for row in expected for cell in row)
    in_place = sum(
        bool(cell) and r < len(given) and c < len(given[r]) and given[r][c] == cell
        for r, row in enumerate(expected)
        for c, cell in enumerate(row)
    )
    pairs = _paired(len(expected), len(given), lambda i, j: _alike(expected[i], given[j]))

    def agreed(i: int, j: int) -> int:
        return sum(
            i < len(expected[r]) and j < len(given[s]) and bool(expected[r][i])
            and expected[r][i] == given[s][j]
            for r, s in pairs
        )  # fmt: skip

    wide = max(map(len, expected)), max(map(len, given), default=0)
    right = sum(agreed(i, j) for i, j in _paired(*wide, agreed))
    return Score(cells, right, in_place)


def _plain(text: str | None) -> str:
    return "".join((text or "").translate(_DASHES).split())


def _alike(a: Sequence[str], b: Sequence[str]) -> int:
    """How many cells two rows have in common, in order."""
    return len(_paired(len(a), len(b), lambda i, j: int(bool(a[i]) and a[i] == b[j])))


def _paired(n: int, m: int, worth: Callable[[int, int], int]) -> list[tuple[int, int]]:
    """Pairs of indices, ascending in both, that are worth most in all; none is worth nothing."""
    values = [[worth(i, j) for j in range(m)] for i in range(n)]
    best = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + values[i][j])
    pairs, i, j = [], 0, 0
    while i < n and j < m:
        if values[i][j] and best[i][j] == best[i + 1][j + 1] + values[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def peer(path: Path, element: Element, gold: Gold, strategy: str) -> Score:
    """What find_tables makes of the element's area."""
    area = element.area
    scores = [score(gold.rows, [])]
    if area is not None:
        with opened(path) as document:
            page = document[area.page - 1]
            clip = load_engine().Rect(area.x0 - 5, area.y0 - 5, area.x1 + 5, area.y1 + 5)
            found = page.find_tables(clip=clip, strategy=strategy).tables
            scores += [score(gold.rows, table.extract()) for table in found]
    return max(scores, key=lambda s: s.right)


def element_of(elements: Iterable[Element], label: str) -> Element:
    """The table of that name. Raises StopIteration if there is none."""
    return next(e for e in elements if e.kind is Kind.TABLE and e.label == label)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given = os.environ.get("SCHOLIUM_DATA")
    parser.add_argument("--data", type=Path, default=given, required=given is None)
    parser.add_argument("--misses", action="store_true", help="show the tables that have any")
    args = parser.parse_args()
    totals: dict[str, list[Score]] = {}
    spans = told = 0
    for path in sorted(GOLD.glob("*.txt")):
        gold = read_gold(path)
        source = args.data / "famous" / "papers" / f"{gold.paper}.pdf"
        element = element_of(PdfParser().parse(source).elements, gold.label)
        ours = score(gold.rows, rows_of(element.grid))
        scores = {"ours": ours} | {s: peer(source, element, gold, s) for s in ("lines", "text")}
        for name, one in scores.items():
            totals.setdefault(name, []).append(one)
        cells = element.grid.cells if element.grid else ()
        held = {(c.row, c.column): (c.rows, c.columns) for c in cells}
        spans, told = spans + len(gold.spans), told + len(held.items() & gold.spans.items())
        heads = element.grid.header_rows if element.grid else 0
        parts = "  ".join(f"{name} {s.right:3d}" for name, s in scores.items())
        print(f"{path.stem:20} {ours.cells:3d} cells  {parts}  headers {heads}/{gold.headers}")
        if args.misses and ours.in_place < ours.cells:
            print("\n".join(" | ".join(row) for row in rows_of(element.grid)))
    for name, each in totals.items():
        whole = sum(s.cells for s in each)
        right, in_place = sum(s.right for s in each), sum(s.in_place for s in each)
        print(f"{name:6} right {right / whole:.3f}  in place {in_place / whole:.3f}  of {whole}")
    print(f"spans told {told} of {spans}")


if __name__ == "__main__":
    main()
