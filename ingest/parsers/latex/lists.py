"""Lists, nested ones set in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.parsers.latex import formulas
from ingest.parsers.latex.document import BREAK, DEEPEST, INDENT
from ingest.parsers.latex.reader import Reader
from ingest.parsers.latex.tokens import Token, Type, source_of

if TYPE_CHECKING:
    from ingest.parsers.latex.writing import Writer

_NUMBERED = ("enumerate", "compactenum", "inparaenum", "asparaenum")
LISTS = frozenset(
    "itemize enumerate description compactitem compactenum inparaenum inparaitem asparaenum "
    "asparaitem itemize* enumerate* tightlist".split()
)


def text_of(reader: Reader, name: str, writer: Writer) -> str:
    """A list whose beginning was read, an item a line."""
    if writer.depth >= DEEPEST:
        return source_of(formulas.environment(reader, name))
    reader.option()
    writer.depth += 1
    lines = [
        f"{marker} {''.join(said).strip()}".replace(BREAK, f"{BREAK}{INDENT}")
        for marker, said in _items(reader, name, writer)
    ]
    writer.depth -= 1
    return BREAK + BREAK.join(lines) + BREAK


def _items(reader: Reader, name: str, writer: Writer) -> list[tuple[str, list[str]]]:
    """Each item's mark, and the pieces of its text. What stands before the first is none."""
    items: list[tuple[str, list[str]]] = []
    open_ = count = 0
    while (token := reader.next()) is not None:
        if token.name == name:
            open_ += 1 if token.type is Type.BEGIN else -1
            if open_ < 0:
                break
        if token.command in ("item", "bibitem"):
            option = reader.option()
            count += option is None
            items.append((_marker(option, name, count, reader, writer), []))
            writer.make_anchor(str(count), "item")
        elif items:
            items[-1][1].append(writer.piece(token, reader))
    return items


def _marker(
    option: list[Token] | None, name: str, count: int, reader: Reader, writer: Writer
) -> str:
    own = writer.plain(reader, option) if option is not None else ""
    return own or (f"{count}." if name.startswith(_NUMBERED) else "-")
