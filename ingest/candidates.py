"""Lines that may be headings, with what speaks for each: its type, number, name and place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.capitals import is_upper
from ingest.layout import TextLine
from ingest.numbering import Number, read_number

_SIZE_STEP = 0.4  # points by which the sizes of one style differ at most
_LONGEST = 160  # characters of a heading at most
_MOST_LINES = 4

KNOWN = re.compile(
    r"(?:abstract|(?:general |extended )?introduction|related works?|background|"
    r"preliminar(?:y|ies)|"
    r"methods?|methodology|materials and methods|approach|models?|data|datasets?|"
    r"experiments?|experimental (?:set-?up|settings?|results|evaluation)|evaluation|results|"
    r"results and (?:discussion|analysis)|discussions?|analysis|limitations|"
    r"(?:discussions? and )?conclusions?|conclusions? and (?:future|further) works?|"
    r"conclusions? & future works?|concluding remarks|future works?|summary|"
    r"acknowledge?ments?|references?|bibliography|"
    r"appendix|appendices|supplementa(?:ry|l) materials?|"
    r"(?:broader )?impact statement|ethics statement|reproducibility statement|"
    r"author contributions|funding)",
    re.IGNORECASE,
)
CAPTION = re.compile(r"(?:fig(?:ure|\.)|table|tab\.|algorithm|listing|plate)\s*[A-Z]?[\d.]+", re.I)
_NUMBERED = re.compile(
    r"\d|[A-Z]{1,4}[.:\s]|[A-Z]\.\d|(?i:section|chapter|append|annex|supplement)"
)
_STATEMENT = re.compile(
    r"(?:theorem|lemma|proposition|corollary|definition|proof|remark|claim|assumption|example|"
    r"conjecture|observation|fact|hypothesis)\b(?:\s*[A-Z]?\d[\d.]*)?\s*(?:[.:(]|$)",
    re.I,
)
_LABEL = re.compile(
    r"(?:key\s?words|index terms|ccs concepts|general terms|categories and subject)", re.I
)
_NOISE = re.compile(r"[=<>≤≥∑∫√∈{}|\\@]|https?:|www\.|\bdoi\b|^\W*$", re.I)
_MARK = re.compile(r"[\d∗*†‡§¶,]{1,3}")
_FORMULA = 8  # characters of a formula that a heading ends in, at most
_PLAIN_WORD = re.compile(r"[^\W\d_]{2,}[-,.]?|[AI]")
_BULLET = re.compile(r"\s*[•▪◦‣∗*·–—-]\s")


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
        return KNOWN.fullmatch(self.title.strip(" .:")) is not None


_ROW = 0.5  # share of a line's height by which two lines of one row differ in place at most
_TEXT = 25  # characters that a line of running text has at least


def _in_table(lines: Sequence[TextLine], first: int, last: int) -> bool:
    """Whether a line stands beside another one, or no text follows: it is a cell, not a heading."""
    for at, beside in ((first, first - 1), (last, last + 1)):
        if 0 <= beside < len(lines) and _same_row(lines[at], lines[beside]):
            return True
    return False


def _same_row(line: TextLine, other: TextLine) -> bool:
    height = line.box.y1 - line.box.y0
    near = other.box.page == line.box.page and abs(other.box.y0 - line.box.y0) < _ROW * height
    return near and min(abs(other.box.x0 - line.box.x1), abs(line.box.x0 - other.box.x1)) < _CELLS


def candidates(lines: Sequence[TextLine], body_size: float) -> list[Candidate]:
    """Every run of lines that by its words and place could be a heading, in order."""
    gaps = _gaps(lines)
    plain = _body_face(lines, body_size)
    right = _right_edges(lines)
    found: list[Candidate] = []
    at = 0
    while at < len(lines):
        if not _possible(lines[at], plain):
            at += 1
            continue
        last = _last_of(lines, at, gaps, right, plain)
        candidate = _candidate(lines, at, last, gaps[at], plain)
        if candidate is not None:
            found.append(candidate)
        at = last + 1
    return found


def candidate_at(lines: Sequence[TextLine], first: int, last: int) -> Candidate | None:
    """The candidate of lines that something else than their look says are a heading."""
    text = joined([line.text for line in lines[first : last + 1]])
    number, title = read_number(text) or (None, text)
    if not title:
        return None
    face = face_of(lines[first])
    return Candidate(first, last, text, number, title, face, lines[first].box.page, _WIDE, 2)


def face_of(line: TextLine) -> Face:
    """How the line is set."""
    return Face(line.size, line.bold, line.italic, line.small_caps)


def joined(texts: Sequence[str]) -> str:
    """Lines as one, without the hyphens that only the line's end asked for."""
    text = texts[0].strip()
    for following in texts[1:]:
        rest = following.strip()
        if text.endswith("-") and text[-2:-1].isalpha() and rest[:1].islower():
            text = text[:-1] + rest
        else:
            text = f"{text} {rest}"
    return text


def _possible(line: TextLine, plain: Face) -> bool:
    text = line.text.strip()
    marked = line.lead or _NUMBERED.match(text) or _stands_out(face_of(line), text, plain)
    if not marked and not KNOWN.fullmatch(text.strip(" .:")):
        return False
    letters = sum(map(str.isalpha, text))
    return (
        letters > 2
        and len(text) <= _LONGEST
        and not CAPTION.match(text)
        and not _BULLET.match(text)
        and not _NOISE.search(text)
        and letters >= 0.5 * len(text.replace(" ", ""))
    )


