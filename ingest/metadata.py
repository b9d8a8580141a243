"""What a paper's first pages say about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ingest.arxiv import Stamp, id_in_name, stamp_in, year_of_id
from ingest.authors import authors_of
from ingest.candidates import joined
from ingest.layout import TextLine
from ingest.numbering import read_number
from ingest.title import title_lines, title_of
from rag.types import Metadata

_ABSTRACT = re.compile(r"(?:abstract|summary)\s*(?:[.:—–-]+\s*|$)", re.IGNORECASE)
_AFTER_ABSTRACT = re.compile(
    r"(?:(?:key\s?words|index terms|ccs concepts|categories and subject|general terms|"
    r"acm reference format)\b|introduction$)",
    re.IGNORECASE,
)
_VENUE = re.compile(
    r"published as|proceedings|copyright|©|\(c\)|conference|journal|workshop|\bvol\b|symposium|"
    r"^[A-Z]{3,8}\W+(?:19|20)\d\d|neurips|nips|neural information processing|advances in",
    re.IGNORECASE,
)
_UNPUBLISHED = re.compile(r"under review|submitted to|preprint", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)")
_CREATED = re.compile(r"D:(\d{4})")
_HEAD_LINES = 40  # where nothing says that the abstract begins


def find_metadata(
    lines: Sequence[TextLine], info: Mapping[str, str], source_name: str
) -> Metadata:
    """Metadata from the lines of the first two pages, page headers and margin stamps included
    and in any place, and from the file's own ``info``. The year is the venue's where it is
    printed, else that of the arXiv id, of the stamp, or of the file's making.
    """
    stamp = next((s for line in lines if (s := stamp_in(line.text))), None)
    first = [line for line in lines if line.box.page == 1 and not stamp_in(line.text)]
    opening = _opening(lines)
    head = first[:opening] if 0 < opening <= len(first) else first[:_HEAD_LINES]
    arxiv_id = stamp.arxiv_id if stamp else id_in_name(Path(source_name).stem)
    _, after_title = title_lines(head)
    return Metadata(
        title=title_of(lines, head, info),
        authors=authors_of([line.text for line in head[after_title:]], info.get("author", "")),
        year=_year(first, head, stamp, arxiv_id, info),
        arxiv_id=arxiv_id,
        abstract=_abstract(lines),
    )


def _opening(lines: Sequence[TextLine]) -> int:
    """The index of the line where the abstract or, without one, the introduction begins; 0 where
    neither is found on the first page.
    """
    page = [(i, line.text.strip()) for i, line in enumerate(lines) if line.box.page == 1]
    abstract = next((i for i, text in page if _opens_abstract(text)), 0)
    introduction = next((i for i, text in page if _is_section(text)), 0)
    return abstract or introduction


def _opens_abstract(text: str) -> bool:
    match = _ABSTRACT.match(text)
    return match is not None and (match.end() == len(text) or text[match.end()].isupper())


def _is_section(text: str) -> bool:
    read = read_number(text)
    return _AFTER_ABSTRACT.match(read[1] if read else text) is not None


def _abstract(lines: Sequence[TextLine]) -> str:
    """The text from the abstract's heading to the first section or the keywords."""
    start = _opening(lines)
    opening = _ABSTRACT.match(lines[start].text.strip()) if lines else None
    if opening is None:
        return ""
    texts = [lines[start].text.strip()[opening.end() :]]
    for line in lines[start + 1 :]:
        if _is_section(line.text.strip()) or stamp_in(line.text):
            break
        texts.append(line.text)
    return joined([text for text in texts if text.strip()] or [""])


def _year(
    page: Iterable[TextLine],
    head: Sequence[TextLine],
    stamp: Stamp | None,
    arxiv_id: str,
    info: Mapping[str, str],
) -> int | None:
    in_head = {id(line) for line in head}
    edges = [line for line in page if id(line) in in_head or _at_edge(line)]
    for line in edges:
        if _VENUE.search(line.text) and not _UNPUBLISHED.search(line.text):
            years = _YEAR.findall(line.text)
            if years:
                return int(years[-1])
    created = _CREATED.match(info.get("creationDate", ""))
    return (
        year_of_id(arxiv_id)
        or (stamp.year if stamp else None)
        or (int(created[1]) if created else None)
    )


def _at_edge(line: TextLine) -> bool:
    """Whether it stands where headers and copyright notices do."""
    return line.box.y0 < 75 or line.box.y0 > 600
