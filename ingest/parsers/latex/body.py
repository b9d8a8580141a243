"""The text of a document as blocks: paragraphs, lists, formulas, floats, under their headings."""

from __future__ import annotations

from ingest.parsers.latex import bibitems, captions, formulas, front, lists
from ingest.parsers.latex.counters import LEVELS, Counters
from ingest.parsers.latex.document import Anchor, Document, one_line
from ingest.parsers.latex.filling import Filling
from ingest.parsers.latex.reader import Files, Reader
from ingest.parsers.latex.symbols import ENVIRONMENTS
from ingest.parsers.latex.tabular import TABLES, skip
from ingest.parsers.latex.theorems import DEFINING, Theorems
from ingest.parsers.latex.tokens import Token, Type
from ingest.parsers.latex.writing import Writer, verbatim
from rag.types import Kind

_PROGRAMS = frozenset("algorithmic lstlisting verbatim Verbatim minted alltt".split())
_ABSTRACTS = frozenset({"abstract", "onecolabstract"})
_APART = frozenset("center quote quotation flushleft flushright verse".split())
_CLOSING = Token(Type.CLOSE, "}")
_SECTION = frozenset(LEVELS)
COMMANDS = frozenset({*_SECTION, "appendix", "bibliography", "printbibliography", "addbibresource"})
KEPT = frozenset({*formulas.DISPLAYS, *lists.LISTS, *TABLES})
"""Environments that are read by our own rules whatever a document says."""

NAMES = {
    "part": "Part", "chapter": "Chapter", "section": "Section", "paragraph": "Section",
    "subsection": "Section", "subsubsection": "Section", "subparagraph": "Section",
}  # fmt: skip


