"""Commands of running text that do more than print: labels, footnotes, addresses, choices."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ingest.parsers.latex import formulas
from ingest.parsers.latex.document import Anchor, Block, Pointer
from ingest.parsers.latex.reader import Reader
from ingest.parsers.latex.tokens import Type
from rag.types import Kind

if TYPE_CHECKING:
    from ingest.parsers.latex.writing import Writer


def _label(reader: Reader, writer: Writer) -> str:
    name = reader.name()
    if writer.anchor is not None and name:
        writer.document.anchors.setdefault(name, writer.anchor)
    return ""


def _footnote(reader: Reader, writer: Writer) -> str:
    number = _option(reader) or writer.counters.step("footnote")
    return writer.document.mark(Pointer("footnote", block=_note(number, reader, writer)))


def _footnote_text(reader: Reader, writer: Writer) -> str:
    _note(_option(reader) or writer.counters.number("footnote"), reader, writer)
    return ""


def _footnote_mark(reader: Reader, writer: Writer) -> str:
    reader.skip_space()
    if reader.option() is None:
        writer.counters.step("footnote")
    return ""


def _note(number: str, reader: Reader, writer: Writer) -> Block:
    block = Block(Kind.FOOTNOTE, writer.section, "", number)
    outer, writer.anchor = writer.anchor, Anchor(number, "footnote", writer.section, block)
    block.text = writer.text(reader, reader.argument())
    writer.anchor = outer
    writer.notes.append(block)
    return block


def _url(reader: Reader, _: Writer) -> str:
    return "".join(token.text for token in reader.argument()).replace("\\", "")


def _href(reader: Reader, _: Writer) -> str:
    """The words that follow; the address is not printed."""
    reader.argument()
    return ""


def _hyperref(reader: Reader, writer: Writer) -> str:
    label = reader.option()
    said = writer.plain(reader, reader.argument())
    if label is None:
        return said
    key = "".join(token.text for token in label).strip()
    return writer.document.mark(Pointer("words", (key,), said))


def _two_columns(reader: Reader, _: Writer) -> str:
    reader.push(reader.option() or ())
    return ""


def _space(reader: Reader, _: Writer) -> str:
    r"""``\xspace``: a space unless punctuation follows."""
    token = reader.peek()
    follows = token is not None and token.type in (Type.TEXT, Type.COMMAND, Type.MATH)
    glued = token is not None and token.text[:1] in ",.;:!?)]}'-/~\\"
    return " " if follows and not glued else ""


def _ensured(reader: Reader, _: Writer) -> str:
    return f"${formulas.tidy(reader.argument())}$"


def _first_of_two(reader: Reader, writer: Writer) -> str:
    said = writer.text(reader, reader.argument())
    reader.argument()
    return said


def _chosen(reader: Reader, _: Writer) -> str:
    r"""``\iftoggle{name}{yes}{no}``."""
    yes = reader.macros.switches.get(reader.name(), False)
    options = (reader.argument(), reader.argument())
    reader.push(options[not yes])
    return ""


def _option(reader: Reader) -> str:
    return "".join(token.text for token in reader.option() or ()).strip()


COMMANDS: dict[str, Callable[[Reader, Writer], str]] = {
    "label": _label,
    "footnote": _footnote,
    "footnotetext": _footnote_text,
    "footnotemark": _footnote_mark,
    **dict.fromkeys(("url", "path", "nolinkurl"), _url),
    "href": _href,
    "hyperref": _hyperref,
    "twocolumn": _two_columns,
    "xspace": _space,
    "ensuremath": _ensured,
    "texorpdfstring": _first_of_two,
    **dict.fromkeys(("iftoggle", "ifbool"), _chosen),
}
