"""A table's cells as people and models read them. Pure; time is linear in the cells and lines."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from rag.types import Cell, Evidence, Grid, Span

_BARS = str.maketrans("", "", "|")


def column_names(grid: Grid) -> tuple[str, ...]:
    """What the header rows call each column: "Dev EM" under a "Dev" over "EM" and "F1"."""
    return tuple(map(" ".join, column_paths(grid)))


def column_paths(grid: Grid) -> tuple[tuple[str, ...], ...]:
    """The header cells over each column, from the top: "Dev", "EM"."""
    names: list[list[str]] = [[] for _ in range(grid.columns)]
    heads = grid.header_rows
    for cell in grid.cells:
        if cell.row < heads:
            for column in range(cell.column, min(cell.column + cell.columns, grid.columns)):
                names[column].append(cell.text)
    return tuple(map(tuple, names))


def row_values(grid: Grid) -> list[tuple[str, ...]]:
    """What stands in each column, row by row; a cell beside several rows counts for each."""
    values = [[""] * grid.columns for _ in range(grid.rows)]
    for cell in grid.cells:
        for row in values[cell.row : cell.row + cell.rows]:
            row[cell.column] = cell.text
    return [tuple(row) for row in values]


def title_rows(grid: Grid) -> list[int | None]:
    """For each row the last at or above it that is a title of those below: its one cell is in the
    first column, and no header. None where there is none.
    """
    heads, last = grid.header_rows, None
    found: list[int | None] = []
    for row, cells in enumerate(_by_row(grid)):
        alone = len(cells) == 1 and row >= heads and cells[0].column == 0
        last = row if alone and grid.columns > 1 else last
        found.append(last)
    return found


def titles(grid: Grid) -> list[str]:
    """What those rows say, or nothing."""
    first = [cells[0].text if cells else "" for cells in _by_row(grid)]
    return ["" if row is None else first[row] for row in title_rows(grid)]


def rows_of_lines(grid: Grid, lines: Sequence[str]) -> list[int | None]:
    """The row that each line of a table's text prints, of lines in the order of the rows; None
    where it prints none, as a caption, or where it may print several and no line beside it tells
    which.
    """
    texts = [_bare("".join(cell.text for cell in cells)) for cells in _by_row(grid)]
    printed = [row for row, text in enumerate(texts) if text]
    places: dict[str, list[int]] = {}
    for place, row in enumerate(printed):
        places.setdefault(texts[row], []).append(place)
    fitting = [places.get(_bare(line), []) for line in lines]
    parts = [
        not fits and any(map(str.isalnum, line)) for line, fits in zip(lines, fitting, strict=True)
    ]
    found = _all_of(fitting, len(printed)) or _by_what_follows(
        _by_what_precedes(fitting, parts), fitting, parts
    )
    return [None if place is None else printed[place] for place in found]


def _all_of(fitting: Sequence[Sequence[int]], count: int) -> list[int | None]:
    """The place of each line, if they are the whole table; else none."""
    place = -1
    found: list[int | None] = []
    for fits in fitting:
        place += bool(fits)
        if fits and not _holds(fits, place):
            return []
        found.append(place if fits else None)
    return found if place == count - 1 else []


# ``parts`` says of each line whether it, of no row, parts those around it, as a caption does.


def _by_what_precedes(fitting: Sequence[Sequence[int]], parts: Sequence[bool]) -> list[int | None]:
    """The place of each line among the printed rows, if but one is left, or follows the last."""
    found: list[int | None] = []
    last, beside = -1, False
    for fits, parting in zip(fitting, parts, strict=True):
        at = bisect_right(fits, last)
        only = at == len(fits) - 1
        place = fits[at] if only or (beside and fits[at : at + 1] == [last + 1]) else None
        found.append(place)
        if place is not None:
            last, beside = place, True
        elif fits or parting:
            beside = False
    return found


def _by_what_follows(
    found: Sequence[int | None], fitting: Sequence[Sequence[int]], parts: Sequence[bool]
) -> list[int | None]:
    """The same for lines that stand before one whose place is known."""
    done = list(found)
    following: int | None = None
    for at in reversed(range(len(done))):
        if done[at] is None and following is not None and _holds(fitting[at], following - 1):
            done[at] = following - 1
        if fitting[at] or parts[at]:
            following = done[at]
    return done


def _holds(ascending: Sequence[int], number: int) -> bool:
    at = bisect_left(ascending, number)
    return at < len(ascending) and ascending[at] == number


def markdown(grid: Grid, rows: Sequence[int]) -> str:
    """These rows as a table in Markdown, under the names of the columns and the last title above
    them; headers are left out. Without names there is no head.
    """
    values, heads = row_values(grid), grid.header_rows
    body = [row for row in rows if row >= heads]
    title = title_rows(grid)[body[0]] if body else None
    above = [] if title is None or title in body else [values[title]]
    head = [column_names(grid), ("---",) * grid.columns] if heads else []
    return "\n".join(map(_row, [*head, *above, *(values[row] for row in body)]))


def as_shown(evidence: Evidence) -> str:
    """The chunk's text, with tables whose cells are known in Markdown: what stands in a cell is as
    in the text, so that it can be quoted.
    """
    text = evidence.chunk.text
    for span, table in reversed(tables_shown(evidence, Span(0, len(text)))):
        text = text[: span.start] + table + text[span.end :]
    return text


def tables_shown(evidence: Evidence, part: Span) -> list[tuple[Span, str]]:
    """The tables whose cells are known in a part of the chunk's text: where each stands, and how it
    reads in Markdown.
    """
    at = evidence.chunk.span.start
    within = Span(part.start + at, part.end + at)
    made = []
    for element in evidence.elements:
        if element.grid is not None and element.span.overlaps(within):
            start, end = max(element.span.start, within.start), min(element.span.end, within.end)
            span = Span(start - at, end - at)
            made.append((span, _as_table(element.grid, span.of(evidence.chunk.text))))
    return made


def _as_table(grid: Grid, text: str) -> str:
    lines = text.split("\n")
    rows = rows_of_lines(grid, lines)
    shown = [row for row in rows if row is not None]
    other = [line for line, row in zip(lines, rows, strict=True) if row is None]
    return "\n".join([*other, "", markdown(grid, shown)]) if shown else text


def _by_row(grid: Grid) -> list[list[Cell]]:
    """The cells that begin in each row."""
    rows: list[list[Cell]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell)
    return rows


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _bare(text: str) -> str:
    return "".join(text.translate(_BARS).split())
