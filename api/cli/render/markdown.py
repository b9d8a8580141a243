"""The Markdown of an answer on a terminal: its tables as tables, the rest as it was written.

Lists, emphasis and TeX read well as they stand; rows between bars do not, once they are wrapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.cli.text import NARROW, clean
from rag.verify import UNSUPPORTED

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_BAR = re.compile(r"(?<!\\)\|")
_MARKS = re.compile(r"\*\*|`")


@dataclass(frozen=True, slots=True)
class Markdown:
    """``text`` with its tables set as tables, as wide as there is room."""

    text: str
    style: str = ""

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        for lines in _blocks(self.text):
            yield _block(lines, options.max_width, self.style)


def table_lines(rows: Sequence[str], width: int) -> str:
    """Rows of Markdown as a table in plain lines, or as they are where they make none."""
    made = _table(rows, width)
    if made is None:
        return "\n".join(rows)
    console = Console(width=width, color_system=None, markup=False, highlight=False)
    with console.capture() as captured:
        console.print(made)
    return "\n".join(line.rstrip() for line in captured.get().rstrip().splitlines())


def is_row(line: str) -> bool:
    """Whether a line is a row of a table, or begins as one."""
    return line.lstrip().startswith("|")


def _blocks(text: str) -> Iterator[list[str]]:
    """Lines that are rows, and the lines between them."""
    for _, lines in groupby(text.splitlines(), is_row):
        yield list(lines)


def _block(lines: Sequence[str], width: int, style: str) -> RenderableType:
    table = _table(lines, width) if is_row(lines[0]) else None
    if table is not None:
        return table
    text = Text("\n".join(lines), style=style)
    text.highlight_words([UNSUPPORTED], "yellow")
    return text


def _table(rows: Sequence[str], width: int) -> RenderableType | None:
    if len(rows) < 2 or not _RULE.fullmatch(rows[1]):
        return None
    header, body = _cells(rows[0]), [_cells(row) for row in rows[2:]]
    if width < NARROW and len(header) > 2:
        return Group(*(_paragraph(header, row) for row in body))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for name in header:
        table.add_column(_text(name), overflow="fold")
    for row in body:
        table.add_row(*(_text(cell) for cell in row[: len(header)]))
    return table


def _paragraph(header: Sequence[str], row: Sequence[str]) -> RenderableType:
    """A row where columns would be too narrow to read."""
    named = zip(header[1:], row[1:], strict=False)
    lines = [Text.assemble(_text(name), ": ", _text(cell)) for name, cell in named]
    return Group(_text(row[0]), *(Padding(line, (0, 0, 0, 2)) for line in lines))


def _cells(row: str) -> list[str]:
    inner = row.strip().removeprefix("|")
    parts = _BAR.split(inner)
    if inner.endswith("|") and not parts[-1].strip():
        parts = parts[:-1]
    return [part.replace("\\|", "|").strip() for part in parts] or [""]


def _text(cell: str) -> Text:
    text = Text(_MARKS.sub("", clean(cell)))
    text.highlight_words([UNSUPPORTED], "yellow")
    return text
