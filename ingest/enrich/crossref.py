"""Crossref's REST API: api.crossref.org, with the address in ``mailto`` in its polite pool."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from ingest.enrich import reading
from ingest.enrich.service import Question, Record
from ingest.frontpage.doi import clean_doi
from rag.citations import surname
from rag.types import Metadata

PAUSE_S = 0.25
_BLOCK_END = re.compile(r"</jats:(?:title|p|sec)>")
_HEADING = re.compile(r"^abstract\b[:.\s]*", re.IGNORECASE)


def questions(metadata: Metadata) -> Sequence[Question]:
    """By DOI, else by title and first author."""
    if metadata.doi:
        return [Question(f"/works/{quote(metadata.doi, safe='')}")]
    if not metadata.title:
        return []
    author = surname(metadata.authors[0]) if metadata.authors else ""
    words = f"{metadata.title} {author}".strip()
    return [Question("/works", {"query.bibliographic": words, "rows": "3"})]


def read(body: bytes) -> list[Record]:
    """A work, or the list that a search gives. Raises ValueError for what is neither."""
    match reading.at(reading.parsed(body), "message"):
        case {"items": list(found)}:
            pass
        case dict() as work:
            found = [work]
        case _:
            raise ValueError("no message in it")
    return [record for work in found if (record := _record(work))]


def _record(work: object) -> Record | None:
    title = reading.text(reading.at(work, "title", 0))
    subtitle = reading.text(reading.at(work, "subtitle", 0))
    if not title or reading.at(work, "type") in {"component", "peer-review", "grant"}:
        return None
    return Record(
        title=f"{title}: {subtitle}" if subtitle and subtitle not in title else title,
        authors=tuple(filter(None, map(_name, reading.items(reading.at(work, "author"))))),
        year=reading.year(reading.at(work, "issued", "date-parts", 0, 0)),
        venue=reading.venue(reading.at(work, "container-title", 0)),
        doi=clean_doi(reading.text(reading.at(work, "DOI"))),
        abstract=_abstract(reading.at(work, "abstract")),
    )


def _abstract(jats: object) -> str:
    """Without the title that JATS gives it, and with a space between its paragraphs."""
    if not isinstance(jats, str):
        return ""
    return _HEADING.sub("", reading.text(_BLOCK_END.sub(r"\g<0> ", jats)))


def _name(author: object) -> str:
    parts = (reading.text(reading.at(author, key)) for key in ("given", "family", "name"))
    return " ".join(filter(None, parts))
