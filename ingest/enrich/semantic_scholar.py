"""Semantic Scholar's Academic Graph API: api.semanticscholar.org/api-docs/graph."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from ingest.enrich import reading
from ingest.enrich.service import Question, Record
from ingest.frontpage.doi import clean_doi
from rag.types import Metadata

PAUSE_S = 1.1
KEY_HEADER = "x-api-key"
_PAPER = "/graph/v1/paper"
_FIELDS = {"fields": "title,authors,year,venue,externalIds,abstract"}


def questions(metadata: Metadata) -> Sequence[Question]:
    """By arXiv id, by DOI, then by the title that matches best."""
    ids = [
        *([f"ARXIV:{metadata.arxiv_id}"] if metadata.arxiv_id else []),
        *([f"DOI:{metadata.doi}"] if metadata.doi else []),
    ]
    asked = [Question(f"{_PAPER}/{quote(known, safe=':/')}", _FIELDS) for known in ids]
    if metadata.title and not ids:
        asked.append(Question(f"{_PAPER}/search/match", {"query": metadata.title, **_FIELDS}))
    return asked


def read(body: bytes) -> list[Record]:
    """A paper, or the list that a search gives. Raises ValueError for what is neither."""
    answer = reading.parsed(body)
    found = reading.items(reading.at(answer, "data")) or [answer]
    return [record for paper in found if (record := _record(paper))]


def _record(paper: object) -> Record | None:
    title = reading.text(reading.at(paper, "title"))
    if not title:
        return None
    names = (reading.at(a, "name") for a in reading.items(reading.at(paper, "authors")))
    doi = clean_doi(reading.text(reading.at(paper, "externalIds", "DOI")))
    return Record(
        title=title,
        authors=tuple(name for written in names if (name := reading.text(written))),
        year=reading.year(reading.at(paper, "year")),
        venue=reading.venue(reading.at(paper, "venue")),
        doi="" if doi.startswith("10.48550/") else doi,
        arxiv_id=reading.text(reading.at(paper, "externalIds", "ArXiv")),
        abstract=reading.text(reading.at(paper, "abstract")),
    )
