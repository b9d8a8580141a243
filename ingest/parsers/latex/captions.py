"""Floats: their captions and numbers, and those of their subfigures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.parsers.latex.document import BREAK, Anchor, Block, clean, one_line
from ingest.parsers.latex.reader import Reader
from ingest.parsers.latex.tokens import Token, Type
from rag.types import Grid, Kind

if TYPE_CHECKING:
    from ingest.parsers.latex.writing import Writer

FLOATS = {
    "figure": ("figure", "Figure"), "wrapfigure": ("figure", "Figure"),
    "sidewaysfigure": ("figure", "Figure"), "SCfigure": ("figure", "Figure"),
    "table": ("table", "Table"), "wraptable": ("table", "Table"),
    "sidewaystable": ("table", "Table"),
    "longtable": ("table", "Table"), "algorithm": ("algorithm", "Algorithm"),
    "algorithm2e": ("algorithm", "Algorithm"), "listing": ("listing", "Listing"),
    "teaserfigure": ("figure", "Figure"), "margintable": ("table", "Table"),
    "marginfigure": ("figure", "Figure"),
}  # fmt: skip
"""For each environment its counter and what its number follows."""

_SUB = ("subfigure", "subtable")
_KINDS = {"figure": Kind.FIGURE, "table": Kind.TABLE}


@dataclass
class Part:
    """One float of possibly several inside an environment."""

    captions: list[str] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    label: str = ""


@dataclass
class Float:
    """The float that is being read. ``inside`` is how many subfigures are open, ``inner`` counts
    those that had a caption.
    """

    counter: str
    name: str
    parts: list[Part] = field(default_factory=lambda: [Part()])
    inside: int = 0
    inner: int = 0

    def begin(self, environment: str) -> None:
        """An environment begins inside."""
        self.inside += environment in _SUB

    def end(self, environment: str) -> None:
        """One ends. What follows a ``minipage`` with a caption is a float beside it."""
        self.inside -= environment in _SUB
        if environment == "minipage" and self.parts[-1].captions:
            self.parts.append(Part())


def parts(reader: Reader, name: str, float_: Float, writer: Writer) -> list[tuple[Part, str]]:
    """The floats up to the end of the environment ``name``, each with its text."""
    said: list[tuple[Part, list[str]]] = []
    open_ = 0
    while (token := reader.next()) is not None:
        if token.name == name and token.type in (Type.BEGIN, Type.END):
            open_ += 1 if token.type is Type.BEGIN else -1
            if open_ < 0:
                break
        part = float_.parts[-1]
        if not said or said[-1][0] is not part:
            said.append((part, []))
        said[-1][1].append(writer.piece(token, reader))
    return [(part, "".join(pieces)) for part, pieces in said]


def made(part: Part, text: str, counter: str, section: int) -> Block | None:
    """The element of one float: caption first, then whatever else it says."""
    captions, rest = [one_line(caption) for caption in part.captions], clean(text)
    head = ": ".join(filter(None, [part.label, *captions[:1]]))
    whole = "\n\n".join(filter(None, [head, *captions[1:], rest]))
    if not whole:
        return None
    kind = _KINDS.get(counter, Kind.ALGORITHM)
    grid = part.grids[0] if part.grids and kind is Kind.TABLE else None
    block = Block(kind, section, whole, part.label, grid)
    for anchor in part.anchors:
        anchor.block = block
    return block


def _caption(reader: Reader, writer: Writer) -> str:
    star = reader.star()
    reader.option()
    float_ = writer.float_
    if float_ is None or float_.inside > 0:
        return _sub_caption(reader, writer)
    part = float_.parts[-1]
    if not star:
        number = writer.counters.step(float_.counter)
        float_.inner = 0
        writer.anchor = Anchor(number, float_.name, writer.section)
        part.anchors.append(writer.anchor)
        part.label = part.label or f"{float_.name} {number}"
    part.captions.append(writer.text(reader, reader.argument()))
    return ""


def alone(reader: Reader, writer: Writer) -> Block:
    r"""The float that a ``\captionof`` outside of one names."""
    reader.star()
    kind = reader.name()
    reader.option()
    number, name = writer.counters.step(kind), kind.capitalize()
    writer.anchor = Anchor(number, name, writer.section)
    label = f"{name} {number}"
    text = f"{label}: {one_line(writer.text(reader, reader.argument()))}"
    writer.anchor.block = Block(_KINDS.get(kind, Kind.ALGORITHM), writer.section, text, label)
    return writer.anchor.block


def _caption_of(reader: Reader, writer: Writer) -> str:
    reader.star()
    kind = reader.name()
    if writer.float_ is not None and kind in ("figure", "table", "algorithm"):
        writer.float_.counter, writer.float_.name = kind, kind.capitalize()
    return _caption(reader, writer)


def _sub_caption(reader: Reader, writer: Writer) -> str:
    argument, float_ = reader.argument(), writer.float_
    if float_ is None:
        return f"{BREAK}{writer.text(reader, argument)}{BREAK}"
    float_.inner += 1
    mark = chr(ord("a") + (float_.inner - 1) % 26)
    own = float_.parts[-1].label.rpartition(" ")[2]
    number = own or writer.counters.upcoming(float_.counter)
    writer.anchor = Anchor(number + mark, float_.name, writer.section)
    float_.parts[-1].anchors.append(writer.anchor)
    return f"{BREAK}({mark}) {writer.text(reader, argument)}{BREAK}"


def _sub_float(reader: Reader, writer: Writer) -> str:
    r"""``\subfloat[caption]{...}``."""
    caption = reader.option()
    said = ""
    if caption is not None:
        inner = reader.over([Token(Type.OPEN, "{"), *caption, Token(Type.CLOSE, "}")])
        said = _sub_caption(inner, writer)
    return said + writer.text(reader, reader.argument())


def _sub_caption_box(reader: Reader, writer: Writer) -> str:
    said = _sub_caption(reader, writer)
    reader.option()
    return said + writer.text(reader, reader.argument())


COMMANDS: dict[str, Callable[[Reader, Writer], str]] = {
    "caption": _caption,
    "tcaption": _caption,
    "captionof": _caption_of,
    "subcaption": _sub_caption,
    "subfloat": _sub_float,
    "subfigure": _sub_float,
    "subcaptionbox": _sub_caption_box,
}
