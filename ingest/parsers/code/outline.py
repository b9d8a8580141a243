"""A file of code cut along its functions, classes and methods; every line is in one part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.parsers.code import grammars

if TYPE_CHECKING:
    from tree_sitter import Node

WHOLE_LINES = 30
"""A class that is no longer stays whole."""
_DEEPEST = 8
_SHORT_LINES = 4
"""So few lines between definitions go with the one that follows."""


@dataclass(frozen=True, slots=True)
class Part:
    """Lines ``[first, last)``, from 0, and the qualified name of what they define, if anything."""

    name: str
    first: int
    last: int


def parts_of(source: str, language: str) -> list[Part]:
    """The parts in order, without blank lines around them."""
    lines = source.split("\n")
    root = grammars.parse(language, source.encode())
    cutter = _Cutter(grammars.DEFINERS[language])
    return _with_short(list(cutter.cut(root.named_children, 0, len(lines), "", 0)), lines)


@dataclass(frozen=True, slots=True)
class _Cutter:
    definers: grammars.Definers

    def cut(
        self, nodes: Sequence[Node], first: int, last: int, holder: str, depth: int
    ) -> Iterator[Part]:
        """Parts of the lines ``[first, last)``, which ``nodes`` stand in."""
        at = first
        for node, start in self._defining(nodes, depth):
            inner = self._inner(node)
            begin, end = max(start, at), min(node.end_point[0] + 1, last)
            if begin >= end:  # two on one line
                continue
            if begin > at:
                yield Part(holder, at, begin)
            yield from self._of(inner, begin, end, holder, depth)
            at = end
        if last > at:
            yield Part(holder, at, last)

    def _of(self, node: Node, first: int, last: int, holder: str, depth: int) -> Iterator[Part]:
        own = grammars.name_of(node)
        name = ".".join(filter(None, (holder, own)))
        members = self._members(node) if node.type in self.definers.holders else ()
        long = last - first > WHOLE_LINES
        if members and long and depth < _DEEPEST:
            yield from self.cut(members, first, last, name, depth + 1)
        else:
            yield Part(name, first, last)

    def _defining(self, nodes: Sequence[Node], depth: int) -> Iterator[tuple[Node, int]]:
        """Nodes that define, each with the first line of what belongs to it: comments above."""
        comment: int | None = None
        ended = -1
        for node in nodes:
            if node.type in grammars.COMMENTS:
                if comment is None or node.start_point[0] > ended + 1:
                    comment = node.start_point[0]
                ended = _last_line(node)
                continue
            start = node.start_point[0]
            if comment is not None and start <= ended + 1:
                start = comment
            comment = None
            if self._inner(node).type in self.definers.units | self.definers.holders or (
                grammars.is_function_value(self._inner(node))
            ):
                yield node, start
            elif node.type in self.definers.wrappers and depth < _DEEPEST:
                yield from self._defining(node.named_children, depth + 1)

    def _inner(self, node: Node) -> Node:
        """What stands inside the wrappers of one definition."""
        kinds = self.definers.units | self.definers.holders
        for _ in range(_DEEPEST):
            if node.type in kinds or node.type not in self.definers.wrappers:
                break
            inner = [
                child
                for child in node.named_children
                if child.type in kinds | self.definers.wrappers or grammars.is_function_value(child)
            ]
            if len(inner) != 1 or node.type.startswith(("preproc", "linkage")):
                break
            node = inner[0]
        return node

    def _members(self, node: Node) -> Sequence[Node]:
        body = node.child_by_field_name("body")
        if body is None:
            return node.named_children
        return body.named_children


def _last_line(node: Node) -> int:
    """Some grammars end a comment at the beginning of the next line."""
    row, column = node.end_point
    return row - 1 if column == 0 and row > node.start_point[0] else row


def _with_short(parts: Sequence[Part], lines: Sequence[str]) -> list[Part]:
    """The parts without blank lines around them, short ones without a definition joined to the
    next of their holder.
    """
    kept: list[Part] = []
    for part in parts:
        first, last = part.first, part.last
        while first < last and not lines[first].strip():
            first += 1
        while last > first and not lines[last - 1].strip():
            last -= 1
        if first < last:
            before = kept[-1] if kept else None
            if before and _only_closes(lines[first:last]):
                kept[-1] = Part(before.name, before.first, last)
            elif before and _joins(before, part, lines[before.first : before.last]):
                kept[-1] = Part(part.name, before.first, last)
            else:
                kept.append(Part(part.name, first, last))
    return kept


def _only_closes(lines: Sequence[str]) -> bool:
    return not any(any(c.isalnum() for c in line) for line in lines)


def _joins(before: Part, part: Part, lines: Sequence[str]) -> bool:
    """Whether a part is a few lines of its holder, which go with what follows."""
    if len(lines) > _SHORT_LINES or not part.name or part.name == before.name:
        return False
    return not before.name or part.name.startswith(f"{before.name}.")
