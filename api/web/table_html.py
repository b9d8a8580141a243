"""What is cited of a paper as HTML, where it is of a table. It is as harmless as `answer_html`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from api.characters import visible
from api.shapes import CellJson, TableJson
from api.web.sanitise import sanitised


def quote_html(quote: str, tables: Sequence[TableJson]) -> str:
    """The tables that a quote is from, its rows marked; after its words, if they are of no row.
    Empty where there are none.
    """
    if not tables:
        return ""
    words = "" if any(table["cited"] for table in tables) else _text(quote)
    return sanitised(words + "".join(map(_table, tables)))


def passage_html(text: str, tables: Sequence[TableJson]) -> str:
    """A passage with its tables as such. Empty where there are none."""
    if not tables:
        return ""
    ordered = sorted(tables, key=lambda table: table["start"])
    ends = [0, *(table["end"] for table in ordered)]
    before = (text[end : table["start"]] for end, table in zip(ends, ordered, strict=False))
    parts = [_text(words) + _table(table) for words, table in zip(before, ordered, strict=True)]
    return sanitised("".join([*parts, _text(text[ends[-1] :])]))


def _text(text: str) -> str:
    blocks = (block.strip() for block in text.split("\n\n"))
    return "".join(f"<p>{_escaped(block)}</p>" for block in blocks if block)


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
