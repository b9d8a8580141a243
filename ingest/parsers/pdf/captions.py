"""Captions: where a figure, a table or an algorithm says its name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.layout import TextLine
from ingest.parsers.pdf.boxes import same_row, shared_width
from rag.types import Box, Kind

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


def find_captions(
    lines: Sequence[TextLine], body_size: float, rules: Mapping[int, Sequence[Box]]
) -> list[Caption]:
    """Every caption, in reading order. ``rules`` are those drawn on each page."""
    found: list[Caption] = []
    taken = -1
    for at, line in enumerate(lines):
        match = _CAPTION.match(line.text)
        if at <= taken or match is None or not _opens_block(lines, at):
            continue
        drawn = rules.get(line.box.page, ())
        if not match["end"].strip() and not _stands_out(line, match, body_size, drawn):
            continue
        members = _members(lines, at, drawn)
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


def _stands_out(
    line: TextLine, match: re.Match[str], body_size: float, rules: Sequence[Box]
) -> bool:
    """Whether a name without a stop is a caption's: by its type, a rule, or standing alone."""
    rest = line.text[match.end() :].strip()
    if not rest:
        return True
    other = line.bold or line.lead >= match.end("number") or line.size < body_size - 0.4
    titled = rest[0].isupper() and line.text[0].isupper()
    return titled and (other or any(_is_over(rule, line) for rule in rules))


def _is_over(rule: Box, line: TextLine) -> bool:
    """Whether the rule is drawn close above the line, as over an algorithm's caption."""
    return 0 < line.box.y1 - rule.y1 < 2.2 * line.size and shared_width(rule, line.box) > 40


def _members(lines: Sequence[TextLine], first: int, rules: Sequence[Box]) -> tuple[int, ...]:
    """The caption's lines: those that follow at an even distance in the same type."""
    members = [first]
    pace: float | None = None
    for at in range(first + 1, len(lines)):
        line, before = lines[at], lines[at - 1]
        step = line.box.y1 - before.box.y1
        if same_row(before, line) and line.box.x0 >= before.box.x1 - 1:
            members.append(at)
            continue
        if not _goes_on(before, line, pace) or _is_row(lines, at) or _parted(before, line, rules):
            break
        if shared_width(line.box, lines[first].box) < 0 or _CAPTION.match(line.text):
            break
        pace = pace or step
        members.append(at)
    return tuple(members)


def _goes_on(before: TextLine, line: TextLine, pace: float | None) -> bool:
    """Whether the line follows in the same type, and no further off than the lines before."""
    if line.box.page != before.box.page or abs(line.size - before.size) > 0.6:
        return False
    step = line.box.y1 - before.box.y1
    return 0 < step < _LEADING * line.size and not (pace and step > pace + 0.25 * line.size)


def _is_row(lines: Sequence[TextLine], at: int) -> bool:
    """Whether the line is the first cell of a table's row."""
    if at + 1 == len(lines) or not same_row(lines[at], lines[at + 1]):
        return False
    return lines[at + 1].box.x0 - lines[at].box.x1 > 1.5 * lines[at].size


def _parted(before: TextLine, line: TextLine, rules: Sequence[Box]) -> bool:
    """Whether a rule is drawn between the two lines."""
    return any(
        before.box.y1 - 3 < rule.y0 < line.box.y0 + 3 and shared_width(rule, line.box) > 15
        for rule in rules
    )
