"""OpenAlex: docs.openalex.org. Even by id a list is asked for: lists are never redirected."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.enrich import reading
from ingest.enrich.service import Question, Record
from ingest.frontpage.doi import clean_doi
from rag.types import Metadata

PAUSE_S = 0.25
_LONGEST_ABSTRACT = 2000  # words
_FIELDS = {
    "select": "title,authorships,publication_year,primary_location,doi,abstract_inverted_index",
    "per-page": "3",
}


def questions(metadata: Metadata) -> Sequence[Question]:
    """By DOI, or the DOI that arXiv gives its papers; else by the title."""
    doi = metadata.doi or (f"10.48550/arxiv.{metadata.arxiv_id}" if metadata.arxiv_id else "")
    # A comma would begin the next filter, a bar an alternative.
    title = " ".join(metadata.title.translate({ord(c): " " for c in ',|:;!?"'}).split())
    asked = [f"doi:{doi}"] if doi else []
    asked += [f"title.search:{title}"] if title else []
    return [Question("/works", {"filter": wanted, **_FIELDS}) for wanted in asked]


def read(body: bytes) -> list[Record]:
    """The works of a list. Raises ValueError for what is none."""
    match reading.parsed(body):
        case {"results": list(found)}:
            return [record for work in found if (record := _record(work))]
        case _:
            raise ValueError("no results in it")


def _record(work: object) -> Record | None:
    title = reading.text(reading.at(work, "title"))
    if not title:
        return None
    written = reading.items(reading.at(work, "authorships"))
    names = (reading.text(reading.at(entry, "author", "display_name")) for entry in written)
    doi = clean_doi(reading.text(reading.at(work, "doi")))
    of_arxiv = doi.startswith("10.48550/arxiv.")
    return Record(
        title=title,
        authors=tuple(filter(None, names)),
        year=reading.year(reading.at(work, "publication_year")),
        venue=reading.venue(reading.at(work, "primary_location", "source", "display_name")),
        doi="" if of_arxiv else doi,
        arxiv_id=doi.removeprefix("10.48550/arxiv.") if of_arxiv else "",
        abstract=_running_text(reading.at(work, "abstract_inverted_index")),
    )


def _running_text(index: object) -> str:
    """The abstract, which comes as each word's places."""
    if not isinstance(index, dict):
        return ""
    placed = {
        place: word
        for word, places in index.items()
        for place in reading.items(places)
        if type(place) is int and 0 <= place < _LONGEST_ABSTRACT
    }
    return reading.text(" ".join(placed[place] for place in sorted(placed)))
