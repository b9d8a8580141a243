"""Running text: the words of an element, with where links lead and which notes are called."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.markup import Node
from ingest.parsers.html.document import has_class, is_foreign
from ingest.parsers.html.formulas import is_display, is_formula, tex_of

_BLANKS = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_BREAKING = frozenset(
    "p div li dt dd tr td th section table blockquote figure figcaption h1 h2 h3 h4 h5 h6 ul ol dl "
    "pre".split()
)
_NOTES = frozenset({"ltx_note", "footnote"})
_UNSEEN = frozenset({"ltx_note_mark", "ltx_note_type", "ltx_tag_note"})


@dataclass(frozen=True, slots=True)
class Anchor:
    """Characters ``[start, end)`` of a text that lead to ``href``."""

    start: int
    end: int
    href: str


@dataclass(frozen=True, slots=True)
class Inline:
    """A text, blanks collapsed, with its anchors, and the notes that it calls."""

    text: str
    anchors: tuple[Anchor, ...] = ()
    notes: tuple[Node, ...] = ()


@dataclass(slots=True)
class Writer:
    """Puts a text together from nodes."""

    text: str = ""
    anchors: list[Anchor] = field(default_factory=list)
    notes: list[Node] = field(default_factory=list)
    lines: bool = False  # whether blocks inside begin lines of their own
    held: bool = False  # whether what comes next stays on the line: it is a list's mark so far

    def add(self, raw: str | None) -> None:
        """Characters, their blanks collapsed with those before."""
        more = _BLANKS.sub(" ", raw or "")
        if not self.text or self.text[-1].isspace():
            more = more.lstrip(" ")
        self.held = self.held and not more
        self.text += more

    def break_(self) -> None:
        """Sets what follows off from what was."""
        if self.held:
            return
        end = "\n" if self.lines else " "
        self.text = self.text.rstrip(" ")
        if self.text and not self.text.endswith("\n"):
            self.text += end

    def node(self, node: Node) -> None:
        """An element, without what follows it."""
        if is_formula(node):
            self._formula(node)
        elif is_foreign(node) or has_class(node, *_UNSEEN):
            return
        elif node.tag in {"d-footnote"} or has_class(node, *_NOTES):
            self.notes.append(node)
        elif node.tag == "br":
            self.break_()
        elif node.tag == "d-cite":
            self._cited(node)
        elif node.tag == "a" and "#" in node.get("href", ""):
            self._anchored(node)
        elif has_class(node, "ltx_tag_item"):
            self.inside(node)
            self.add(" ")
            self.held = True
        else:
            breaking = node.tag in _BREAKING or has_class(node, "ltx_bibblock")
            if breaking:
                self.break_()
            self.inside(node)
            if breaking:
                self.break_()

    def inside(self, node: Node) -> None:
        """What is in an element."""
        self.add(node.text)
        for child in node:
            self.node(child)
            self.add(child.tail)

    def take(self, more: Inline) -> None:
        """A text that is ready."""
        at = len(self.text)
        self.anchors += [Anchor(at + a.start, at + a.end, a.href) for a in more.anchors]
        self.notes += more.notes
        self.text += more.text
        self.held = False

    def done(self) -> Inline:
        """What was written."""
        text = self.text.rstrip()
        kept = [a for a in self.anchors if a.start < min(a.end, len(text))]
        return Inline(text, tuple(kept), tuple(self.notes))

    def _formula(self, node: Node) -> None:
        if tex := tex_of(node):
            self.held = False
            self.text += f"$${tex}$$" if is_display(node) else f"${tex}$"

    def _anchored(self, node: Node) -> None:
        start = len(self.text)
        self.inside(node)
        text = self.text[start:]
        lead = len(text) - len(text.lstrip())
        if text.strip():
            self.anchors.append(
                Anchor(start + lead, start + len(text.rstrip()), node.get("href").strip())
            )

    def _cited(self, node: Node) -> None:
        """Distill's call of references, which a script writes out on the page."""
        keys = [key.strip() for key in node.get("key", node.get("bibtex-key", "")).split(",")]
        self.text = self.text.rstrip(" ") + (" [" if self.text else "[")
        for at, key in enumerate(filter(None, keys)):
            self.text += ", " if at else ""
            self.anchors.append(Anchor(len(self.text), len(self.text) + len(key), f"#{key}"))
            self.text += key
        self.text += "]"


def inline(node: Node, *, lines: bool = False) -> Inline:
    """The running text of an element; with ``lines``, blocks inside begin new ones."""
    writer = Writer(lines=lines)
    writer.inside(node)
    return writer.done()
