"""Where a paper's authors work, from the lines between its title and its abstract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ingest.frontpage.accents import composed
from ingest.layout import TextLine

_PLACE = re.compile(
    r"universi|institut|department|d[ée]partement|dept\b|\blabs?\b|laborator|research|college|school|"
    r"cent(?:er|re)\b|facult|academy|technolog|\binc\b|\bcorp|\bltd\b|\bgmbh\b|\bllp\b|google|"
    r"facebook|\bmeta\b|microsoft|amazon|openai|deepmind|\bibm\b|nvidia|baidu|tencent|alibaba|huawei|"
    r"adobe|salesforce|apple|\bai\b|company|hospital|ministry|informati[ck]|polytechn|[ée]cole|"
    r"hochschule|foundation|\bcnrs\b|inria|\bmit\b|berkeley|\bgroup\b",
    re.IGNORECASE,
)
_NOT_PLACE = re.compile(
    r"\bequal|contribut|correspond|work (?:was )?done|internship|editors?:|preprint|proceedings|"
    r"conference|published|abstract|https?:|www\.|project|accepted|copyright|journal|workshop|"
    r"under review|submitted|version|advisor|\bauthors?\b|code:|demo:",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?:e-?mails?:?\s*)?(?:\{[^}]*\}|[^@{}]*\}|[\w.+-]+)\s?@\s?[\w.-]+|\{[^}]*\}", re.I
)
# A mark that calls an affiliation: a figure or symbol at its beginning or, as some do, its end.
_MARK = re.compile(
    r"(?:^|(?<=[\s,;.]))\(?\d{1,2}(?:,\d{1,2})*[.)]?(?=\s?[A-ZÀ-Þ])|[*∗†‡§¶⋆★♠♣♦♥♡♢♯#⊙]+"
    r"|(?:^|(?<=\s))[α-ωµ](?=\s)"
)
_TRAILING = re.compile(r"(?<=[^\W\d])\d{1,2}(?:,\d)*(?=\s|,|$)|[⁰¹²³⁴-⁹]+")
_CALLED = re.compile(r"(?:^|(?<=[\s,;.]))\d{1,2}\s?(?=[A-ZÀ-Þ])")
_OPENS = re.compile(r"\s*1\s?(?=[A-ZÀ-Þ])")
_EQUAL = re.compile(r"^\W*(?:equal\s+(?:contribution|advising)\W*)+", re.IGNORECASE)
_ENDS_MARKED = re.compile(r"[^\W\d]\d{1,2}\s*$")
_PROSE = re.compile(r"\b(?:we|is|are|this|that|can|it|our|to)\b")
_CLOSE = 1.6  # sizes of type from one line of a block to the next


def affiliations_of(lines: Sequence[TextLine], authors: Sequence[str]) -> tuple[str, ...]:
    """Organisations, once each, in the order of the page; lines of one cell are put together
    ("Department of Physics, University of Oslo"). ``lines`` are those below the title.
    """
    cells: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: (line.box.page, line.box.y0, line.box.x0)):
        if not _is_place(line, authors):
            continue
        cell = next((cell for cell in reversed(cells) if _same_cell(cell[-1], line)), None)
        if cell:
            cell.append(line)
        else:
            cells.append([line])
    return tuple(dict.fromkeys(name for cell in cells for name in _organisations(cell)))


def affiliations_in(notices: Iterable[str]) -> tuple[str, ...]:
    """Organisations in the note that some styles have at the foot of the page instead:
    "1University of Oslo 2Google. Correspondence to: ...".
    """
    for notice in notices:
        said, corresponding, _ = notice.partition("Correspondence to")
        said = _EQUAL.sub("", said)
        if (
            (corresponding or _OPENS.match(said))
            and _PLACE.search(said)
            and not _PROSE.search(said)
        ):
            parts = (part.strip(" ,;.:&-–") for part in _CALLED.split(said))
            return tuple(dict.fromkeys(part for part in parts if _PLACE.search(part)))
    return ()


def _is_place(line: TextLine, authors: Sequence[str]) -> bool:
    text = composed(line.text)
    if _NOT_PLACE.search(text) or _PROSE.search(text) or any(name in text for name in authors):
        return False
    return bool(_PLACE.search(_CONTACT.sub("", text)))


def _same_cell(above: TextLine, line: TextLine) -> bool:
    a, b = above.box, line.box
    near = a.page == b.page and 0 < b.y0 - a.y0 < _CLOSE * line.size
    beside = min(a.x1, b.x1) > max(a.x0, b.x0)
    marked = _MARK.match(line.text.strip()) or _ENDS_MARKED.search(above.text)
    return near and beside and not marked


def _organisations(cell: Sequence[TextLine]) -> Iterator[str]:
    text = ", ".join(composed(line.text).strip(" ,;") for line in cell)
    for part in _MARK.split(_CONTACT.sub("", text)):
        name = " ".join(_TRAILING.sub("", part).split()).strip(" ,;.:&-–")
        name = re.sub(r"\s*,(?:\s*,)+", ",", re.sub(r"^and\s+", "", name))
        if _PLACE.search(name) and len(name) > 2:
            yield name
