"""Questions to the services, and their answers as they document them."""

import pytest

from ingest.enrich import arxiv_api, crossref, openalex, semantic_scholar
from ingest.enrich.service import Record
from rag.types import Metadata
from tests.ingest.enrich.server import RECORDED

TITLE = "Cutting Papers Into Useful Parts"
KNOWN = Metadata(title=TITLE, authors=("Ada Lovelace",), arxiv_id="2101.00001", doi="10.5555/p(1)")
TITLED = Metadata(title='Cutting "Papers", Into: Useful | Parts?', authors=("Ada Lovelace",))


def body(name: str) -> bytes:
    return (RECORDED / name).read_bytes()


def test_arxiv() -> None:
    (record,) = arxiv_api.read(body("arxiv.xml"))
    assert record == Record(
        title=TITLE,
        authors=("Ada Lovelace", "Charles Babbage"),
        year=2021,
        venue="Journal of Useful Parts",
        doi="10.5555/parts.2021.1",
        arxiv_id="2101.00001",
        abstract="We cut papers into useful parts, & say where they stand.",
    )
    assert arxiv_api.read(body("arxiv-error.xml")) == []
    (by_id,), (by_title,) = arxiv_api.questions(KNOWN), arxiv_api.questions(TITLED)
    assert by_id.parameters["id_list"] == "2101.00001"
    assert by_title.parameters["search_query"] == 'ti:"Cutting Papers Into Useful Parts"'
    assert arxiv_api.questions(Metadata()) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_any_encoding(encoding: str) -> None:
    feed = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE f [<!ENTITY x "y">]>'
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>&x;</title></entry></feed>'
    )
    with pytest.raises(ValueError, match="does not declare entities"):
        arxiv_api.read(feed.encode(encoding))


def test_semantic_scholar() -> None:
    (record,) = semantic_scholar.read(body("semantic-scholar.json"))
    assert record.authors == ("Ada Lovelace", "C. Babbage", "Mary Somerville")
    assert (record.doi, record.arxiv_id) == ("10.5555/parts.2021.1", "2101.00001")
    assert (record.year, record.venue) == (2021, "Journal of Useful Parts")
    (preprint,) = semantic_scholar.read(body("semantic-scholar-match.json"))
    assert (preprint.venue, preprint.doi, preprint.abstract) == ("", "", "")
    paths = [question.path for question in semantic_scholar.questions(KNOWN)]
    assert paths == [
        "/graph/v1/paper/ARXIV:2101.00001",
        "/graph/v1/paper/DOI:10.5555/p%281%29",
    ]
    (match,) = semantic_scholar.questions(TITLED)
    assert match.parameters["query"] == TITLED.title


def test_crossref() -> None:
    other, record = crossref.read(body("crossref.json"))
    assert other.title == "Cutting Papers Into Useless Pieces"
    assert record.authors == ("Ada Lovelace", "Charles Babbage", "The Parts Team")
    assert record.venue == "Proceedings of the 3rd Conference on Useful Parts"
    assert record.abstract == "We cut papers into useful parts."
    assert (record.year, record.doi) == (2021, "10.5555/parts.2021.1")
    (by_doi,), (by_title,) = crossref.questions(KNOWN), crossref.questions(TITLED)
    assert by_doi.path == "/works/10.5555%2Fp%281%29"
    assert by_title.parameters["query.bibliographic"] == f"{TITLED.title} Lovelace"


def test_openalex() -> None:
    (record,) = openalex.read(body("openalex.json"))
    assert record.abstract == "We cut papers into papers"
    assert (record.doi, record.venue) == ("10.5555/parts.2021.1", "Journal of Useful Parts")
    asked = [question.parameters["filter"] for question in openalex.questions(TITLED)]
    assert asked == ["title.search:Cutting Papers Into Useful Parts"]
    of_arxiv = Metadata(arxiv_id="2101.00001")
    assert openalex.questions(of_arxiv)[0].parameters["filter"] == "doi:10.48550/arxiv.2101.00001"


READERS = [arxiv_api.read, semantic_scholar.read, crossref.read, openalex.read]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("garbage", [b"", b"<html>503</html>", b"\xff\xfe\x00", b"{", b"[" * 9000])
def test_garbage_is_told_apart(read, garbage: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(garbage)


@pytest.mark.parametrize(
    ("read", "odd"),
    [
        (semantic_scholar.read, b'{"title": {"a": 1}, "authors": 3}'),
        (semantic_scholar.read, b'{"title": "T", "authors": [3, null], "year": "x"}'),
        (crossref.read, b'{"message": {"title": [], "author": {}, "issued": []}}'),
        (crossref.read, b'{"message": {"title": ["T"], "issued": {"date-parts": [[null]]}}}'),
        (openalex.read, b'{"results": [1, {"title": "T", "abstract_inverted_index": {"a": 1}}]}'),
    ],
)
def test_odd_values_are_passed_over(read, odd: bytes) -> None:
    for record in read(odd):
        assert record == Record("T")


def test_a_feed_that_declares_entities_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><feed xmlns="http://www.w3.org/2005/Atom">&a;</feed>'
    with pytest.raises(ValueError, match="entities"):
        arxiv_api.read(bomb)
