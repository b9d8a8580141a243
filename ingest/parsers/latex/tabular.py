"""Tables: the cells of a ``tabular``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.parsers.latex.formulas import environment
from ingest.parsers.latex.reader import Reader
from ingest.parsers.latex.tokens import Token, Type
from rag.types import Cell, Grid

TABLES = {
    "tabular": "od", "tabular*": "dod", "tabularx": "dod", "tabulary": "dd", "longtable": "od",
    "supertabular": "d", "xltabular": "dod", "NiceTabular": "ood", "tblr": "od", "longtblr": "od",
}  # fmt: skip
"""For each environment the arguments that follow its beginning."""

_MID = frozenset("midrule hline hhline Xhline specialrule".split())
_ENDS = frozenset("toprule bottomrule endhead endfirsthead endfoot endlastfoot".split())
_RULES = {
    "cmidrule": "opd", "cline": "d", "rowcolor": "od", "rowcolors": "ddd", "cellcolor": "od",
    "addlinespace": "o", "specialrule": "ddd", "hhline": "d", "Xhline": "d", "noalign": "d",
    "arrayrulecolor": "od", "columncolor": "od", "cdashline": "d", "hdashline": "", "midrule": "o",
    "toprule": "o", "bottomrule": "o", "hline": "", "endhead": "", "endfirsthead": "",
    "endfoot": "", "endlastfoot": "", "morecmidrules": "", "tabcolsep": "", "centering": "",
    "caption": "sod", "label": "d", "multirowsetup": "",
}  # fmt: skip
_MOST_COLUMNS, _MOST_ROWS = 200, 5000

Text = Callable[[Sequence[Token]], str]


@dataclass
class _Row:
    cells: list[list[Token]]
    rule_before: bool = False


def grid_of(reader: Reader, name: str, text: Text) -> Grid:
    """The table whose beginning and arguments were read; ``text`` makes text of a cell's tokens.

    Headers are the rows above the first rule inside the table.
    """
    rows = _rows(reader.over(environment(reader, name)))[:_MOST_ROWS]
    header = next((i for i, row in enumerate(rows) if i and row.rule_before), 0)
    free = _Places(len(rows))
    cells: list[Cell] = []
    for at, row in enumerate(rows):
        column = 0
        for tokens in row.cells:
            wide, high, content = _spanning(reader, tokens)
            said = text(content)
            if said and column < _MOST_COLUMNS:
                first, high = free.take(at, column, wide, high)
                cells.append(Cell(first, column, said, high, wide, first < header))
            column += wide
    cells.sort(key=lambda cell: (cell.row, cell.column))
    columns = max((cell.column + cell.columns for cell in cells), default=0)
    return Grid(len(rows), columns, tuple(cells))


class _Places:
    """Which places of a table have a cell."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._taken: set[tuple[int, int]] = set()

    def take(self, at: int, column: int, wide: int, high: int) -> tuple[int, int]:
        """Takes places from row ``at`` down, or up to it where ``high`` is negative: the first row
        and how many there are. Where others stand in the way, it is one.
        """
        first = max(0, at + high + 1) if high < 0 else at
        last = at if high < 0 else min(at + max(high, 1), self._rows) - 1
        span = [(row, column + j) for row in range(first, last + 1) for j in range(wide)]
        if not self._taken.isdisjoint(span):
            first = last = at
        self._taken.update(span)
        return first, last - first + 1


def tokens_left(tokens: Sequence[Token]) -> bool:
    """Whether there is more than space."""
    return any(t.type not in (Type.SPACE, Type.PARAGRAPH, Type.OPEN, Type.CLOSE) for t in tokens)


def _rows(reader: Reader) -> list[_Row]:
    """The rows that have cells with something in them."""
    rows, depth = [_Row([[]])], 0
    while (token := reader.next()) is not None:
        depth += token.type in (Type.OPEN, Type.BEGIN)
        depth -= token.type in (Type.CLOSE, Type.END)
        name = token.command
        if depth > 0:
            rows[-1].cells[-1].append(token)
        elif name in ("\\", "tabularnewline", "cr"):
            reader.star()
            reader.option()
            rows.append(_Row([[]]))
        elif name in _RULES:
            skip(reader, _RULES[name])
            rows[-1].rule_before |= name in _MID
        elif token.text == "&":
            rows[-1].cells.append([])
        else:
            rows[-1].cells[-1].append(token)
    return _filled(rows)


def _filled(rows: Sequence[_Row]) -> list[_Row]:
    kept: list[_Row] = []
    rule = False
    for row in rows:
        rule |= row.rule_before
        if any(map(tokens_left, row.cells)):
            kept.append(_Row(row.cells, rule))
            rule = False
    return kept


def _spanning(reader: Reader, tokens: Sequence[Token]) -> tuple[int, int, list[Token]]:
    r"""How many columns and rows a cell spans, and what stands in it."""
    wide, high = 1, 1
    content = list(tokens)
    for _ in range(2):  # one inside the other, in either order
        inner = reader.over(content)
        inner.skip_space()
        first = inner.raw()
        name = first.command if first else ""
        if name == "multicolumn":
            wide = min(abs(_number(inner.name())), _MOST_COLUMNS)
            inner.argument()
        elif name in ("multirow", "multirowcell", "Block"):
            inner.option()
            high = _number(inner.name())
            inner.option()
            inner.argument()
            inner.option()
        else:
            break
        content = inner.argument()
        while (token := inner.raw()) is not None:
            content.append(token)
    return wide, high, content


def _number(said: str) -> int:
    sign, digits = (-1, said.strip()[1:]) if said.strip()[:1] == "-" else (1, said.strip())
    if not (digits.isascii() and digits.isdigit() and len(digits) < 6):
        return 1
    return sign * max(1, min(int(digits), _MOST_ROWS))


def skip(reader: Reader, signature: str) -> None:
    """Goes over arguments: ``s`` a star, ``o`` in brackets, ``p`` in parentheses, ``d`` in
    braces.
    """
    for kind in signature:
        if kind == "s":
            reader.star()
        elif kind == "o":
            reader.option()
        elif kind == "p":
            _parentheses(reader)
        elif kind == "d":
            reader.argument()


def _parentheses(reader: Reader) -> None:
    reader.skip_space()
    token = reader.peek()
    if token is not None and token.text.startswith("("):
        while (token := reader.raw()) is not None and ")" not in token.text:
            pass
