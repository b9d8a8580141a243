from pathlib import Path

import pytest

from ingest.arxiv import id_in_name, stamp_in, year_of_id
from ingest.identity import content_hash, paper_id_of
from ingest.layout import TextLine
from ingest.metadata import find_metadata
from rag.types import Metadata
from tests.ingest.printed import Page, line


def first_page(**title: object) -> Page:
    page = Page()
    page.lines.append(line("Journal of Things 3(2):1–20, 2003", 40, size=8))
    page.heading("Cutting Papers Into", "Useful Parts", size=16, **title)
    page.text("Ada Lovelace1∗, Charles Babbage2 and Jan van der Berg1")
    page.text("1University of Somewhere 2Google Research").text("{ada,charles}@example.org")
    page.heading("Abstract").text("We cut papers into use-", "ful parts.")
    return page.heading("1 Introduction").prose()


def test_the_title_is_what_is_set_largest() -> None:
    assert (
        find_metadata(first_page().lines, {}, "x.pdf").title == "Cutting Papers Into Useful Parts"
    )


def test_a_chapters_number_is_no_part_of_its_title() -> None:
    page = Page().heading("1 Cutting Papers Into Parts", size=17).text("Ada Lovelace")
    page.heading("1.1 Introduction").prose()
    assert find_metadata(page.lines, {}, "x.pdf").title == "Cutting Papers Into Parts"
    numbered = Page().heading("20 Questions About Papers", size=17).text("Ada Lovelace")
    numbered.heading("1 Introduction").prose()
    assert find_metadata(numbered.lines, {}, "x.pdf").title == "20 Questions About Papers"


def test_letters_set_wide_are_no_title() -> None:
    page = Page()
    page.lines.append(line("K N U A I R", 8, size=10))
    page.lines.append(line("Cutting Is All You Need", 409, size=48))
    assert find_metadata(page.lines, {}, "x.pdf").title == "Cutting Is All You Need"


def test_small_capitals_become_title_case() -> None:
    page = Page().heading("RNNS AND THE CUTTING OF PAPERS", size=16, bold=False, small_caps=True)
    page.heading("Abstract").text("we study RNNs in this paper of ours")
    assert find_metadata(page.lines, {}, "x.pdf").title == "RNNs and the Cutting of Papers"


@pytest.mark.parametrize(
    ("own", "title"),
    [
        ("Cutting papers into useful parts", "Cutting papers into useful parts"),
        ("main.dvi", "Cutting Papers Into Useful Parts"),
        ("Overleaf Example", "Cutting Papers Into Useful Parts"),
        ("Cutting", "Cutting Papers Into Useful Parts"),
    ],
)
def test_the_files_own_title_counts_where_the_page_shows_it(own: str, title: str) -> None:
    assert find_metadata(first_page().lines, {"title": own}, "x.pdf").title == title


def test_authors_are_names_without_marks_places_and_addresses() -> None:
    found = find_metadata(first_page().lines, {}, "x.pdf").authors
    assert found == ("Ada Lovelace", "Charles Babbage", "Jan van der Berg")


def test_streets_and_towns_below_a_name_are_no_authors() -> None:
    page = Page().heading("A Title of Some Length", size=16)
    page.text("Ada Lovelace", "Some Lab", "Lange Gasse 36", "6900 Upper Bridge, Nowhere")
    page.lines += [
        line("Charles Babbage", 104, x=320),
        line("Corso Grande 12", 116, x=320),
    ]
    page.heading("Abstract").prose()
    found = find_metadata(page.lines, {}, "x.pdf").authors
    assert found == ("Ada Lovelace", "Charles Babbage")


def test_bold_names_leave_no_room_for_places() -> None:
    page = Page().heading("A Title of Some Length", size=16)
    page.text("Ada Lovelace", bold=True).text("Mountain View").heading("Abstract").prose()
    assert find_metadata(page.lines, {}, "x.pdf").authors == ("Ada Lovelace",)


def test_the_files_own_authors_count_where_the_page_shows_them() -> None:
    info = {"author": "Ada Lovelace; Charles Babbage"}
    assert find_metadata(first_page().lines, info, "x").authors == (
        "Ada Lovelace",
        "Charles Babbage",
    )
    stranger = {"author": "Some Body"}
    assert len(find_metadata(first_page().lines, stranger, "x").authors) == 3


def test_the_abstract_ends_before_the_first_section() -> None:
    assert find_metadata(first_page().lines, {}, "x").abstract == "We cut papers into useful parts."


def test_an_abstract_may_follow_its_heading_on_the_line() -> None:
    page = Page().heading("A Title of Some Length", size=16)
    page.text("Abstract. We cut papers.").text("Keywords: cutting").heading("1 Introduction")
    assert find_metadata(page.lines, {}, "x").abstract == "We cut papers."


def test_the_abstract_has_its_compounds_and_no_caption() -> None:
    page = Page().heading("A Title of Some Length", size=16).heading("Abstract")
    page.text("We study a chain-of-", "thought, as no-", "retrieval papers do.")
    page.text("Figure 1: Our chain of thought goes", "from left to right.").heading(
        "1 Introduction"
    )
    page.text("All papers do it without no-retrieval thought.")
    found = find_metadata(page.lines, {}, "x").abstract
    assert found == "We study a chain-of-thought, as no-retrieval papers do."


def test_a_title_in_capitals_is_joined_before_its_case_is_restored() -> None:
    page = Page().heading("ADAPTING LARGE LAN-", "GUAGE MODELS", size=16, small_caps=True)
    page.heading("Abstract").text("we adapt a language model")
    title = find_metadata(page.lines, {}, "x").title
    assert title == "Adapting Large Language Models"


