"""Where headings stand: at an edge that running text keeps to, or over its middle.

The first cells of tables and the labels of drawings look like headings in all but this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ingest.layout import TextLine

_RUNNING = 40  # characters: shorter lines keep to no edge for certain
_FEWEST = 3  # running lines that tell where a page's text stands
_EDGE = 3.0  # points by which a heading may stand off the edge
_MIDDLE = 5.0  # points by which it may stand off the middle
_NEXT = 1.4  # heights of a line by which the next one of a paragraph stands lower, at most
_HANGING = 8.0  # points by which text under an item's name stands in, at least

Placed = Callable[[TextLine], bool]


def placed(lines: Sequence[TextLine]) -> Placed:
    """Tells whether a line stands where headings do on its page; where little text is, all do."""
    running: dict[int, list[TextLine]] = {}
    for line in lines:
        if len(line.text) >= _RUNNING:
            running.setdefault(line.box.page, []).append(line)

    def is_placed(line: TextLine) -> bool:
        text = running.get(line.box.page, [])
        if len(text) < _FEWEST:
            return True
        flush = sum(abs(line.box.x0 - other.box.x0) < _EDGE for other in text)
        centred = sum(abs(_middle(line) - _middle(other)) < _MIDDLE for other in text)
        return max(flush, centred) >= _FEWEST

    return is_placed


def hangs(lines: Sequence[TextLine], at: int) -> bool | None:
    """Whether the text that begins on the line goes on farther in, as under a term of a list;
    None if the line is all of it.
    """
    if at + 1 >= len(lines):
        return None
    box, below = lines[at].box, lines[at + 1].box
    near = 0 < below.y0 - box.y0 < _NEXT * (box.y1 - box.y0) and below.x0 < box.x1
    if below.page != box.page or not near:
        return None
    return below.x0 - box.x0 > _HANGING


def _middle(line: TextLine) -> float:
    return (line.box.x0 + line.box.x1) / 2