class Body:
    """Reads a document and fills a `Document`."""

    def __init__(self, document: Document, counters: Counters, files: Files) -> None:
        self.document = document
        self.counters = counters
        self.files = files
        self.theorems = Theorems()
        self.bibliographies: list[str] = []
        self.style = ""
        self.writer = Writer(document, counters)
        self.filling = Filling(document, counters.top, self.writer)

    def read_preamble(self, reader: Reader) -> None:
        """What the commands before the document say; text is none there."""
        abstract: list[Token] = []
        while (token := reader.next()) is not None:
            if token.type is Type.BEGIN and token.name == "document":
                break
            if token.command == "abstract":
                abstract = [token, Token(Type.OPEN, "{"), *reader.argument(), _CLOSING]
            elif token.command and not self._set(token.command, reader):
                front.command(token.command, reader, self.writer)
        reader.push(abstract)

    def read(self, reader: Reader) -> None:
        """All blocks up to the end of the document."""
        while (token := reader.next()) is not None:
            if token.type is Type.END and token.name == "document":
                break
            self._token(token, reader)
        self.filling.flush()

    def _token(self, token: Token, reader: Reader) -> None:
        if token.type is Type.PARAGRAPH:
            self.filling.flush()
        elif token.type is Type.BEGIN:
            self._begin(token, reader)
        elif token.type is Type.END and (token.name in self.theorems.names or token.name in _APART):
            self.filling.flush()
        elif token.type is Type.END and token.name in _ABSTRACTS:
            self.filling.flush()
            self.filling.opened = True
        elif token.type is Type.END and token.name == "subequations":
            self.counters.end_sub_equations()
        elif token.type is Type.VERBATIM and token.name != "verb":
            self.filling.flush()
            self.filling.block(Kind.ALGORITHM, verbatim(token))
        elif token.type is Type.COMMAND:
            self._command(token, reader)
        elif token.text == "$$":
            self.filling.flush()
            self.filling.block(Kind.EQUATION, formulas.inline(reader, token))
        else:
            self.filling.write(self.writer.piece(token, reader))

    def _command(self, token: Token, reader: Reader) -> None:
        name = token.command
        if name in _SECTION:
            self._section(name, reader)
        elif name == "par":
            self.filling.flush()
        elif name == "appendix":
            self.counters.begin_appendix()
        elif name == "[":
            self._display(reader, token)
        elif name in ("bibliography", "printbibliography"):
            self._bibliography(name, reader)
        elif name == "captionof":
            self.filling.put_after(captions.alone(reader, self.writer))
        elif self._set(name, reader):
            pass
        elif not front.command(name, reader, self.writer):
            self.filling.write(self.writer.piece(token, reader))

    def _set(self, name: str, reader: Reader) -> bool:
        """Whether the command says how something is numbered, or where the bibliography is."""
        if name in DEFINING:
            self.theorems.define(name, reader, self.counters)
        elif name in ("numberwithin", "counterwithin"):
            reader.star()
            inner, outer = reader.name(), reader.name()
            self.counters.nest(inner, outer)
        elif name == "setcounter":
            self._set_counter(reader)
        elif name == "addbibresource":
            reader.option()
            self.bibliographies.append(reader.name())
        elif name == "bibliographystyle":
            self.style = reader.name()
        else:
            return False
        return True

    def _begin(self, token: Token, reader: Reader) -> None:
        name = token.name
        plain = name.rstrip("*")
        if plain in formulas.DISPLAYS:
            self._formula(reader, name)
        elif name in lists.LISTS:
            self._list(reader, name)
        elif plain in captions.FLOATS or name in TABLES:
            self._float(reader, name)
        elif name in self.theorems.names:
            self._theorem(reader, name)
        elif name in _PROGRAMS:
            self._program(reader, name)
        elif not self._other(name, reader):
            if name in _APART:
                self.filling.flush()
            self.filling.write(self.writer.piece(token, reader))

    def _other(self, name: str, reader: Reader) -> bool:
        """Whether the environment is one that is told by its name alone."""
        if name == "thebibliography":
            self._entries(reader)
        elif name in _ABSTRACTS:
            self.filling.heading("", "Abstract", self.counters.top)
        elif name in front.ENVIRONMENTS:
            front.environment(name, reader, self.writer)
        elif name == "subequations":
            self.counters.begin_sub_equations()
        elif name in ("appendices", "subappendices"):
            self.counters.begin_appendix()
        else:
            return False
        return True

    def _section(self, name: str, reader: Reader) -> None:
        star = reader.star()
        reader.option()
        self.filling.flush()
        level = LEVELS[name]
        number = "" if star or level > self.counters.depth else self.counters.step(name)
        title = one_line(self.writer.text(reader, reader.argument()))
        if level >= LEVELS["paragraph"]:
            title = title.rstrip(".: ")
        self.filling.heading(number, title, level)
        self.writer.anchor = Anchor(number, NAMES[name], self.writer.section, title=title)
        if self.counters.appendix and level == self.counters.top:
            self.writer.anchor.name = "Appendix"

    def _set_counter(self, reader: Reader) -> None:
        name, value = reader.name(), reader.name()
        if not (value.lstrip("-").isascii() and value.lstrip("-").isdigit()) or len(value) > 6:
            return
        if name == "secnumdepth":
            self.counters.depth = int(value) + 1
        else:
            self.counters.values[name] = int(value)

    def _formula(self, reader: Reader, name: str) -> None:
        self.filling.flush()
        for shown, anchors in self.writer.display(reader, name):
            self.document.awaiting += anchors
            self.filling.block(
                Kind.EQUATION, shown.text, f"({shown.number})" if shown.number else ""
            )

    def _display(self, reader: Reader, token: Token) -> None:
        self.filling.flush()
        self.filling.block(Kind.EQUATION, self.writer.piece(token, reader))

    def _list(self, reader: Reader, name: str) -> None:
        self.filling.flush()
        self.filling.block(Kind.LIST, lists.text_of(reader, name, self.writer))

    def _theorem(self, reader: Reader, name: str) -> None:
        self.filling.flush()
        option = reader.option()
        title = one_line(self.writer.text(reader, option)) if option else ""
        number = self.theorems.number(name, self.counters)
        printed = self.theorems.names[name]
        if title and name == "proof":
            printed, title = title, ""
        self.filling.label = f"{printed} {number}".strip()
        self.writer.make_anchor(number, self.theorems.names[name])
        head = self.filling.label + (f" ({title})" if title else "")
        self.filling.write(f"{head}. ")
        if not number:
            self.filling.label = ""

    def _float(self, reader: Reader, name: str) -> None:
        """A float, or a table outside of one. The paragraph that it stands in goes on after it."""
        counter, printed = captions.FLOATS.get(name.rstrip("*"), ("table", "Table"))
        float_ = captions.Float(counter, printed)
        if name in TABLES:  # read as if a float were around it
            inside = formulas.environment(reader, name)
            begin, end = (Token(kind, "", name=name) for kind in (Type.BEGIN, Type.END))
            reader, name = reader.over([begin, *inside, end]), ""
        else:
            skip(reader, ENVIRONMENTS.get(name, "o"))
        anchor, self.writer.anchor = self.writer.anchor, None
        self.writer.float_ = float_
        self.writer.algorithm, self.writer.indented = counter == "algorithm", 0
        parts = captions.parts(reader, name, float_, self.writer)
        self.writer.float_, self.writer.anchor, self.writer.algorithm = None, anchor, False
        made = [captions.made(part, text, counter, self.writer.section) for part, text in parts]
        blocks = [block for block in made if block is not None]
        self.filling.put(blocks)

    def _program(self, reader: Reader, name: str) -> None:
        """Pseudocode outside of a float."""
        self.filling.flush()
        skip(reader, ENVIRONMENTS.get(name, ""))
        self.writer.algorithm, self.writer.indented = True, 0
        text = self.writer.read(reader, name)
        self.writer.algorithm = False
        self.filling.block(Kind.ALGORITHM, text)

    def _bibliography(self, name: str, reader: Reader) -> None:
        reader.option()
        if name == "bibliography":
            self.bibliographies += [part.strip() for part in reader.name().split(",")]
        if self.document.bibliography is not None:
            return
        if tokens := self.files("bibliography", ""):
            reader.push(tokens)
        else:
            self.references()

    def references(self) -> None:
        """Begins the section of the bibliography."""
        self.filling.heading("", "References", self.counters.top)
        self.document.bibliography = (len(self.document.blocks), self.writer.section)

    def _entries(self, reader: Reader) -> None:
        """A ``thebibliography``."""
        skip(reader, "d")
        if self.document.bibliography is None:
            self.references()
        self.document.entries += bibitems.entries(reader, self.writer)
