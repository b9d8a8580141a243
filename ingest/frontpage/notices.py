"""The small print of a first page: headers, footers and notes, as paragraphs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ingest.joining import Words, join_lines
from ingest.layout import TextLine

_HEADER_ABOVE = 75.0  # points from the page's top
_SMALLER = 0.5  # points by which notes are smaller than the text at least
_LEADING = 1.7  # sizes of type from one line of a paragraph to the next


def notices(page: Sequence[TextLine], head: Iterable[TextLine], words: Words) -> tuple[str, ...]:
    """What page headers, notes and the lines before the abstract (``head``) say, in the order of
    ``page``, all lines of a first page. The paper's own text is left out: it speaks of others.
    """
    heads = {id(line) for line in head}
    body = _body_size(page)
    small = [
        line
        for line in page
        if id(line) in heads or line.box.y0 < _HEADER_ABOVE or line.size <= body - _SMALLER
    ]
    paragraphs: list[list[TextLine]] = []
    for line in small:
        if paragraphs and _goes_on(paragraphs[-1][-1], line):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return tuple(join_lines([line.text.strip() for line in p], words).text for p in paragraphs)


def _goes_on(above: TextLine, line: TextLine) -> bool:
    a, b = above.box, line.box
    below = 0 < b.y0 - a.y0 < _LEADING * max(line.size, above.size)
    beside = min(a.x1, b.x1) > max(a.x0, b.x0)
    return below and beside and abs(line.size - above.size) < 1 and line.bold == above.bold


def _body_size(page: Iterable[TextLine]) -> float:
    weights: Counter[float] = Counter()
    for line in page:
        weights[round(line.size * 2) / 2] += len(line.text)
    return max(weights, key=lambda size: weights[size], default=0.0)
