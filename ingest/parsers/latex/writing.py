"""Running text: what the tokens inside a paragraph, a caption, a cell or a footnote read as."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.parsers.grid_text import as_text
from ingest.parsers.latex import algorithms, captions, citing, commands, formulas, lists, units
from ingest.parsers.latex.captions import Float
from ingest.parsers.latex.counters import Counters
from ingest.parsers.latex.document import BREAK, DEEPEST, INDENT, Anchor, Block, Document, one_line
from ingest.parsers.latex.reader import Reader
from ingest.parsers.latex.symbols import (
    ACCENTS,
    ARGUMENTS,
    DROPPED,
    ENVIRONMENTS,
    NAMED,
    SYMBOLS,
    accented,
)
from ingest.parsers.latex.tabular import TABLES, grid_of, skip
from ingest.parsers.latex.tokens import Token, Type, source_of

_OPTIONS = re.compile(r"\A[ \t]*(?:\[[^\]]*\])?[ \t]*(?:\{\w+\})?(?=[ \t]*\n)")
_QUOTES = (("``", "“"), ("''", "”"), ("---", "—"), ("--", "–"), ("`", "‘"))
_STYLES = frozenset(
    "bf it em tt sc sl rm sf tiny scriptsize footnotesize small normalsize large Large LARGE huge "
    "Huge bfseries itshape scshape ttfamily sffamily rmfamily mdseries upshape slshape noindent "
    "centering protect relax raggedright raggedleft indent selectfont boldmath normalfont "
    "smallskip medskip bigskip".split()
)


@dataclass
class Writer:
    """Makes text of tokens, and notes what they hold besides: labels, footnotes, tables, captions.

    ``anchor`` is what a label names here. Inside an ``algorithm``, ``indented`` is how deep.
    """

    document: Document
    counters: Counters
    anchor: Anchor | None = None
    notes: list[Block] = field(default_factory=list)
    float_: Float | None = None
    section: int = 0
    depth: int = 0
    algorithm: bool = False
    indented: int = 0

    def text(self, reader: Reader, tokens: Sequence[Token]) -> str:
        """The tokens as text with marks."""
        return self.read(reader.over(tokens))

    def plain(self, reader: Reader, tokens: Sequence[Token]) -> str:
        """The tokens as clean text on one line."""
        return one_line(self.text(reader, tokens))

    def read(self, reader: Reader, closing: str = "") -> str:
        """The text up to the end of the environment ``closing``, or to the end."""
        if self.depth >= DEEPEST:
            self.document.remark("what is nested too deeply was left as it is written")
            tokens = formulas.environment(reader, closing) if closing else _rest(reader)
            return source_of(tokens)
        self.depth += 1
        parts: list[str] = []
        open_ = 0
        while (token := reader.next()) is not None:
            if closing and token.name == closing:
                open_ += 1 if token.type is Type.BEGIN else -1
                if open_ < 0:
                    break
            parts.append(self.piece(token, reader))
        self.depth -= 1
        return "".join(parts)

    def piece(self, token: Token, reader: Reader) -> str:
        """The text of one token and of the arguments that it takes."""
        match token.type:
            case Type.TEXT:
                return _typeset(token.text)
            case Type.SPACE:
                return " "
            case Type.PARAGRAPH:
                return BREAK
            case Type.MATH:
                return formulas.inline(reader, token)
            case Type.VERBATIM:
                return verbatim(token)
            case Type.BEGIN:
                return self._begin(token, reader)
            case Type.END:
                return self._end(token)
            case Type.COMMAND:
                return self._command(token.command, reader)
        return ""

    def make_anchor(self, number: str, name: str) -> Anchor:
        """The anchor that labels name from here on; it waits for its block."""
        self.anchor = Anchor(number, name, self.section)
        self.document.awaiting.append(self.anchor)
        return self.anchor

    def display(self, reader: Reader, name: str) -> list[tuple[formulas.Shown, list[Anchor]]]:
        """The formulas of a display whose beginning was read, and the anchors of their labels."""
        found: list[tuple[formulas.Shown, list[Anchor]]] = []
        for shown in formulas.shown(formulas.rows(reader, name, self.counters), name):
            anchors = [Anchor(shown.number, "Equation", self.section) for _ in shown.labels]
            self.document.anchors.update(zip(shown.labels, anchors, strict=True))
            found.append((shown, anchors))
        return found

    def _displayed(self, reader: Reader, name: str) -> str:
        """The same inside of other text."""
        lines: list[str] = []
        for shown, anchors in self.display(reader, name):
            self.document.awaiting += anchors
            lines.append(shown.text)
        return f"{BREAK}{BREAK.join(lines)}{BREAK}"

    def _begin(self, token: Token, reader: Reader) -> str:
        name = token.name
        if name in DROPPED:
            formulas.environment(reader, name)
            return ""
        if name.rstrip("*") in formulas.DISPLAYS:
            return self._displayed(reader, name)
        if name in lists.LISTS:
            return lists.text_of(reader, name, self)
        if name in TABLES:
            return self._table(reader, name)
        skip(reader, ENVIRONMENTS.get(name, ""))
        if self.float_ is not None:
            self.float_.begin(name)
        return ""

    def _end(self, token: Token) -> str:
        if self.float_ is not None:
            self.float_.end(token.name)
        return " "

    def _table(self, reader: Reader, name: str) -> str:
        skip(reader, TABLES[name])
        self.depth += 1
        grid = grid_of(reader, name, lambda tokens: self.plain(reader, tokens))
        self.depth -= 1
        if self.float_ is not None and grid.cells:
            self.float_.parts[-1].grids.append(grid)
        return BREAK + as_text(grid).replace("\n", BREAK) + BREAK

    def _command(self, name: str, reader: Reader) -> str:
        if self.algorithm and (said := algorithms.piece(name, reader, self)) is not None:
            return said
        if name in ACCENTS:
            return accented(name, self.plain(reader, reader.argument()))
        if name in SYMBOLS:
            return self._symbol(name, reader)
        if name in citing.NAMES:
            return citing.pointer(name, reader, self.document)
        if name in _OWN:
            return _OWN[name](reader, self)
        if name in units.COMMANDS:
            return units.COMMANDS[name](reader, self)
        if name in formulas.CLOSINGS:
            return self._formula(name, reader)
        if name in ARGUMENTS:
            skip(reader, ARGUMENTS[name].rstrip("k"))
            return ""
        return NAMED.get(name) or self._unknown(name, reader)

    def _unknown(self, name: str, reader: Reader) -> str:
        """A command that says nothing: its arguments are text, unless they stand in brackets."""
        if name in _STYLES:
            reader.skip_space()
        elif (token := reader.peek()) is not None and token.text == "[":
            reader.option()
        return BREAK if name in ("par", "endgraf") else ""

    def _symbol(self, name: str, reader: Reader) -> str:
        if name == "\\":
            reader.star()
            reader.option()
        elif name[-1:].isalpha():
            reader.skip_space()
        return SYMBOLS[name]

    def _formula(self, name: str, reader: Reader) -> str:
        tokens = formulas.until(reader, formulas.CLOSINGS[name])
        if name == "(":
            return f"${formulas.tidy(tokens)}$"
        reader.push([*tokens, Token(Type.END, "", name="displaymath")])
        return self._displayed(reader, "displaymath")


_OWN = {**commands.COMMANDS, **captions.COMMANDS}
COMMANDS = frozenset(
    name
    for name in {*_OWN, *SYMBOLS, *ACCENTS, *ARGUMENTS, *citing.NAMES}
    if len(name) > 1 or not name.isalpha()  # authors like these for their own
) - {"cmark", "xmark", "eg", "ie", "today", "bullet"}
"""Those that keep our meaning whatever a document defines."""


def verbatim(token: Token) -> str:
    """The text of a verbatim environment, its lines kept; nothing of a comment."""
    if token.name in ("comment", "filecontents"):
        return ""
    if token.name == "verb":
        return token.text
    lines = _OPTIONS.sub("", token.text).expandtabs(4).split("\n")
    return BREAK + BREAK.join(_indented(line) for line in lines if line.strip()) + BREAK


def _indented(line: str) -> str:
    bare = line.lstrip(" ")
    return INDENT * ((len(line) - len(bare) + 1) // 2) + bare.replace("  ", INDENT)


def _typeset(text: str) -> str:
    if text == "~":
        return " "
    for written, printed in _QUOTES:
        text = text.replace(written, printed)
    return text


def _rest(reader: Reader) -> list[Token]:
    found: list[Token] = []
    while (token := reader.next()) is not None:
        found.append(token)
    return found
