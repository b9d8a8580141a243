"""Headings and sections on hand-made pages, and on a handful of real papers."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.layout import OutlineEntry
from ingest.structure import build_sections, find_headings
from rag.types import Role
from tests.ingest.printed import BODY, Page


def found(page: Page, outline: tuple[OutlineEntry, ...] = ()) -> list[tuple[int, str, str]]:
    """(level, number, title) of each heading."""
    headings = find_headings(page.lines, outline, BODY)
    return [(h.level, h.number, h.title) for h in headings]


def numbered() -> Page:
    page = Page().heading("A Paper About Things", size=16)
    page.text("Ada Lovelace").heading("Abstract").prose()
    page.heading("1 Introduction").prose().heading("2 Method").prose()
    page.heading("2.1 Notation", size=10).prose().heading("2.2 Loss", size=10).prose()
    return page.heading("3 Results").prose()


def test_numbered_headings_are_found_with_their_levels() -> None:
    assert found(numbered()) == [
        (1, "", "Abstract"),
        (1, "1", "Introduction"),
        (1, "2", "Method"),
        (2, "2.1", "Notation"),
        (2, "2.2", "Loss"),
        (1, "3", "Results"),
    ]


def test_title_and_authors_are_no_headings() -> None:
    titles = [title for _, _, title in found(numbered())]
    assert "A Paper About Things" not in titles
    assert "Ada Lovelace" not in titles


def test_references_and_appendix_follow_the_numbers() -> None:
    page = numbered().heading("References").text("[1] A. Author. A Title. 2001.")
    page.heading("A Proofs").prose().heading("B More").prose()
    assert found(page)[-3:] == [(1, "", "References"), (1, "A", "Proofs"), (1, "B", "More")]
    sections = build_sections(find_headings(page.lines, (), BODY), page.lines)
    assert [s.role for s in sections[-3:]] == [Role.REFERENCES, Role.APPENDIX, Role.APPENDIX]


@pytest.mark.parametrize(
    "text",
    [
        "Figure 3: The loss goes down.",
        "Table 1. Scores.",
        "Theorem 2 (Convergence).",
        "Proof.",
        "• Bold item",
        "x = y + z",
        "Keywords: retrieval",
        "Scores:",
    ],
)
def test_bold_lines_of_other_kinds_are_no_headings(text: str) -> None:
    page = numbered().heading(text).prose()
    assert len(found(page)) == 6


def test_numbers_out_of_sequence_are_no_headings() -> None:
    page = numbered().heading("17 Apples", size=10).prose()
    assert "Apples" not in [title for _, _, title in found(page)]


def test_enumerated_sentences_do_not_break_the_sequence() -> None:
    page = Page().heading("1 Introduction").prose()
    page.text("1. We cut papers into parts.").text("2. We search them all.")
    page.heading("2 Method").prose().heading("3 Results").prose()
    assert [n for _, n, _ in found(page)] == ["1", "2", "3"]


def test_a_heading_of_two_lines_is_joined_and_its_hyphen_undone() -> None:
    page = numbered().heading("4 A Long Heading About the Many Pro-", "perties of Headings").prose()
    assert found(page)[-1] == (1, "4", "A Long Heading About the Many Properties of Headings")


def test_small_capitals_become_readable() -> None:
    page = numbered()
    page.text("the model is called BERT by all of us here")
    page.heading("4 FINE-TUNING OF BERT AND OTHERS", bold=False, small_caps=True).prose()
    assert found(page)[-1] == (1, "4", "Fine-Tuning of BERT and Others")


def test_a_name_in_small_capitals_on_the_last_line_belongs_to_the_heading() -> None:
    page = numbered().heading("4 What Models of Many Kinds Reach")
    page.y -= 4
    page._put("QUOREF", size=12, bold=True, small_caps=True, block=page.block)
    page.prose()
    assert found(page)[-1] == (1, "4", "What Models of Many Kinds Reach QUOREF")


def test_pieces_of_a_word_in_small_capitals_are_put_together() -> None:
    page = numbered()
    page.text("here we call it ReAct and nothing else")
    page.heading("4 REAC T: ACTING", bold=False, small_caps=True).prose()
    assert found(page)[-1] == (1, "4", "ReAct: Acting")


def test_headings_in_capitals_are_spelt_as_the_text_spells_them() -> None:
    page = Page().text("where we train BERT on the web, and a tree of rank r for GLUE")
    page.heading("1 INTRODUCTION").prose().heading("2 BERT").prose()
    page.heading("3 THE TREE OF RANK r").prose().heading("4 GLUE").prose()
    assert [title for _, _, title in found(page)] == [
        "Introduction",
        "BERT",
        "The Tree of Rank r",
        "GLUE",
    ]


def test_names_in_capitals_stay_where_other_headings_have_small_letters() -> None:
    page = numbered().text("all the news is here").heading("4 SPMRL").prose()
    page.heading("5 TREC-NEWS").prose()
    assert [title for _, _, title in found(page)[-2:]] == ["SPMRL", "TREC-NEWS"]


def test_roman_numbers_hold_lettered_ones() -> None:
    page = Page().heading("I. INTRODUCTION", bold=False, size=10).prose()
    page.heading("II. METHOD", bold=False, size=10).prose()
    page.heading("A. Data", bold=False, italic=True, size=10).prose()
    page.heading("B. Model", bold=False, italic=True, size=10).prose()
    page.heading("III. RESULTS", bold=False, size=10).prose()
    assert [(level, number) for level, number, _ in found(page)] == [
        (1, "I"),
        (1, "II"),
        (2, "A"),
        (2, "B"),
        (1, "III"),
    ]


def test_without_numbers_the_type_tells_headings_and_levels() -> None:
    page = Page().heading("Introduction").prose().heading("Our Way of Doing It").prose()
    page.heading("Small Matters", size=10).prose().heading("Conclusion").prose()
    assert found(page) == [
        (1, "", "Introduction"),
        (1, "", "Our Way of Doing It"),
        (2, "", "Small Matters"),
        (1, "", "Conclusion"),
    ]


def test_the_outline_names_headings_that_do_not_stand_out() -> None:
    page = Page().heading("1 Introduction").prose().text("2 plainly set").prose()
    page.heading("3 Results").prose()
    outline = tuple(
        OutlineEntry(1, title, 1) for title in ("Introduction", "plainly set", "Results")
    )
    assert [title for _, _, title in found(page, outline)] == [
        "Introduction",
        "plainly set",
        "Results",
    ]


def test_the_only_root_of_an_outline_is_the_title() -> None:
    page = Page().heading("The Title of It", size=16).heading("First Part").prose()
    page.heading("Second Part").prose()
    outline = (
        OutlineEntry(1, "The Title of It", 1),
        OutlineEntry(2, "First Part", 1),
        OutlineEntry(2, "Second Part", 1),
    )
    assert found(page, outline) == [(1, "", "First Part"), (1, "", "Second Part")]


def test_the_title_of_a_chapter_that_is_the_whole_document_opens_no_section() -> None:
    page = Page().heading("1 A Chapter About Things", size=17).heading("Ada Lovelace", size=10)
    page.heading("1.1 Introduction").prose().heading("1.2 Results").prose()
    page.heading("1.2.1 Scores", size=11).prose().heading("1.3 Conclusion").prose()
    assert found(page) == [
        (1, "1.1", "Introduction"),
        (1, "1.2", "Results"),
        (2, "1.2.1", "Scores"),
        (1, "1.3", "Conclusion"),
    ]


def test_run_in_headings_are_found_where_a_paper_has_several() -> None:
    page = numbered()
    page.text("Encoder We read the whole of the input text", "again and again.", lead=7)
    page.text("Decoder It writes the output of the model", "again and again.", lead=7)
    headings = find_headings(page.lines, (), BODY)
    assert [(h.title, h.level, h.run_in) for h in headings[-2:]] == [
        ("Encoder", 2, 7),
        ("Decoder", 2, 7),
    ]


@pytest.mark.parametrize(
    "texts",
    [
        ("Encoder We read the whole of the input text",),
        ("Encoder. We read it", "Decoder. We write it"),
        ("Otherwise it reads on", "Thereby it writes"),
        ("Encoder We read", "Encoder We write", "Encoder We stop"),
    ],
)
def test_emphasis_at_the_start_of_a_paragraph_is_no_heading(texts: tuple[str, ...]) -> None:
    page = numbered()
    for text in texts:
        page.text(text, "and so it goes on.", lead=len(text.split()[0]))
    assert len(found(page)) == 6


def test_a_numbered_run_in_heading_may_fill_its_line() -> None:
    page = numbered().text("It has three parts.")
    page.text("1) Encoder: It reads the whole of the input", "again and again.", lead=11, indent=10)
    page.text("2) The Decoder and Everything After It:", indent=10, italic=True)
    page.text("It writes the output of the model.")
    page.text("3) Bridge: It is between the two of them", "and so on.", lead=10, indent=10)
    assert found(page)[-3:] == [
        (2, "1", "Encoder"),
        (2, "2", "The Decoder and Everything After It"),
        (2, "3", "Bridge"),
    ]


def test_the_terms_of_a_list_are_no_headings() -> None:
    page = numbered()
    page.text("Encoder We read the whole of the input text", "again and again.", lead=7, x=108)
    page.text("Bridge It is one line.", lead=6)
    page.text("Decoder It writes the output of the model", "again and again.", lead=7, x=108)
    assert len(found(page)) == 6


@pytest.mark.parametrize(
    ("x", "is_heading"),
    [(72, True), (127, True), (150, False), (100, False)],
    ids=["flush", "centred", "in a cell", "at no edge"],
)
def test_headings_stand_at_the_edge_of_the_text_or_over_its_middle(
    x: float, is_heading: bool
) -> None:
    page = numbered().heading("Number of Agreements", x=x).prose(6)
    assert ("Number of Agreements" in [title for _, _, title in found(page)]) == is_heading


def test_an_abstract_may_share_its_line_with_text() -> None:
    page = (
        Page().heading("A Title", size=16).text("Abstract—We cut papers into parts", "and so on.")
    )
    page.heading("I. INTRODUCTION", bold=False, size=10).prose()
    page.heading("II. METHOD", bold=False, size=10).prose()
    first = find_headings(page.lines, (), BODY)[0]
    assert (first.title, first.run_in) == ("Abstract", len("Abstract—"))


def test_a_page_without_headings_has_none() -> None:
    assert found(Page().prose().prose()) == []
    assert find_headings([], (), BODY) == []


texts = st.text(alphabet="aA1. -IVX(:", max_size=30)


@given(st.lists(st.tuples(texts, st.booleans(), st.integers(0, 5)), max_size=25))
def test_headings_are_in_order_and_disjoint(rows: list[tuple[str, bool, int]]) -> None:
    page = Page()
    for text, bold, lead in rows:
        page.text(text, bold=bold, lead=min(lead, len(text)))
    headings = find_headings(page.lines, (), BODY)
    assert all(a.last < b.first for a, b in pairwise(headings))
    assert all(0 <= h.first <= h.last < len(page.lines) and h.level >= 1 for h in headings)
    sections = build_sections(headings, page.lines)
    assert len(sections) == len(headings)
    assert all(s.parent is None or s.parent < i for i, s in enumerate(sections))


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        ("vgg", ["1 Introduction", "2.1 Architecture", "A Localisation", "References"]),
        ("resnet", ["3.1 Residual Learning", "4.3 Object Detection on PASCAL and MS COCO"]),
        ("dpr", ["1 Introduction", "3.2 Training", "8 Conclusion", "References"]),
    ],
)
def test_real_papers_have_their_sections(
    corpus_data: Path, paper: str, expected: list[str]
) -> None:
    from ingest.parsers.pdf.body import section_blocks
    from ingest.parsers.pdf.extract import read_pdf

    sections, _ = section_blocks(read_pdf(corpus_data / "famous/papers" / f"{paper}.pdf"))
    assert set(expected) <= {section.heading for section in sections}