def stamp(text: str) -> TextLine:
    return line(text, 300, size=20, x=20)


@pytest.mark.parametrize(
    ("margin", "header", "info", "year"),
    [
        ("", "", {}, 2003),
        ("arXiv:0302.01234v5 [cs.CL] 6 Dec 2017", "", {}, 2003),
        ("arXiv:1706.03762v5 [cs.CL] 6 Dec 2018", "", {}, 2017),
        (
            "arXiv:1412.6980v9 [cs.LG] 30 Jan 2017",
            "Published as a conference paper at ICLR 2015",
            {},
            2015,
        ),
        ("", "Published as a conference paper at ICLR 2015", {"creationDate": "D:2020"}, 2015),
    ],
)
def test_the_year_is_that_of_print_or_of_submission(
    margin: str, header: str, info: dict[str, str], year: int
) -> None:
    lines = first_page().lines
    if header:
        lines[0] = line(header, 40, size=8)
    if margin:
        lines.append(stamp(margin))
    assert find_metadata(lines, info, "x.pdf").year == year


def test_the_last_resort_for_the_year_is_when_the_file_was_made() -> None:
    lines = first_page().lines[1:]
    assert find_metadata(lines, {"creationDate": "D:20190214"}, "x.pdf").year == 2019
    assert find_metadata(lines, {}, "x.pdf").year is None


@pytest.mark.parametrize(
    ("info", "cited", "year"),
    [
        ({"modDate": "D:20151218"}, 2014, 2015),
        ({"modDate": "D:20140423"}, 2012, 2012),
        ({"creationDate": "D:20200101", "modDate": "D:20230101"}, 2012, 2020),
        ({"modDate": "D:20140423"}, 2030, 2014),
        ({}, 2012, None),
    ],
)
def test_a_file_changed_years_later_does_not_tell_the_year(
    info: dict[str, str], cited: int, year: int | None
) -> None:
    lines = first_page().text(f"as shown in {cited}", f"and again ({cited})").lines[1:]
    assert find_metadata(lines, info, "x.pdf").year == year


def test_the_id_comes_from_the_margin_else_from_the_file_name_and_never_from_a_citation() -> None:
    lines = first_page().text("see arXiv:1412.6980v9 [cs.LG] for this").lines
    assert find_metadata(lines, {}, "paper.pdf").arxiv_id == ""
    assert find_metadata(lines, {}, "1706.03762.pdf").arxiv_id == "1706.03762"
    lines.append(stamp("arXiv:1810.04805v2  [cs.CL]  24 May 2019"))
    assert find_metadata(lines, {}, "1706.03762.pdf").arxiv_id == "1810.04805"


def test_no_lines_tell_nothing() -> None:
    assert find_metadata([], {}, "x.pdf") == Metadata()


@pytest.mark.parametrize(
    ("text", "arxiv_id"),
    [
        ("arXiv:1706.03762v5 [cs.CL] 6 Dec 2017", "1706.03762"),
        ("arXiv:cs/0112017v1 [cs.CL] 12 Dec 2001", "cs/0112017"),
        ("arXiv preprint arXiv:1412.6980, 2014", None),
    ],
)
def test_stamps(text: str, arxiv_id: str | None) -> None:
    found = stamp_in(text)
    assert (found.arxiv_id if found else None) == arxiv_id


@pytest.mark.parametrize(
    ("name", "arxiv_id"),
    [("1706.03762", "1706.03762"), ("1706.03762v2", "1706.03762"), ("1799.03762", ""), ("a", "")],
)
def test_file_names(name: str, arxiv_id: str) -> None:
    assert id_in_name(name) == arxiv_id


@pytest.mark.parametrize(
    ("arxiv_id", "year"),
    [("1706.03762", 2017), ("cs/0112017", 2001), ("cs/9901001", 1999), ("", None)],
)
def test_the_year_of_an_id(arxiv_id: str, year: int | None) -> None:
    assert year_of_id(arxiv_id) == year


def test_paper_ids_are_stable_and_typable(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("abc")
    digest = content_hash(file)
    assert digest.startswith("ba7816bf8f01")
    assert paper_id_of(Metadata(), digest, "a.md") == "pba7816bf8f"
    assert paper_id_of(Metadata(), digest, "1706.03762.pdf") == "1706.03762"
    assert paper_id_of(Metadata(arxiv_id="cs/0112017"), digest, "a.md") == "cs-0112017"


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("paper", "title", "author", "year", "arxiv_id"),
    [
        (
            "vgg",
            "Very Deep Convolutional Networks for Large-Scale Image Recognition",
            "Karen Simonyan",
            2015,
            "1409.1556",
        ),
        (
            "alexnet",
            "ImageNet Classification with Deep Convolutional Neural Networks",
            "Alex Krizhevsky",
            2012,
            "",
        ),
        ("lstm-1997", "Long Short-Term Memory", "Sepp Hochreiter", 1997, ""),
    ],
)
def test_real_first_pages(
    corpus_data: Path, paper: str, title: str, author: str, year: int | None, arxiv_id: str
) -> None:
    from ingest.parsers.pdf.extract import read_pdf

    document = read_pdf(corpus_data / "famous/papers" / f"{paper}.pdf")
    lines = [x for x in (*document.lines, *document.furniture) if x.box.page <= 2]
    found = find_metadata(lines, document.info, f"{paper}.pdf", document.lines)
    assert (found.title, found.authors[0]) == (title, author)
    assert (found.year, found.arxiv_id) == (year, arxiv_id)
    assert len(found.abstract) > 500
