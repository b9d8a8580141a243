"""Pseudocode: the commands of ``algorithmic`` and its successors, and of ``algorithm2e``.

Both name their commands alike; in algorithm2e what is done stands in braces after the condition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.parsers.latex.document import BREAK, INDENT
from ingest.parsers.latex.reader import Reader
from ingest.parsers.latex.tokens import Type

if TYPE_CHECKING:
    from ingest.parsers.latex.writing import Writer

_BLOCKS = {
    "if": ("if", "then"), "uif": ("if", "then"), "lif": ("if", "then"),
    "elsif": ("else if", "then"),
    "elseif": ("else if", "then"), "uelseif": ("else if", "then"), "lelseif": ("else if", "then"),
    "for": ("for", "do"), "forall": ("for all", "do"), "foreach": ("for each", "do"),
    "lfor": ("for", "do"), "lforeach": ("for each", "do"), "while": ("while", "do"),
    "lwhile": ("while", "do"), "else": ("else", ""), "uelse": ("else", ""), "lelse": ("else", ""),
    "loop": ("loop", ""), "repeat": ("repeat", ""), "until": ("until", ""),
    "function": ("function", ""), "procedure": ("procedure", ""), "switch": ("switch", ""),
    "case": ("case", ""),
}  # fmt: skip
_CONDITIONLESS = frozenset("else uelse lelse loop repeat".split())
_GOING_ON = frozenset("else uelse elsif elseif uelseif until".split())
_LINES = {
    "state": "", "statex": "", "require": "Require: ", "ensure": "Ensure: ", "input": "Input: ",
    "output": "Output: ", "kwin": "Input: ", "kwout": "Output: ", "kwdata": "Data: ",
    "kwresult": "Result: ", "kwinput": "Input: ", "kwoutput": "Output: ", "return": "return ",
    "print": "print ", "kwret": "return ",
}  # fmt: skip
_NOTES = frozenset("comment tcp tcc rcomment linecomment".split())
_SILENT = frozenset(
    "dontprintsemicolon linesnumbered restylealgo setalgolined nl indentp algorithmicrequire "
    "algorithmicensure donumber setnlsty".split()
)


def piece(name: str, reader: Reader, writer: Writer) -> str | None:
    """The text of a command inside an algorithm; ``None`` for one that is of no such kind."""
    plain = name.lower()
    depth = writer.indented
    if name == ";":
        return BREAK + INDENT * depth
    if plain in _LINES and not (plain in ("return", "print") and name.islower()):
        opening = "" if plain == "return" else BREAK + INDENT * depth
        return opening + _LINES[plain]
    if plain.startswith("end") and (plain[3:] in _BLOCKS or plain[3:] in ("function", "procedure")):
        writer.indented = max(0, depth - 1)
        return ""
    if plain in _BLOCKS:
        return _block(plain, reader, writer)
    if plain in _NOTES:
        reader.star()
        return f" // {writer.text(reader, reader.argument()).strip()}{BREAK}{INDENT * depth}"
    if plain == "call":
        return writer.text(reader, reader.argument())
    return "" if plain in _SILENT else None


def _block(name: str, reader: Reader, writer: Writer) -> str:
    opening, closing = _BLOCKS[name]
    if name in _GOING_ON and not _braced(reader, after=name not in _CONDITIONLESS):
        writer.indented = max(0, writer.indented - 1)
    depth = writer.indented
    condition = ""
    if name not in _CONDITIONLESS:
        condition = writer.text(reader, reader.argument()).strip()
        if name in ("function", "procedure"):
            condition += f"({writer.text(reader, reader.argument()).strip()})"
    head = " ".join(filter(None, (opening, condition, closing)))
    said = f"{BREAK}{INDENT * depth}{head}"
    if name == "until":
        return said + BREAK
    writer.indented = depth + 1
    reader.skip_space()
    token = reader.peek()
    if token is None or token.type is not Type.OPEN:
        return said + BREAK + INDENT * writer.indented
    inside = writer.text(reader, reader.argument())
    writer.indented = depth
    return f"{said}{BREAK}{INDENT * (depth + 1)}{inside}{BREAK}{INDENT * depth}"


def _braced(reader: Reader, *, after: bool) -> bool:
    """Whether what is done stands in braces, after a condition where there is one."""
    condition = reader.argument() if after else None
    reader.skip_space()
    token = reader.peek()
    if condition is not None:
        reader.push_group(condition)
    return token is not None and token.type is Type.OPEN
