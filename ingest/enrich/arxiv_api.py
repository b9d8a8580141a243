"""arXiv's API: Atom feeds.

info.arxiv.org/help/api/user-manual.html; its terms of use ask for three seconds between requests.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.enrich import reading
from ingest.enrich.service import Question, Record
from ingest.frontpage.doi import clean_doi
from ingest.markup import Node, xml_root
from rag.types import Metadata

PAUSE_S = 3.0
_PATH = "/api/query"
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_ID = re.compile(r"arxiv\.org/abs/(.+?)(?:v\d+)?$")
# "Advances in ... 30 (2017)" as authors put it: the name ends where figures begin.
_FIGURES = re.compile(r"[,;]?\s*(?:vol\b.*|\(?\d.*)$", re.IGNORECASE)


def questions(metadata: Metadata) -> Sequence[Question]:
    """By the arXiv id, else by the words of the title."""
    if metadata.arxiv_id:
        return [Question(_PATH, {"id_list": metadata.arxiv_id, "max_results": "1"})]
    words = re.findall(r"\w+", metadata.title)
    if len(words) < 2:
        return []
    return [Question(_PATH, {"search_query": f'ti:"{" ".join(words)}"', "max_results": "3"})]


def read(body: bytes) -> list[Record]:
    """The entries of a feed. Raises ValueError for what is none."""
    feed = xml_root(body)
    if feed.getroottree().docinfo.doctype:
        raise ValueError("a feed does not declare entities")
    if feed.tag != f"{_ATOM}feed":
        raise ValueError("not an Atom feed")
    return [record for entry in feed.iter(f"{_ATOM}entry") if (record := _record(entry))]


def _record(entry: Node) -> Record | None:
    def said(tag: str) -> str:
        return reading.text(entry.findtext(tag, ""))

    match = _ID.search(said(f"{_ATOM}id"))
    title = said(f"{_ATOM}title")
    if match is None or not title:  # errors come as entries, too
        return None
    names = (a.findtext(f"{_ATOM}name", "") for a in entry.iter(f"{_ATOM}author"))
    published = said(f"{_ATOM}published")[:4]
    return Record(
        title=title,
        authors=tuple(name for written in names if (name := reading.text(written))),
        year=reading.year(int(published)) if published.isdecimal() else None,
        venue=_FIGURES.sub("", said(f"{_ARXIV}journal_ref")).strip(),
        doi=clean_doi(said(f"{_ARXIV}doi")),
        arxiv_id=match[1],
        abstract=said(f"{_ATOM}summary"),
    )
