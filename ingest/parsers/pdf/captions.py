"""Captions: where a figure, a table or an algorithm says its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.layout import TextLine
from rag.types import Kind

_CAPTION = re.compile(
    r"(?P<name>fig(?:ure|\.)?|table|tab\.|algorithm|alg\.|listing|figura|tabela|algoritmo|그림|표)"
    r"\s*(?P<number>(?:[A-Z]\.?)?\d+(?:\.\d+)*|[IVXL]+|[A-Z]\b)(?P<end>\s*[:.|]|\s*[—–-]\s|\s|$)",
    re.I,
)
_KINDS = {"t": Kind.TABLE, "표": Kind.TABLE, "a": Kind.ALGORITHM, "l": Kind.ALGORITHM}
_NAMES = {Kind.TABLE: "Table", Kind.ALGORITHM: "Algorithm", Kind.FIGURE: "Figure"}
_LEADING = 1.75  # of the size, from baseline to baseline, inside a caption
_ENDS = (".", ":", "?", "!", ")", "”", '"')


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption's lines (indices), what it belongs to and its printed name."""

    kind: Kind
    label: str
    lines: tuple[int, ...]


def find_captions(lines: Sequence[TextLine], body_size: float) -> list[Caption]:
    """Every caption, in reading order."""
    found: list[Caption] = []
    taken = -1
    for at, line in enumerate(lines):
        match = _CAPTION.match(line.text)
        if at <= taken or match is None or not _opens_block(lines, at):
            continue
        if not match["end"].strip() and not _stands_out(lines, at, match, body_size):
            continue
        members = _members(lines, at)
        taken = members[-1]
        kind = _KINDS.get(match["name"][0].lower(), Kind.FIGURE)
        found.append(Caption(kind, f"{_NAMES[kind]} {match['number']}", members))
    return found


def _opens_block(lines: Sequence[TextLine], at: int) -> bool:
    """Whether the line is not the inside of a paragraph that happens to say "Table 2."."""
    if at == 0:
        return True
    line, before = lines[at], lines[at - 1]
    if before.box.page != line.box.page or abs(before.size - line.size) > 0.4:
        return True
    gap = line.box.y0 - before.box.y1
    if not -line.size < gap < 0.55 * line.size:
        return True
    return before.text.endswith(_ENDS) or before.box.x1 - before.box.x0 < 40


def _stands_out(lines: Sequence[TextLine], at: int, match: re.Match[str], body_size: float) -> bool:
    """Whether a name without a stop is a caption's: in other type, or alone in its block."""
    line = lines[at]
    if line.bold or line.size < body_size - 0.4 or match.end() >= len(line.text):
        return True
    rest = line.text[match.end() :].strip()
    return rest[:1].isupper() and line.text[0].isupper() and len(_members(lines, at)) <= 4


def _members(lines: Sequence[TextLine], first: int) -> tuple[int, ...]:
    """The caption's lines: those that follow at an even distance in the same type."""
    members = [first]
    pace: float | None = None
    for at in range(first + 1, len(lines)):
        line, before = lines[at], lines[at - 1]
        step = line.box.y1 - before.box.y1
        same_row = abs(step) < 0.3 * line.size and line.box.x0 >= before.box.x1 - 1
        if line.box.page != before.box.page or abs(line.size - before.size) > 0.6:
            break
        if _CAPTION.match(line.text) and line.text[0].isupper() and not same_row:
            break
        if not same_row:
            if not 0 < step < _LEADING * line.size or (pace and step > pace + 0.25 * line.size):
                break
            if line.box.x0 > lines[first].box.x1 or line.box.x1 < lines[first].box.x0:
                break
            pace = pace or step
        members.append(at)
    return tuple(members)