def _candidate(
    lines: Sequence[TextLine], first: int, last: int, gap: float, plain: Face
) -> Candidate | None:
    shown, run_in = _shown(lines[last])
    text = joined([*(line.text for line in lines[first:last]), shown])
    number, title = read_number(text) or (None, text)
    face = face_of(lines[first])
    if not title or len(text) > _LONGEST or not _titular(title):
        return None
    if number is None and not run_in and _in_table(lines, first, last):
        return None
    standing = 2 if run_in else _stands_out(face, title, plain)
    if not standing and number is None and not KNOWN.fullmatch(title.strip(" .:")):
        return None
    page = lines[first].box.page
    return Candidate(first, last, text, number, title, face, page, gap, standing, run_in)


def _shown(line: TextLine) -> tuple[str, int]:
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


def _titular(title: str) -> bool:
    """Whether it reads like a title: opens with a capital, a digit or a quote, ends openly."""
    opens = title[0].isupper() or title[0].isdigit() or title[0] in "“\"'‘(¿"
    mixed = any(char.isupper() for char in title.split()[0])
    return (
        (opens or mixed)
        and not _STATEMENT.match(title)
        and not _LABEL.match(title)
        and title[-1] not in ",;"
        and len(title.split()) <= 25
    )


def _stands_out(face: Face, title: str, plain: Face) -> int:
    if face.size > plain.size + 1.5 * _SIZE_STEP or (face.bold and not plain.bold):
        return 2
    if face.size < plain.size - 2 * _SIZE_STEP:
        return 0
    if face.small_caps or is_upper(title):
        return 2
    return int(face.italic and not plain.italic)


def _body_face(lines: Sequence[TextLine], body_size: float) -> Face:
    """The commonest face at the body's size."""
    weights: Counter[tuple[bool, bool]] = Counter()
    for line in lines:
        if abs(line.size - body_size) <= _SIZE_STEP:
            weights[line.bold, line.italic] += len(line.text)
    bold, italic = weights.most_common(1)[0][0] if weights else (False, False)
    return Face(body_size, bold, italic, small_caps=False)


def _gaps(lines: Sequence[TextLine]) -> list[float]:
    """The white space above each line, as a share of its own height; wide where a column begins."""
    gaps = [_WIDE] * len(lines)
    for i in range(1, len(lines)):
        above, line = lines[i - 1].box, lines[i].box
        below = above.page == line.page and line.y0 > above.y0
        if below and line.x0 < above.x1 and above.x0 < line.x1:
            gaps[i] = (line.y0 - above.y1) / max(line.y1 - line.y0, 1.0)
        elif above.page == line.page and abs(line.y0 - above.y0) < 0.5 * (line.y1 - line.y0):
            gaps[i] = 0.0 if line.x0 > above.x0 and line.x0 - above.x1 < _CELL else _WIDE
    return gaps


_WIDE = 2.0
_CELLS = 60.0  # points between two cells of a row
_CELL = 12.0  # points between two pieces of one line


def _right_edges(lines: Sequence[TextLine]) -> list[float]:
    """For each line the right edge of its column: the farthest that lines around it reach."""
    edges = []
    for i, line in enumerate(lines):
        around = lines[max(i - 12, 0) : i + 13]
        reach = [
            other.box.x1
            for other in around
            if other.box.page == line.box.page
            and other.box.x0 < line.box.x1
            and line.box.x0 < other.box.x1
        ]
        edges.append(max(reach, default=line.box.x1))
    return edges


def _last_of(
    lines: Sequence[TextLine],
    first: int,
    gaps: Sequence[float],
    right: Sequence[float],
    plain: Face,
) -> int:
    """Where a heading that begins at ``first`` ends: it goes on in the same face."""
    face = face_of(lines[first])
    if not _stands_out(face, "", plain) and not is_upper(lines[first].text):
        return first
    last = first
    while last + 1 < min(len(lines), first + _MOST_LINES):
        line, following = lines[last], lines[last + 1]
        if gaps[last + 1] > _NEAR or line.lead:
            break
        if following.lead:
            return last + 1 if following.text[:1].islower() else last
        if not face_of(following).alike(face):
            break
        if is_upper(line.text) != is_upper(following.text) or _opens(following.text):
            break
        if not _unfinished(line, following, right[last]):
            break
        last += 1
    return last


_NEAR = 0.75


def _opens(text: str) -> bool:
    """Whether a line opens a heading of its own."""
    read = read_number(text.strip())
    numbered = read is not None and (read[0].marked or read[0].depth > 1) and bool(read[1])
    return numbered or (text[:1].isupper() and KNOWN.fullmatch(text.strip(" .:")) is not None)


def _unfinished(line: TextLine, following: TextLine, right: float) -> bool:
    """Whether the line was full, so that the next may be its continuation."""
    first_word = following.text.split(maxsplit=1)[0] if following.text.split() else ""
    room = right - line.box.x1
    width = (line.box.x1 - line.box.x0) / max(len(line.text), 1)
    centred = abs((line.box.x0 + line.box.x1) - (following.box.x0 + following.box.x1)) < 2 * _CELL
    return (
        line.text.rstrip().endswith(("-", ":", ",", "&"))
        or first_word[:1].islower()
        or room < width * (len(first_word) + 2)
        or (centred and following.box.x0 - line.box.x0 > _CELL)
    )
