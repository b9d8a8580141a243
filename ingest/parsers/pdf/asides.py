"""Notes in the margin: moved to where a paragraph ends, out of the lines that they stand beside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from ingest.layout import TextLine
from ingest.parsers.pdf.runs import STOPS

_RUNNING = 30  # characters
_FEWEST = 6  # lines of running text that tell where the text's edges are
_OUTLIERS = 0.1  # of these lines reach farther, as tables do
_APART = 4.0  # points between the text and a note
_SMALLER = 0.5  # points
_WORDS = 2  # of a note at least; formulas have fewer
_SHORT = 0.1  # of the text's width: a line that ends so early ends a paragraph
_WHITE = 0.6  # of the size, between paragraphs
_INDENT = 6.0  # points
_WORD = re.compile(r"\b[^\W\d_]{3,}\b")


def with_asides_moved(lines: Sequence[TextLine]) -> list[TextLine]:
    """A page's lines in reading order, each note behind the paragraph that it stands beside.

    A note is in smaller type than the text and stands wholly outside of it, beside its lines. If
    no paragraph ends below a note's top, it goes before the one that it stands beside.
    """
    running = [line for line in lines if len(line.text) >= _RUNNING]
    if len(running) < _FEWEST:
        return list(lines)
    lefts, rights = sorted(x.box.x0 for x in running), sorted(x.box.x1 for x in running)
    few = int(_OUTLIERS * len(running))
    left, right = lefts[few], rights[-1 - few]
    size = median(line.size for line in running) - _SMALLER

    def is_note(line: TextLine) -> bool:
        outside = line.box.x1 < left - _APART or line.box.x0 > right + _APART
        if not outside or line.size > size:
            return False
        return any(line.box.y0 < x.box.y1 and x.box.y0 < line.box.y1 for x in running)

    notes = _wholes([line for line in lines if is_note(line)])
    if not notes:
        return list(lines)
    moved = {id(line) for note in notes for line in note}
    text = [line for line in lines if id(line) not in moved]
    ends = [at for at in range(1, len(text)) if _parts(text[at - 1], text[at], right - left)]
    placed: dict[int, list[TextLine]] = {}
    for note in notes:
        placed.setdefault(_place(note[0], text, ends), []).extend(note)
    return [
        line for at in range(len(text) + 1) for line in (*placed.get(at, ()), *text[at : at + 1])
    ]


def _wholes(notes: Sequence[TextLine]) -> list[list[TextLine]]:
    """The notes, each with all of its lines, from the top; without what is no words."""
    wholes: list[list[TextLine]] = []
    for line in sorted(notes, key=lambda x: (x.box.x0 > notes[0].box.x1, x.box.y0)):
        last = wholes[-1][-1].box if wholes else None
        beneath = last and last.x0 < line.box.x1 and line.box.x0 < last.x1
        if last and beneath and line.box.y0 - last.y1 < line.size:
            wholes[-1].append(line)
        else:
            wholes.append([line])
    return [note for note in wholes if _is_wordy(" ".join(line.text for line in note))]


def _is_wordy(text: str) -> bool:
    found = _WORD.findall(text)
    return len(found) >= _WORDS and 2 * sum(map(len, found)) > len(text.replace(" ", ""))


def _place(note: TextLine, text: Sequence[TextLine], ends: Sequence[int]) -> int:
    """The index in the text before which the note goes."""
    after = [at for at in ends if text[at - 1].box.y1 >= note.box.y1]
    before = [at for at in ends if text[at - 1].box.y1 < note.box.y1]
    if after:
        return after[0]
    whole = text[-1].text.endswith(STOPS)
    return before[-1] if before and not whole else len(text)


def _parts(above: TextLine, line: TextLine, width: float) -> bool:
    """Whether a paragraph ends between the two lines."""
    if not above.text.endswith(STOPS):
        return False
    white = line.box.y0 - above.box.y1 > _WHITE * line.size
    indented = line.box.x0 - above.box.x0 > _INDENT
    return white or indented or above.box.x1 < line.box.x1 - _SHORT * width
