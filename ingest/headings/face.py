"""How lines are set, and how much that differs from the running text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.layout import TextLine
from ingest.wording import is_upper

_SIZE_STEP = 0.4  # points by which the sizes of one style differ at most


@dataclass(frozen=True, slots=True)
class Face:
    """How a line is set, as far as headings differ by it."""

    size: float
    bold: bool
    italic: bool
    small_caps: bool

    def alike(self, other: Face) -> bool:
        """Whether both may be the same style."""
        return (
            abs(self.size - other.size) <= _SIZE_STEP
            and self.bold == other.bold
            and self.italic == other.italic
            and self.small_caps == other.small_caps
        )


def face_of(line: TextLine) -> Face:
    """How the line is set."""
    return Face(line.size, line.bold, line.italic, line.small_caps)


def body_face(lines: Sequence[TextLine], body_size: float) -> Face:
    """The commonest face at the body's size."""
    weights: Counter[tuple[bool, bool]] = Counter()
    for line in lines:
        if abs(line.size - body_size) <= _SIZE_STEP:
            weights[line.bold, line.italic] += len(line.text)
    bold, italic = weights.most_common(1)[0][0] if weights else (False, False)
    return Face(body_size, bold, italic, small_caps=False)


def stands_out(face: Face, title: str, plain: Face) -> int:
    """How much the type differs from the ``plain`` one: 0 not at all, 1 by italics, 2 clearly."""
    if face.size > plain.size + 1.5 * _SIZE_STEP or (face.bold and not plain.bold):
        return 2
    if face.size < plain.size - 2 * _SIZE_STEP:
        return 0
    if face.small_caps or is_upper(title):
        return 2
    return int(face.italic and not plain.italic)
