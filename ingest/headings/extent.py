"""How far a heading reaches: over several lines, or over part of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.headings.face import Face, face_of, stands_out
from ingest.headings.phrases import opens_heading
from ingest.layout import TextLine
from ingest.wording import is_upper

_MOST_LINES = 4
_NEAR = 0.75  # white space between two lines of one heading at most, in lines
_CENTRED = 24.0  # points by which the middles of centred lines differ at most, doubled
_HANGING = 12.0  # points by which a centred line is shorter on the left
_MARK = re.compile(r"[\d∗*†‡§¶,]{1,3}")
_FORMULA = 8  # characters of a formula that a heading ends in, at most
_PLAIN_WORD = re.compile(r"[^\W\d_]{2,}[-,.]?|[AI]")


def last_line(
    lines: Sequence[TextLine],
    first: int,
    gaps: Sequence[float],
    right: Sequence[float],
    plain: Face,
) -> int:
    """Where a heading that begins at ``first`` ends: it goes on in the same face."""
    face = face_of(lines[first])
    if not stands_out(face, "", plain) and not is_upper(lines[first].text):
        return first
    last = first
    while last + 1 < min(len(lines), first + _MOST_LINES):
        line, following = lines[last], lines[last + 1]
        if gaps[last + 1] > _NEAR or line.lead:
            break
        if following.lead:
            return last + 1 if following.text[:1].islower() else last
        if opens_heading(following.text):
            break
        alike = face_of(following).alike(face) and is_upper(line.text) == is_upper(following.text)
        if not alike and not _is_name(following, face):
            break
        if not _unfinished(line, following, right[last]):
            break
        last += 1
    return last


def shown_part(line: TextLine) -> tuple[str, int]:
    """What of a line is the heading, and how far it runs in if text follows on the line.

    A short rest in another face is a formula, which belongs to the heading, or a footnote's mark.
    """
    text = line.text.rstrip()
    rest = text[line.lead :].strip()
    if not line.lead or not rest:
        return text, 0
    if _MARK.fullmatch(rest):
        return text[: line.lead].rstrip(), 0
    if len(rest) <= _FORMULA and " " not in rest and not _PLAIN_WORD.fullmatch(rest):
        return text, 0
    return text[: line.lead].rstrip(), line.lead


def _is_name(line: TextLine, face: Face) -> bool:
    """Whether the line differs from a heading of that face in its small capitals alone, as the
    name of a system does that a heading ends in.
    """
    own = replace(face_of(line), small_caps=False)
    return line.small_caps and not face.small_caps and own.alike(face)


def _unfinished(line: TextLine, following: TextLine, right: float) -> bool:
    """Whether the line was full, so that the next may be its continuation."""
    first_word = following.text.split(maxsplit=1)[0] if following.text.split() else ""
    room = right - line.box.x1
    width = (line.box.x1 - line.box.x0) / max(len(line.text), 1)
    centred = abs((line.box.x0 + line.box.x1) - (following.box.x0 + following.box.x1)) < _CENTRED
    return (
        line.text.rstrip().endswith(("-", ":", ",", "&"))
        or first_word[:1].islower()
        or room < width * (len(first_word) + 2)
        or (centred and following.box.x0 - line.box.x0 > _HANGING)
    )
