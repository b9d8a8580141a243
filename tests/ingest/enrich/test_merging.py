"""What agrees, and what is taken."""

from dataclasses import replace

import pytest

from ingest.enrich.agreement import agrees, same_title
from ingest.enrich.merging import lacks, merged, taken, told
from ingest.enrich.service import Record
from ingest.known import reread
from rag.types import Metadata
from tests.values import make_paper

OURS = Metadata(title="Cutting Papers", authors=("Ada Lovelace",), year=2021)
THEIRS = Record(
    "Cutting papers", ("A. Lovelace",), 2022, "CP 2022", "10.5555/1", "2101.00001", "We."
)


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("Cutting Papers", "CUTTING PAPERS.", True),
        ("Schrödinger’s Papers", "Schrodinger's papers", True),
        ("Cutting Papers Into Useful Parts", "Cutting Papers Into Usefull Parts", True),
        ("Cutting Papers", "Pasting Papers", False),
        ("Cutting Papers, Part 1", "Cutting Papers, Part 2", False),
        ("YOLOv3: An Improvement of It All", "YOLOv4: An Improvement of It All", False),
        ("", "", False),
    ],
)
def test_titles_are_the_same_but_for_slips(ours: str, theirs: str, same: bool) -> None:
    assert same_title(ours, theirs) is same


def test_the_same_title_by_other_people_does_not_agree() -> None:
    assert agrees(OURS, THEIRS)
    assert not agrees(OURS, Record("Cutting Papers", ("Some Body",)))
    assert agrees(OURS, Record("Cutting Papers"))


def test_a_paper_without_title_agrees_by_its_id_alone() -> None:
    assert agrees(Metadata(arxiv_id="2101.00001"), THEIRS)
    assert agrees(Metadata(doi="10.5555/1"), THEIRS)
    assert not agrees(Metadata(arxiv_id="2101.00002"), THEIRS)
    assert not agrees(Metadata(), THEIRS)


def test_only_what_is_missing_is_taken() -> None:
    after, fields = merged(OURS, THEIRS)
    assert fields == ("venue", "doi", "arxiv_id", "abstract")
    assert (after.title, after.authors, after.year) == (OURS.title, OURS.authors, OURS.year)
    assert (after.venue, after.doi, after.arxiv_id) == ("CP 2022", "10.5555/1", "2101.00001")
    assert told(fields, "Crossref") == "venue, DOI, arXiv id, abstract: from Crossref"
    assert merged(after, THEIRS) == (after, ())
    assert not lacks(after)
    assert lacks(OURS)


@pytest.mark.parametrize(
    ("ours", "theirs", "taken"),
    [
        (("Ada Lovelace",), ("Ada Lovelace", "Charles Babbage"), True),
        (("Ada Lovelace", "Mountain View"), ("Ada Lovelace", "Charles Babbage", "M. S."), False),
        (("Ada Lovelace", "Charles Babbage"), ("Ada Lovelace",), False),
        (("Ada Lovelace",), ("A. Lovelace",), False),
    ],
)
def test_authors_are_taken_where_some_were_overlooked(
    ours: tuple[str, ...], theirs: tuple[str, ...], taken: bool
) -> None:
    after, _ = merged(Metadata(title="T", authors=ours), Record("T", theirs))
    assert after.authors == (theirs if taken else ours)


def test_a_title_in_capitals_is_taken_as_others_write_it() -> None:
    shouted = Metadata(title="CUTTING PAPERS")
    assert merged(shouted, Record("Cutting Papers"))[0].title == "Cutting Papers"
    assert merged(shouted, Record("Cutting Paper"))[0].title == "CUTTING PAPERS"


def test_remarks_tell_what_was_taken() -> None:
    ours = (told(("title", "arxiv_id"), "Crossref"), told(("authors",), "arXiv"))
    assert taken((*ours, "read from its PDF: scanned", "Pages 1: from two columns")) == (
        ours,
        frozenset({"title", "authors", "arxiv_id"}),
    )


def test_what_the_file_says_counts_and_what_it_lacks_stays() -> None:
    before = make_paper({"A": ["a"]}, title="Cutting Papers", authors=("A. Lovelace", "C. Babbage"))
    facts = replace(before.metadata, doi="10.5555/1", arxiv_id="2101.00001", arxiv_version=2)
    before = replace(before, metadata=facts, remarks=("Without what: 1 of 2", "DOI: from Crossref"))
    read = make_paper({"A": ["a"]}, title="CUTTING PAPERS", authors=("A. Lovelace",), year=2022)
    again = reread(read, before)
    assert again.metadata == replace(facts, authors=("A. Lovelace",), year=2022)
    assert again.remarks == ("DOI: from Crossref",)
    looked_up = reread(read, replace(before, remarks=("authors: from Crossref",)))
    assert looked_up.metadata.authors == before.metadata.authors
    other = replace(read, metadata=replace(read.metadata, arxiv_id="2202.00002"))
    assert reread(other, before).metadata.arxiv_version is None
