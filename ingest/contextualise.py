"""What is put before a chunk for the indexes to see, and never shown as the paper's words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.tables import column_names, rows_of_lines, titles
from rag.types import Chunk, Element, Grid, Kind, Paper

_FLOATS = frozenset({Kind.TABLE, Kind.FIGURE, Kind.ALGORITHM, Kind.CODE})

Contextualiser = Callable[[Paper, Sequence[Chunk]], list[Chunk]]
"""Gives the chunks of one paper their ``context``, in the same order and otherwise unchanged.

What a language model writes comes after it: `ingest.elaborating`.
"""


def structure_context(paper: Paper, section: int) -> str:
    """The line "title > section > subsection", without numbers; unknown parts are left out."""
    titles = [paper.metadata.title, *(part.title for part in paper.path(section))]
    return " > ".join(title for title in titles if title)


def with_structure(paper: Paper, chunks: Sequence[Chunk]) -> list[Chunk]:
    """Chunks that carry their section's `structure_context`, and later parts of a float its
    first line, which is the caption; those of a table the names of its columns too, and the title
    last above.
    """
    lines = {section: structure_context(paper, section) for section in {c.section for c in chunks}}
    begun = {chunk.elements[0] for chunk in chunks if _is_begun(paper, chunk)}
    tables = {
        at: _names_of(paper.elements[at], grid, paper.text)
        for at in begun
        if (grid := paper.elements[at].grid) is not None
    }
    return [
        replace(chunk, context=_context(lines[chunk.section], paper, chunk, tables))
        for chunk in chunks
    ]


@dataclass(frozen=True, slots=True)
class _Names:
    """What a table's rows can't be read without. ``ends`` are where its lines end in the paper's
    text, ``above`` what is to be known below each of them.
    """

    ends: tuple[int, ...]
    above: tuple[str, ...]

    def at(self, offset: int) -> str:
        lines = bisect_right(self.ends, offset)
        return self.above[lines - 1] if lines else ""


def _names_of(table: Element, grid: Grid, text: str) -> _Names:
    """The names of the columns, once their rows are above, and the title last above."""
    lines = table.span.of(text).split("\n")
    columns, under = column_names(grid), titles(grid)
    names = " | ".join(columns) if any(columns) else ""
    ends, above = [], []
    end, last, least = table.span.start - 1, -1, max(grid.header_rows - 1, 0)
    for line, row in zip(lines, rows_of_lines(grid, lines), strict=True):
        end += 1 + len(line)
        last = last if row is None else row
        known = [names, under[last]] if last >= least else []
        ends.append(end)
        above.append("\n".join(filter(None, known)))
    return _Names(tuple(ends), tuple(above))


def _is_begun(paper: Paper, chunk: Chunk) -> bool:
    """Whether the chunk begins inside a float."""
    first = paper.elements[chunk.elements[0]]
    return first.kind in _FLOATS and first.span.start < chunk.span.start


def _context(line: str, paper: Paper, chunk: Chunk, tables: Mapping[int, _Names]) -> str:
    if not _is_begun(paper, chunk):
        return line
    first = chunk.elements[0]
    caption = paper.elements[first].span.of(paper.text).partition("\n")[0]
    names = tables[first].at(chunk.span.start) if first in tables else ""
    return "\n".join(filter(None, [" > ".join(filter(None, [line, caption])), names]))


def no_context(paper: Paper, chunks: Sequence[Chunk]) -> list[Chunk]:
    """Chunks as they are."""
    del paper
    return list(chunks)
