"""What is gathered of a document on the way, before numbers that come later are known.

Texts hold marks of characters of private use: a pointer to be resolved (``mark``), a line that
ends (``BREAK``) and one that is set in (``INDENT``). `resolve` makes a paper of it all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.sections import Title
from rag.types import Grid, Kind, Reference

BREAK, INDENT = "\ue002", "\ue003"
DEEPEST = 24
"""Arguments and environments inside one another; what is deeper stays as written."""

MARK = re.compile("\ue000(\\d+)\ue001")
_WHITE = re.compile(r"\s+")
_AT_BREAK = re.compile(f"[ ]*{BREAK}[ ]*")


@dataclass
class Block:
    """An element to be: ``label`` is the printed one."""

    kind: Kind
    section: int
    text: str
    label: str = ""
    grid: Grid | None = None


@dataclass
class Anchor:
    r"""What a ``\label`` names: a section, or the block that is made of what stands around it.

    ``name`` is what ``\autoref`` puts before the number.
    """

    number: str
    name: str
    section: int
    block: Block | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A reference (``command`` is "ref", "eqref", "cref"...), a citation or a footnote's mark."""

    command: str
    keys: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    block: Block | None = None


@dataclass
class Entry:
    """An entry of the bibliography. ``label`` is the printed one, ``names`` what natbib prints."""

    key: str
    text: str
    reference: Reference
    label: str = ""
    names: str = ""
    year: str = ""
    from_natbib: bool = False


@dataclass
class Front:
    """What stands before the text. Authors as written, one for each command."""

    title: str = ""
    authors: list[str] = field(default_factory=list)
    affiliations: list[str] = field(default_factory=list)
    keywords: str = ""
    date: str = ""


@dataclass
class Document:
    """Blocks, headings and labels in the order of the text. ``bibliography`` is where the
    entries belong: their index in ``blocks``, and their section.
    """

    blocks: list[Block] = field(default_factory=list)
    titles: list[Title] = field(default_factory=list)
    anchors: dict[str, Anchor] = field(default_factory=dict)
    pointers: list[Pointer] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    bibliography: tuple[int, int] | None = None
    front: Front = field(default_factory=Front)
    remarks: list[str] = field(default_factory=list)
    awaiting: list[Anchor] = field(default_factory=list)

    def mark(self, pointer: Pointer) -> str:
        """The characters that stand for the pointer in a text."""
        self.pointers.append(pointer)
        return f"\ue000{len(self.pointers) - 1}\ue001"

    def add(self, block: Block) -> None:
        """Takes the next block, which anchors since the last one were waiting for."""
        for anchor in self.awaiting:
            anchor.block = block
        self.awaiting.clear()
        self.blocks.append(block)

    def remark(self, said: str) -> None:
        """Notes once what somebody may want to know."""
        if said not in self.remarks:
            self.remarks.append(said)


def clean(text: str) -> str:
    """The text with white space as it is printed; pointers stay."""
    text = _AT_BREAK.sub("\n", _WHITE.sub(" ", text))
    text = text.replace(f"{INDENT} ", INDENT).replace(INDENT, "  ")
    return "\n".join(line.rstrip() for line in text.split("\n") if line.strip()).strip()


def one_line(text: str) -> str:
    """The same on one line: for titles and cells."""
    return " ".join(clean(text).split())
