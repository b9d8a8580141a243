"""Lines that may be headings, with what speaks for each: its type, number, name and place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.headings.extent import last_line, shown_part
from ingest.headings.face import Face, body_face, face_of, stands_out
from ingest.headings.phrases import LONGEST, is_known, is_titular, is_wordy, may_be_numbered
from ingest.headings.placement import placed
from ingest.headings.spacing import WIDE, gaps_above, has_neighbour, right_edges
from ingest.joining import Words, join_lines
from ingest.layout import TextLine
from ingest.numbering import Number, read_number


@dataclass(frozen=True, slots=True)
class Candidate:
    """Lines ``[first, last]`` that may be one heading. ``gap`` is the space above, in lines of
    body text; at the top of a column it is taken as wide. ``stands_out`` is how much the type
    differs from the body's: 0 not at all, 1 a little (italics), 2 clearly.
    """

    first: int
    last: int
    text: str
    number: Number | None
    title: str
    face: Face
    page: int
    gap: float
    stands_out: int
    run_in: int = 0

    @property
    def known(self) -> bool:
        """Whether the title is one that papers usually have."""
        return is_known(self.title)


def candidates(lines: Sequence[TextLine], body_size: float, words: Words) -> list[Candidate]:
    """Every run of lines that by its words and place could be a heading, in order.

    ``words`` tell which hyphens at the ends of lines belong to the heading.
    """
    gaps = gaps_above(lines)
    plain = body_face(lines, body_size)
    right = right_edges(lines)
    is_placed = placed(lines)
    found: list[Candidate] = []
    at = 0
    while at < len(lines):
        if not _possible(lines[at], plain):
            at += 1
            continue
        last = last_line(lines, at, gaps, right, plain)
        candidate = _candidate(lines, (at, last), gaps[at], plain, words)
        if candidate is not None and (_certain(candidate) or is_placed(lines[at])):
            found.append(candidate)
        at = last + 1
    return found


def candidate_at(
    lines: Sequence[TextLine], first: int, last: int, words: Words
) -> Candidate | None:
    """The candidate of lines that something else than their look says are a heading."""
    text = _text([line.text for line in lines[first : last + 1]], words)
    number, title = read_number(text) or (None, text)
    if not title:
        return None
    face = face_of(lines[first])
    return Candidate(first, last, text, number, title, face, lines[first].box.page, WIDE, 2)


def _possible(line: TextLine, plain: Face) -> bool:
    text = line.text.strip()
    marked = line.lead or may_be_numbered(text) or stands_out(face_of(line), text, plain)
    return (bool(marked) or is_known(text)) and is_wordy(text)


def _certain(candidate: Candidate) -> bool:
    """Whether it may stand anywhere: a number or text on the same line speaks for it."""
    return candidate.number is not None or candidate.run_in > 0


def _candidate(
    lines: Sequence[TextLine], reach: tuple[int, int], gap: float, plain: Face, words: Words
) -> Candidate | None:
    first, last = reach
    shown, run_in = shown_part(lines[last])
    text = _text([*(line.text for line in lines[first:last]), shown], words)
    number, title = read_number(text) or (None, text)
    face = face_of(lines[first])
    if not title or len(text) > LONGEST or not is_titular(title, numbered=number is not None):
        return None
    if number is None and not run_in and has_neighbour(lines, first, last):
        return None
    standing = 2 if run_in else stands_out(face, title, plain)
    if not standing and number is None and not is_known(title):
        return None
    page = lines[first].box.page
    return Candidate(first, last, text, number, title, face, page, gap, standing, run_in)


def _text(texts: Sequence[str], words: Words) -> str:
    return join_lines([text.strip() for text in texts], words).text
