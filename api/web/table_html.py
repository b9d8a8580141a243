"""What is cited of a paper as HTML, where it is of a table, and passages with their emphasis. It is
as harmless as `answer_html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from api.characters import visible
from api.paper_shapes import CellJson
from api.shapes import SpanJson, TableJson
from api.web.sanitise import sanitised

_BLOCK = re.compile(r"\S(?:(?!\n\n).)*(?<=\S)", re.DOTALL)


def quote_html(quote: str, tables: Sequence[TableJson]) -> str:
    """The tables that a quote is from, its rows marked; after its words, if they are of no row.
    Empty where there are none.
    """
    if not tables:
        return ""
    words = "" if any(table["cited"] for table in tables) else _text(quote)
    return sanitised(words + "".join(map(_table, tables)))


def passage_html(text: str, tables: Sequence[TableJson], emphasis: Sequence[SpanJson] = ()) -> str:
    """A passage with its tables as such, and its sentences with emphasis marked. Empty where there
    is neither.
    """
    if not tables and not emphasis:
        return ""
    ordered = sorted(tables, key=lambda table: table["start"])
    marks = [(mark["start"], mark["end"]) for mark in emphasis]
    parts, at = [], 0
    for table in ordered:
        parts += [_marked(text, at, table["start"], marks), _table(table)]
        at = table["end"]
    return sanitised("".join([*parts, _marked(text, at, len(text), marks)]))


def _marked(text: str, start: int, end: int, marks: Sequence[tuple[int, int]]) -> str:
    """The blocks of a part of ``text``, with what is marked in each."""
    made = []
    for block in _BLOCK.finditer(text, start, end):
        at, parts = block.start(), ""
        for first, last in marks:
            first, last = max(first, at), min(last, block.end())
            if first < last:
                parts += f"{_escaped(text[at:first])}<mark>{_escaped(text[first:last])}</mark>"
                at = last
        made.append(f"<p>{parts}{_escaped(text[at : block.end()])}</p>")
    return "".join(made)


def _text(text: str) -> str:
    return _marked(text, 0, len(text), ())


def _table(table: TableJson) -> str:
    """The caption, and a row of cells for each of the table's; a cell for each empty place."""
    begun = {(cell["row"], cell["column"]): cell for cell in table["cells"]}
    covered = {place for cell in table["cells"] for place in _places(cell)}
    heads = min((c["row"] for c in table["cells"] if not c["header"]), default=table["rows"])
    rows = []
    for row in range(table["rows"]):
        cells = (
            _cell(begun[row, column], heads) if (row, column) in begun else "<td></td>"
            for column in range(table["columns"])
            if (row, column) in begun or (row, column) not in covered
        )
        mark = ' class="cited"' if row in table["cited"] else ""
        rows.append(f"<tr{mark}>{''.join(cells)}</tr>")
    caption = _text(table["caption"] or table["label"])
    return f"{caption}<table><tbody>{''.join(rows)}</tbody></table>"


def _places(cell: CellJson) -> Iterable[tuple[int, int]]:
    """The places that it covers."""
    for row in range(cell["row"], cell["row"] + cell["rows"]):
        for column in range(cell["column"], cell["column"] + cell["columns"]):
            yield row, column


def _cell(cell: CellJson, heads: int) -> str:
    tag = "th" if cell["header"] else "td"
    spans = {"colspan": cell["columns"], "rowspan": cell["rows"]}
    said = "".join(f' {name}="{count}"' for name, count in spans.items() if count > 1)
    if cell["header"]:
        said += f' scope="{"col" if cell["row"] < heads else "row"}"'
    return f"<{tag}{said}>{_escaped(cell['text'])}</{tag}>"


def _escaped(text: str) -> str:
    return escape(visible(text), quote=False)
