"""Running text: what the tokens inside a paragraph, a caption, a cell or a footnote read as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.parsers.grid_text import as_text
from ingest.parsers.latex import algorithms, citing, formulas
from ingest.parsers.latex.counters import Counters
from ingest.parsers.latex.document import (
    BREAK,
    INDENT,
    Anchor,
    Block,
    Document,
    Pointer,
    one_line,
)
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
from rag.types import Grid, Kind

LISTS = frozenset(
    "itemize enumerate description compactitem compactenum inparaenum inparaitem asparaenum "
    "asparaitem itemize* enumerate* tightlist".split()
)
DEEPEST = 24
"""Arguments and environments inside one another; what is deeper stays as written."""
_QUOTES = (("``", "“"), ("''", "”"), ("---", "—"), ("--", "–"), ("`", "‘"))
_STYLES = frozenset(
    "bf it em tt sc sl rm sf tiny scriptsize footnotesize small normalsize large Large LARGE huge "
    "Huge bfseries itshape scshape ttfamily sffamily rmfamily mdseries upshape slshape noindent "
    "centering protect relax raggedright raggedleft indent selectfont boldmath normalfont "
    "smallskip medskip bigskip".split()
)


@dataclass
class Part:
    """One float of possibly several inside an environment."""

    captions: list[str] = field(default_factory=list)
    text: str = ""
    grids: list[Grid] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    label: str = ""


@dataclass
class Float:
    """The float that is being read. ``inner`` counts the captions of its subfigures."""

    counter: str
    name: str
    parts: list[Part] = field(default_factory=lambda: [Part()])
    inside: int = 0
    inner: int = 0


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

    def list_(self, reader: Reader, name: str) -> str:
        """A list whose beginning was read, an item a line, lists inside it set in."""
        reader.option()
        numbered = name.startswith(("enum", "compactenum", "inparaenum", "asparaenum"))
        lines: list[str] = []
        marker = ""
        count = 0
        for option, said in self._items(reader, name):
            count += numbered and option is None
            marker = f"{count}." if numbered else "-"
            if option is not None:
                marker = self.plain(reader, option) or marker
            lines.append(f"{marker} {said.strip()}".replace(BREAK, f"{BREAK}{INDENT}"))
        return BREAK + BREAK.join(lines) + BREAK

    def _items(self, reader: Reader, name: str) -> list[tuple[list[Token] | None, str]]:
        """Each item's own mark, and its text. What stands before the first is none."""
        items: list[tuple[list[Token] | None, str]] = []
        if self.depth >= DEEPEST:
            return [(None, source_of(formulas.environment(reader, name)))]
        self.depth += 1
        open_ = 0
        while (token := reader.next()) is not None:
            if token.name == name:
                open_ += 1 if token.type is Type.BEGIN else -1
                if open_ < 0:
                    break
            if token.command in ("item", "bibitem"):
                option = reader.option()
                items.append((option, ""))
                plain = sum(1 for mark, _ in items if mark is None)
                self.make_anchor(str(plain), "item")
            elif items:
                items[-1] = (items[-1][0], items[-1][1] + self.piece(token, reader))
        self.depth -= 1
        return items

    def _begin(self, token: Token, reader: Reader) -> str:
        name = token.name
        if name in DROPPED:
            formulas.environment(reader, name)
            return ""
        if name.rstrip("*") in formulas.DISPLAYS:
            return self._displayed(reader, name)
        if name in LISTS:
            return self.list_(reader, name)
        if name in TABLES:
            return self._table(reader, name)
        skip(reader, ENVIRONMENTS.get(name, ""))
        if self.float_ is not None:
            self._enter(name, self.float_)
        return ""

    def _end(self, token: Token) -> str:
        if self.float_ is not None:
            if token.name in ("subfigure", "subtable"):
                self.float_.inside -= 1
            elif token.name == "minipage" and self.float_.parts[-1].captions:
                self.float_.parts.append(Part())
        return " "

    def _enter(self, name: str, float_: Float) -> None:
        if name in ("subfigure", "subtable"):
            float_.inside += 1

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
            return str(getattr(self, _OWN[name])(reader))
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

    def _first_of_two(self, reader: Reader) -> str:
        said = self.text(reader, reader.argument())
        reader.argument()
        return said

    def _label(self, reader: Reader) -> str:
        name = reader.name()
        if self.anchor is not None and name:
            self.document.anchors.setdefault(name, self.anchor)
        return ""

    def _footnote(self, reader: Reader) -> str:
        number = "".join(token.text for token in reader.option() or ())
        number = number.strip() or self.counters.step("footnote")
        return self.document.mark(Pointer("footnote", block=self._note(number, reader)))

    def _footnote_text(self, reader: Reader) -> str:
        number = "".join(token.text for token in reader.option() or ())
        self._note(number.strip() or self.counters.number("footnote"), reader)
        return ""

    def _note(self, number: str, reader: Reader) -> Block:
        block = Block(Kind.FOOTNOTE, self.section, "", number)
        outer, self.anchor = self.anchor, Anchor(number, "footnote", self.section, block)
        block.text = self.text(reader, reader.argument())
        self.anchor = outer
        self.notes.append(block)
        return block

    def _footnote_mark(self, reader: Reader) -> str:
        reader.skip_space()
        if reader.option() is None:
            self.counters.step("footnote")
        return ""

    def _caption(self, reader: Reader) -> str:
        star = reader.star()
        reader.option()
        if self.float_ is None or self.float_.inside > 0:
            return self._sub_caption(reader)
        if star:
            self._into_part(self.text(reader, reader.argument()), "")
            return ""
        number = self.counters.step(self.float_.counter)
        self.float_.inner = 0
        self._into_part(self._numbered(reader, number, self.float_.name), number)
        return ""

    def _caption_of(self, reader: Reader) -> str:
        reader.star()
        kind = reader.name()
        outer = self.float_
        if outer is None:
            return self._caption(reader)
        name = {"figure": "Figure", "table": "Table", "algorithm": "Algorithm"}.get(
            kind, outer.name
        )
        outer.counter, outer.name = kind, name
        return self._caption(reader)

    def _numbered(self, reader: Reader, number: str, name: str) -> str:
        self.anchor = Anchor(number, name, self.section)
        return self.text(reader, reader.argument())

    def _into_part(self, said: str, number: str) -> None:
        if self.float_ is None:
            return
        part = self.float_.parts[-1]
        part.captions.append(said)
        if number and self.anchor is not None:
            part.anchors.append(self.anchor)
            part.label = part.label or f"{self.float_.name} {number}"

    def _sub_caption(self, reader: Reader) -> str:
        argument = reader.argument()
        if self.float_ is None:
            return f"{BREAK}{self.text(reader, argument)}{BREAK}"
        self.float_.inner += 1
        mark = chr(ord("a") + (self.float_.inner - 1) % 26)
        own = self.float_.parts[-1].label.rpartition(" ")[2]
        number = own or self.counters.upcoming(self.float_.counter)
        self.anchor = Anchor(number + mark, self.float_.name, self.section)
        self.float_.parts[-1].anchors.append(self.anchor)
        return f"{BREAK}({mark}) {self.text(reader, argument)}{BREAK}"

    def _sub_float(self, reader: Reader) -> str:
        r"""``\subfloat[caption]{...}``."""
        caption = reader.option()
        said = ""
        if caption is not None:
            inner = reader.over([Token(Type.OPEN, "{"), *caption, Token(Type.CLOSE, "}")])
            said = self._sub_caption(inner)
        return said + self.text(reader, reader.argument())

    def _sub_caption_box(self, reader: Reader) -> str:
        said = self._sub_caption(reader)
        reader.option()
        return said + self.text(reader, reader.argument())

    def _url(self, reader: Reader) -> str:
        return "".join(token.text for token in reader.argument()).replace("\\", "")

    def _href(self, reader: Reader) -> str:
        """The words; where they don't say it, the address is left out: it is not printed."""
        reader.argument()
        return ""

    def _hyperref(self, reader: Reader) -> str:
        label = reader.option()
        said = self.plain(reader, reader.argument())
        if label is None:
            return said
        key = "".join(token.text for token in label).strip()
        return self.document.mark(Pointer("words", (key,), said))

    def _two_columns(self, reader: Reader) -> str:
        reader.push(reader.option() or ())
        return ""

    def _space(self, reader: Reader) -> str:
        r"""``\xspace``: a space unless punctuation follows."""
        token = reader.peek()
        follows = token is not None and token.type in (Type.TEXT, Type.COMMAND, Type.MATH)
        glued = token is not None and token.text[:1] in ",.;:!?)]}'-/~\\"
        return " " if follows and not glued else ""

    def _ensured(self, reader: Reader) -> str:
        return f"${formulas.tidy(reader.argument())}$"

    def _chosen(self, reader: Reader) -> str:
        r"""``\iftoggle{name}{yes}{no}``."""
        yes = reader.macros.switches.get(reader.name(), False)
        options = (reader.argument(), reader.argument())
        reader.push(options[not yes])
        return ""


_OWN = {
    "label": "_label", "footnote": "_footnote", "footnotetext": "_footnote_text",
    "footnotemark": "_footnote_mark", "caption": "_caption", "captionof": "_caption_of",
    "tcaption": "_caption", "subfloat": "_sub_float", "subfigure": "_sub_float",
    "subcaptionbox": "_sub_caption_box", "subcaption": "_sub_caption", "url": "_url",
    "path": "_url", "nolinkurl": "_url", "href": "_href", "hyperref": "_hyperref",
    "twocolumn": "_two_columns", "ensuremath": "_ensured", "xspace": "_space",
    "texorpdfstring": "_first_of_two", "iftoggle": "_chosen", "ifbool": "_chosen",
}  # fmt: skip
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
    lines = token.text.expandtabs(4).split("\n")
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
