"""Lists, nested ones set in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.parsers.latex import formulas
from ingest.parsers.latex.counters import letter, roman
from ingest.parsers.latex.document import BREAK, DEEPEST, INDENT
from ingest.parsers.latex.reader import Reader
from ingest.parsers.latex.tokens import Type, source_of

if TYPE_CHECKING:
    from ingest.parsers.latex.writing import Writer

_NUMBERED = ("enumerate", "compactenum", "inparaenum", "asparaenum")
_KINDS = {"alph": "a", "Alph": "A", "roman": "i", "Roman": "I", "arabic": "1"}
_COUNTED = re.compile(r"\\(alph|Alph|roman|Roman|arabic)\s*\*")
_SHORT = re.compile(r"\(?([aAiI1])[).]?")
LISTS = frozenset(
    "itemize enumerate description compactitem compactenum inparaenum inparaitem asparaenum "
    "asparaitem itemize* enumerate* tightlist".split()
)


def text_of(reader: Reader, name: str, writer: Writer) -> str:
    """A list whose beginning was read, an item a line."""
    if writer.depth >= DEEPEST:
        return source_of(formulas.environment(reader, name))
    mark = _Mark.of(name, source_of(reader.option() or ()))
    writer.depth += 1
    lines = [
        f"{marker} {''.join(said).strip()}".replace(BREAK, f"{BREAK}{INDENT}")
        for marker, said in _items(reader, name, mark, writer)
    ]
    writer.depth -= 1
    return BREAK + BREAK.join(lines) + BREAK


@dataclass(frozen=True, slots=True)
class _Mark:
    """How items are marked: ``kind`` is "a", "A", "i", "I" or "1" where they are counted."""

    kind: str
    before: str = ""
    after: str = "."

    @classmethod
    def of(cls, name: str, option: str) -> _Mark:
        if not name.startswith(_NUMBERED):
            return cls("")
        found = _COUNTED.search(option) or _SHORT.fullmatch(option.strip())
        if found is None:
            return cls("1")
        kind = _KINDS.get(found[1], found[1])
        return cls(kind, "(" * ("(" in option), ")" if ")" in option else ".")

    def shown(self, count: int) -> str:
        """The mark of an item, counted from 1."""
        if not self.kind:
            return "-"
        return f"{self.before}{self.number(count)}{self.after}"

    def number(self, count: int) -> str:
        """What a reference to it prints."""
        said = {"a": letter, "i": roman}.get(self.kind.lower(), str)(count)
        return said.lower() if self.kind.islower() else said


def _items(reader: Reader, name: str, mark: _Mark, writer: Writer) -> list[tuple[str, list[str]]]:
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
            own = writer.plain(reader, option) if option is not None else ""
            items.append((own or mark.shown(count), []))
            writer.make_anchor(mark.number(count), "item")
        elif items:
            items[-1][1].append(writer.piece(token, reader))
    return items
