"""What arXiv's API says of preprints: Atom feeds.

Its manual: https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

import re

from ingest.arxiv import id_and_version
from ingest.enrich import reading
from ingest.frontpage.doi import clean_doi
from ingest.markup import Node, xml_root
from rag.types import Metadata

PAUSE_S = 3.0
"""Between two requests, as https://info.arxiv.org/help/api/tou.html asks."""

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
# "Advances in ... 30 (2017)" as authors put it: the name ends where figures begin.
_FIGURES = re.compile(r"[,;]?\s*(?:vol\b.*|\(?\d.*)$", re.IGNORECASE)


def preprints(body: bytes) -> list[Metadata]:
    """Those of a feed, each with its id and version. Raises ValueError for what is no feed."""
    feed = xml_root(body)
    if feed.getroottree().docinfo.doctype:
        raise ValueError("a feed does not declare entities")
    if feed.tag != f"{_ATOM}feed":
        raise ValueError("not an Atom feed")
    return [known for entry in feed.iter(f"{_ATOM}entry") if (known := _preprint(entry))]


def _preprint(entry: Node) -> Metadata | None:
    """What an entry says; None where it has no id of arXiv or no title: errors come as entries."""

    def said(tag: str) -> str:
        return reading.text(entry.findtext(tag, ""))

    found = id_and_version(said(f"{_ATOM}id").rpartition("/abs/")[2])
    title = said(f"{_ATOM}title")
    if found is None or not title:
        return None
    names = (a.findtext(f"{_ATOM}name", "") for a in entry.iter(f"{_ATOM}author"))
    published = said(f"{_ATOM}published")[:4]
    return Metadata(
        title=title,
        authors=tuple(name for written in names if (name := reading.text(written))),
        year=reading.year(int(published)) if published.isdecimal() else None,
        arxiv_id=found[0],
        abstract=said(f"{_ATOM}summary"),
        arxiv_version=found[1],
        doi=clean_doi(said(f"{_ARXIV}doi")),
        venue=_FIGURES.sub("", said(f"{_ARXIV}journal_ref")).strip(),
    )
