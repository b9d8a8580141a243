"""What a paper's first pages say about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingest.arxiv import id_in_name, stamp_in, version_in_name
from ingest.frontpage.affiliations import affiliations_in, affiliations_of
from ingest.frontpage.authors import authors_of
from ingest.frontpage.code import code_of
from ingest.frontpage.doi import doi_of
from ingest.frontpage.keywords import keywords_of
from ingest.frontpage.notices import notices
from ingest.frontpage.title import title_lines, title_of
from ingest.frontpage.venue import venue_of
from ingest.frontpage.year import Dates, newest_year, told_subject, year_of
from ingest.joining import Words, join_lines
from ingest.layout import TextLine
from ingest.numbering import Style, read_number
from rag.types import Metadata

_ABSTRACT = re.compile(
    r"\s*(?:(?:abstract|summary)\s*(?:[.:—–-]+\s*|$)|abstract\s+(?=\S))", re.IGNORECASE
)
_AFTER_ABSTRACT = re.compile(
    r"(?:(?:key\s?words|index terms|ccs concepts|categories and subject|general terms|"
    r"acm reference format)\b|(?:\w+ )?introduction(?: and \w+)?$)",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"(?:fig(?:ure|\.)|table|algorithm)\s*\d+\s*[.:|]", re.IGNORECASE)
_HEAD_LINES = 40  # where nothing says that the abstract begins
_LONGEST_HEADING = 60  # characters
_LONGEST_ABSTRACT = 80  # lines
_NOTE = 0.7  # points by which notes are smaller than the abstract


def find_metadata(
    lines: Sequence[TextLine],
    info: Mapping[str, str],
    source_name: str,
    whole: Sequence[TextLine] = (),
) -> Metadata:
    """Metadata from the lines of the first two pages, page headers and margin stamps included
    and in any place, and from the file's own ``info``. ``whole`` are the document's lines, if
    more than these are known: they tell how words are divided, and what the newest year is.
    """
    words = Words.of(line.text for line in whole or lines)
    stamp = next((s for line in lines if (s := stamp_in(line.text))), None)
    page = [line for line in lines if line.box.page == 1 and not stamp_in(line.text)]
    opening = _opening(lines)
    head = page[:opening] if 0 < opening <= len(page) else page[:_HEAD_LINES]
    name = Path(source_name).stem
    arxiv_id = stamp.arxiv_id if stamp else id_in_name(name)
    title, after_title = title_lines(head)
    below = [line for line in head[after_title:] if line.size <= head[title].size]
    below += _beside(head[title:after_title], page[len(head) :])
    authors = authors_of(below, info.get("author", ""))
    small = notices(page, head[after_title:], words)
    return Metadata(
        title=title_of(lines, head, info, words),
        authors=authors,
        year=year_of(page, head, Dates(stamp, arxiv_id, info, newest_year(whole or lines))),
        arxiv_id=arxiv_id,
        abstract=_abstract(lines, words),
        arxiv_version=stamp.version if stamp else version_in_name(name),
        doi=doi_of(small),
        venue=venue_of((*small, told_subject(info))),
        affiliations=affiliations_of(below, authors) or affiliations_in(small),
        keywords=keywords_of(lines, words),
        code=code_of(whole or lines),
    )


def _beside(title: Sequence[TextLine], rest: Sequence[TextLine]) -> list[TextLine]:
    """Lines of ``rest``, which begins with the abstract's heading, that stand above it, below the
    title: a column of names that was read after the abstract.
    """
    if not (title and rest) or not _after_heading(rest[0].text):
        return []
    top, bottom = title[-1].box.y1, rest[0].box.y0
    return [
        x for x in rest[1:] if top <= x.box.y0 and x.box.y1 <= bottom and x.size <= title[0].size
    ]


def _opening(lines: Sequence[TextLine]) -> int:
    """The index of the line where the abstract or, without one, the introduction begins; 0 where
    neither is found on the first page.
    """
    page = [(i, line) for i, line in enumerate(lines) if line.box.page == 1]
    abstract = next((i for i, line in page if _after_heading(line.text)), 0)
    introduction = next((i for i, line in page if _is_section(line)), 0)
    return abstract or introduction


def _after_heading(text: str) -> int:
    """Where the text of an abstract begins that is headed so in its first line; 0 for others."""
    match = _ABSTRACT.match(text)
    opens = match is not None and (match.end() == len(text) or text[match.end()].isupper())
    return match.end() if match and opens else 0


def _is_section(line: TextLine) -> bool:
    text = line.text.strip()
    read = read_number(text)
    if _AFTER_ABSTRACT.match(read[1] if read else text):
        return True
    first = read is not None and read[0].values == (1,) and read[0].style is not Style.LETTER
    return first and (line.bold or line.small_caps) and len(text) < _LONGEST_HEADING


def _abstract(lines: Sequence[TextLine], words: Words) -> str:
    """The text from the abstract's heading to the first section or the keywords, without notes
    in smaller type and captions.
    """
    start = _opening(lines)
    after = _after_heading(lines[start].text) if lines else 0
    if not after:
        return ""
    texts = [lines[start].text[after:]]
    body = lines[start + 1 : start + 1 + _LONGEST_ABSTRACT]
    size = body[0].size if body else 0.0
    captions = {line.block for line in body if _CAPTION.match(line.text)}
    for line in body:
        if _is_section(line) or stamp_in(line.text):
            break
        if line.size > size - _NOTE and line.block not in captions:
            texts.append(line.text)
    return join_lines([text.strip() for text in texts if text.strip()], words).text
