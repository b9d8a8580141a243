"""The year of a paper, from its first page and from the file's own dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.arxiv import Stamp, year_of_id
from ingest.layout import TextLine

_VENUE = re.compile(
    r"published as|technical (?:report|notes?)\b|proceedings|copyright|©|\(c\)|"
    r"conference|journal|workshop|\bvol\b|symposium|"
    r"^(?-i:[A-Z]{3,8})\W+(?:19|20)\d\d|\b\d+\(\d+\):\d+|neurips|nips|"
    r"neural information processing|advances in",
    re.IGNORECASE,
)
_UNPUBLISHED = re.compile(r"under review|submitted to|preprint", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)")
_MADE = re.compile(r"D:(\d{4})")
_TEMPLATE = re.compile(r"Proceedings of the International Conference on Machine Learning", re.I)
_TO_PRINT = 3  # years that pass at most between submission and publication
_HEADER_ABOVE, _NOTICE_BELOW = 75.0, 600.0  # points from the page's top


@dataclass(frozen=True, slots=True)
class Dates:
    """What besides the first page's words tells of the year; ``newest`` is `newest_year`."""

    stamp: Stamp | None
    arxiv_id: str
    info: Mapping[str, str]
    newest: int | None = None


def year_of(page: Sequence[TextLine], head: Sequence[TextLine], dates: Dates) -> int | None:
    """The year that the first page prints as the venue's, else that of the arXiv id or of the
    stamp, else that of the venue in the file's own words, else that of the file's making. ``head``
    are the lines before the abstract.
    """
    submitted = year_of_id(dates.arxiv_id)
    printed = next((year for line in page if (year := _venue_year(line, head))), None)
    if printed and (submitted is None or submitted - 1 <= printed <= submitted + _TO_PRINT):
        return printed
    if submitted is not None:
        return submitted
    if dates.stamp:
        return dates.stamp.year
    subject = told_subject(dates.info)
    told = _YEAR.findall(subject) if _VENUE.search(subject) else []
    return int(told[0]) if told else _made(dates)


def told_subject(info: Mapping[str, str]) -> str:
    """What the file says that it is part of, but for what a template says of every paper."""
    subject = " ".join(info.get("subject", "").split())
    return "" if _TEMPLATE.match(subject) else subject


def newest_year(lines: Iterable[TextLine]) -> int | None:
    """The newest year that is printed at least twice."""
    counts = Counter(int(year) for line in lines for year in _YEAR.findall(line.text))
    return max((year for year, count in counts.items() if count > 1), default=None)


def _made(dates: Dates) -> int | None:
    """The year when the file was made. Where only its last change is known, and the newest work
    that the paper speaks of is years older than that, the year of that work.
    """
    created, changed = (_MADE.match(dates.info.get(key, "")) for key in ("creationDate", "modDate"))
    if created is not None or changed is None:
        return int(created[1]) if created else None
    year, newest = int(changed[1]), dates.newest
    return newest if newest is not None and newest + 1 < year else year


def _venue_year(line: TextLine, head: Sequence[TextLine]) -> int | None:
    """The year in a page header, a copyright notice or the like."""
    body = max((other.size for other in head[-3:]), default=line.size)
    header = line.box.y0 < _HEADER_ABOVE or any(line is other for other in head)
    notice = line.box.y0 > _NOTICE_BELOW and line.size < body - 0.5
    if not (header or notice) or not _VENUE.search(line.text) or _UNPUBLISHED.search(line.text):
        return None
    years = _YEAR.findall(line.text)
    return int(years[-1]) if years else None
