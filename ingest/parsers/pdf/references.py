"""A bibliography's lines -> its entries."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from statistics import median

from ingest.layout import TextLine
from ingest.parsers.pdf.boxes import same_row

_IN_BRACKETS = re.compile(r"\[\d{1,3}\]")
_LETTERED = re.compile(r"\[(?!online|accessed)[^\]\s]{1,12}\]", re.IGNORECASE)
_NUMBERED = re.compile(r"\d{1,3}\.\s")
_HANG = 0.6  # em


def split_entries(lines: Sequence[TextLine]) -> list[tuple[TextLine, ...]]:
    """One tuple of lines per entry, by labels, else hanging indents, else the white between."""
    if len(lines) < 2:
        return [tuple(lines)] if lines else []
    for label in (_IN_BRACKETS, _LETTERED, _NUMBERED):
        if sum(bool(label.match(line.text)) for line in lines) >= max(2, len(lines) // 12):
            return _cut(lines, {at for at, line in enumerate(lines) if label.match(line.text)})
    edges = _edges(lines)
    hanging = [at for at in range(len(lines)) if _hangs(lines, edges, at)]
    if len(hanging) >= 0.25 * len(lines):
        return _cut(lines, set(range(len(lines))).difference(hanging))
    return _cut(lines, _parted(lines))


def _cut(lines: Sequence[TextLine], opens: set[int]) -> list[tuple[TextLine, ...]]:
    entries: list[list[TextLine]] = []
    for at, line in enumerate(lines):
        beside = at > 0 and same_row(lines[at - 1], line) and line.box.x0 > lines[at - 1].box.x0
        if not entries or (at in opens and not beside):
            entries.append([])
        entries[-1].append(line)
    return [tuple(entry) for entry in entries]


def _edges(lines: Sequence[TextLine]) -> list[float]:
    """For each line, the left edge of its column."""
    columns: dict[tuple[int, int], float] = {}
    keys = list(_columns(lines))
    for line, key in zip(lines, keys, strict=True):
        columns[key] = min(columns.get(key, line.box.x0), line.box.x0)
    return [columns[key] for key in keys]


def _columns(lines: Sequence[TextLine]) -> Iterable[tuple[int, int]]:
    """A number for each column: a new one wherever the text goes up or to another page."""
    column, before = 0, None
    for line in lines:
        if before is not None and (
            line.box.page != before.box.page or line.box.y1 < before.box.y0 - 2 * line.size
        ):
            column += 1
        yield line.box.page, column
        before = line


def _hangs(lines: Sequence[TextLine], edges: Sequence[float], at: int) -> bool:
    return lines[at].box.x0 - edges[at] > _HANG * lines[at].size


def _parted(lines: Sequence[TextLine]) -> set[int]:
    """Lines after more white than usual, or after a line that ends early."""
    gaps = [b.box.y0 - a.box.y1 for a, b in itertools.pairwise(lines)]
    usual = median([gap for gap in gaps if gap > -lines[0].size] or [0.0])
    widest = max(line.box.x1 - line.box.x0 for line in lines)
    found: set[int] = set()
    for at, (before, line) in enumerate(itertools.pairwise(lines), start=1):
        early = before.box.x1 - before.box.x0 < 0.85 * widest and before.text.endswith(".")
        if gaps[at - 1] > usual + 0.25 * line.size or (early and line.text[:1].isupper()):
            found.add(at)
    return found
