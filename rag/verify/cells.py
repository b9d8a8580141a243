"""Whether a number of a sentence is in the row and the column that the sentence names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.numbers import spelled_alike
from rag.quotes import lines_joined
from rag.tables import column_names, row_values, titles
from rag.text import analyse
from rag.types import Evidence, Grid
from rag.verify.quantities import Quantity, agree, quantities
from rag.verify.wording import OURS, own

_SHORT = {
    "p": "precision",
    "prec": "precision",
    "r": "recall",
    "rec": "recall",
    "f": "f1",
    "acc": "accuracy",
    "ppl": "perplexity",
    "params": "parameters",
    "dev": "development",
    "val": "validation",
    "avg": "average",
}
_WRITTEN_OUT = {analyse(short)[0]: analyse(long)[0] for short, long in _SHORT.items()}


@dataclass(frozen=True, slots=True)
class Table:
    """What the rows and columns of a table are called, and the numbers in its cells by place."""

    rows: tuple[frozenset[str], ...]
    columns: tuple[frozenset[str], ...]
    cells: tuple[tuple[int, int, Quantity], ...]

    def places(self, quantity: Quantity) -> list[tuple[int, int]]:
        """The rows and columns of the cells that have it."""
        return [(row, column) for row, column, cell in self.cells if agree(quantity, cell)]

    def turned(self) -> Table:
        """The same with rows for columns."""
        cells = tuple((column, row, quantity) for row, column, quantity in self.cells)
        return Table(self.columns, self.rows, cells)


def tables(evidence: Evidence) -> Iterator[Table]:
    """The tables whose cells are known, in the chunk's order."""
    return (table(element.grid) for element in evidence.elements if element.grid is not None)


@lru_cache(maxsize=256)
def table(grid: Grid) -> Table:
    """The grid with its names as terms; a row is called by its first cell, and the title above."""
    values, above, heads = row_values(grid), titles(grid), grid.header_rows
    names = [f"{title} {row[0]}" for title, row in zip(above, values, strict=True)]
    return Table(
        tuple(_called(name) if row >= heads else frozenset() for row, name in enumerate(names)),
        tuple(map(_called, column_names(grid))),
        tuple(
            (row, column, quantity)
            for row, texts in enumerate(values)
            for column, text in enumerate(texts)
            if row >= heads and column > 0
            for quantity in quantities(spelled_alike(text))
        ),
    )


def without_cells(evidence: Evidence) -> str:
    """The chunk's text with its words whole, but for tables whose cells are known."""
    text, start = evidence.chunk.text, evidence.chunk.span.start
    for element in reversed(evidence.elements):
        if element.grid is not None and element.span.overlaps(evidence.chunk.span):
            first = max(element.span.start - start, 0)
            text = f"{text[:first]}\n\n{text[max(element.span.end - start, 0) :]}"
    return lines_joined(text)


def is_in_cells(quantity: Quantity, evidence: Evidence) -> bool:
    """Whether a cell has the number."""
    return any(each.places(quantity) for each in tables(evidence))


def written_out(terms: Iterable[str]) -> frozenset[str]:
    """The terms, with the usual short names of measures at length: "P" is precision."""
    return frozenset(_WRITTEN_OUT.get(term, term) for term in terms)


def fits_cells(
    quantity: Quantity, together: Sequence[Quantity], terms: frozenset[str], evidence: Evidence
) -> bool:
    """Whether a cell has the number in a row and a column that no other fits ``terms`` better than.

    Where ``together`` with it the claim names numbers of other rows or columns, their names are
    theirs.
    """
    for each in tables(evidence):
        beside = [place for other in together for place in each.places(other)]
        taken_rows, taken_columns = {row for row, _ in beside}, {column for _, column in beside}
        for row, column in each.places(quantity):
            rows = _rivals(each.rows, taken_rows | {row})
            columns = _rivals(each.columns, taken_columns | {column, 0})
            if not (
                _is_outdone(each.rows[row], rows, terms)
                or _is_outdone(each.columns[column], columns, terms)
            ):
                return True
    return False


def _rivals(names: Sequence[frozenset[str]], taken: set[int]) -> list[frozenset[str]]:
    return [name for place, name in enumerate(names) if place not in taken]


def _is_outdone(
    own: frozenset[str], others: Sequence[frozenset[str]], said: frozenset[str]
) -> bool:
    """Whether the claim names another row or column, more fully than the one at hand."""
    named = own & said
    return any(
        named < (other & said) and (named or other - {OURS} <= said or not own)
        for other in others
        if other != own
    )


def _called(name: str) -> frozenset[str]:
    return written_out(analyse(name)) | own(name)
