"""The title of a paper, from the look of its first page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ingest.joining import Words, join_lines
from ingest.layout import TextLine
from ingest.numbering import Style, read_number
from ingest.wording import is_upper, restored, spellings_of

_SAME_SIZE = 0.06  # share by which the lines of one title differ in size at most
_FEWEST_LETTERS = 4
_MOST_LINES = 6
_FEWEST_SPACED = 3  # words; more, mostly single letters, are a logo or a footer set wide ("K N U")
_TOP = 290.0  # points from the page's top within which a title begins
_HEADER = re.compile(
    r"proceedings|published (?:as|in|at)|under review|submitted|accepted|journal of|arxiv|preprint|"
    r"workshop on|conference on|vol(?:ume|\.)\s*\d|https?:|www\.|doi\b|©|\(c\) \d{4}|issn|isbn|"
    r"copyright|technical report|open access|provided by|computer vision foundation|"
    r"^[A-Z]+ (?:19|20)\d\d$|^(?:research|original) (?:article|paper)$|^\W*\d*\W*$",
    re.IGNORECASE,
)
_MARKS = re.compile(r"(?:\s*[∗*†‡§¶⋆♠♣♦♥]+)+$|(?<=[a-z]{4})[01]$")
_IMPLAUSIBLE = re.compile(
    r"\.(?:dvi|tex|pdf|docx?|ps|eps|indd)\b|^microsoft word|^untitled|^\(?anonymous\)?|^arxiv|"
    r"^title\b|^layout 1|^paper ?\d*$|^slide ",
    re.IGNORECASE,
)


def title_lines(head: Sequence[TextLine]) -> tuple[int, int]:
    """The range ``[first, last)`` of ``head``, lines of a first page before the abstract, that
    is set largest, page headers left out. ``(0, 0)`` where there is none; the first line alone
    where it is set like a whole paragraph.
    """
    eligible = [i for i, line in enumerate(head) if _eligible(line)]
    # A figure before the abstract may have larger letters than the title above it.
    eligible = [i for i in eligible if head[i].box.y0 < _TOP] or eligible
    if not eligible:
        return 0, 0
    largest = max(head[i].size for i in eligible)
    first = next(i for i in eligible if _same_size(head[i].size, largest))
    last = first + 1
    while last < len(head) and _same_size(head[last].size, largest) and _goes_on(head, last):
        last += 1
    return (first, last) if last - first <= _MOST_LINES else (first, first + 1)


def title_of(
    lines: Sequence[TextLine], head: Sequence[TextLine], info: Mapping[str, str], words: Words
) -> str:
    """The title: the file's own where the page says the same, else the page's largest lines."""
    first, last = title_lines(head)
    printed = _MARKS.sub("", join_lines([x.text.strip() for x in head[first:last]], words).text)
    printed = _without_chapter(printed, lines)
    own = " ".join(info.get("title", "").split())
    if own and not _IMPLAUSIBLE.search(own) and _confirmed(own, printed, head):
        printed = own
    return restored(printed, spellings_of(lines)) if is_upper(printed) else printed


def _without_chapter(printed: str, lines: Sequence[TextLine]) -> str:
    """The title without the number of a chapter, which the next heading ("1.1") shows to be one."""
    read = read_number(printed)
    if read is None or read[0].style is not Style.DECIMAL or read[0].depth > 1 or not read[1]:
        return printed
    inner = f"{read[0].text}.1"
    shown = any(re.match(rf"{re.escape(inner)}\.?\s+\S", line.text) for line in lines)
    return read[1] if shown else printed


def _eligible(line: TextLine) -> bool:
    letters = sum(char.isalpha() for char in line.text)
    words = line.text.split()
    spaced = len(words) > _FEWEST_SPACED and 2 * sum(len(w) == 1 for w in words) > len(words)
    return letters >= _FEWEST_LETTERS and not spaced and not _HEADER.search(line.text)


def _goes_on(head: Sequence[TextLine], at: int) -> bool:
    """Whether line ``at`` is near the one before, and set like it."""
    above, line = head[at - 1], head[at]
    near = line.box.y0 - above.box.y1 < 1.2 * max(line.size, above.size)
    return near and line.bold == above.bold and not _HEADER.search(line.text)


def _same_size(size: float, largest: float) -> bool:
    return size >= largest * (1 - _SAME_SIZE)


def _confirmed(own: str, printed: str, head: Sequence[TextLine]) -> bool:
    """Whether the page shows the file's title, and about as much of it as was read there."""
    letters = _letters(own)
    shown = _letters("".join(line.text for line in head))
    return (
        len(own.split()) > 1 and len(letters) >= 0.6 * len(_letters(printed)) and letters in shown
    )


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())
