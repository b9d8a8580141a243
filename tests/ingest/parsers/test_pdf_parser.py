"""What a made PDF becomes: order, paragraphs, kinds, spans."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pymupdf
import pytest

from ingest.parsers.pdf import PdfParser
from rag.errors import SourceError
from rag.types import Element, Kind, Paper, Role
from tests.ingest.parsers.made_pdf import LEADING, LEFT, PROSE, RIGHT, TOP, MadePdf, wrapped

FULL = 480.0
HALF = 230.0


def parse(made: MadePdf, folder: Path) -> Paper:
    paper = PdfParser().parse(made.save(folder / "made.pdf"))
    check_invariants(paper)
    return paper


def check_invariants(paper: Paper) -> None:
    end = 0
    for element in paper.elements:
        assert element.span.start >= end
        assert element.span.of(paper.text).strip()
        assert 0 <= element.section < len(paper.sections)
        end = element.span.end
        for line in element.lines:
            assert element.span.start <= line.span.start <= line.span.end <= element.span.end
            assert 1 <= line.box.page <= paper.pages
    assert end == len(paper.text)


def texts(paper: Paper, kind: Kind) -> list[str]:
    return [e.span.of(paper.text) for e in paper.elements if e.kind is kind]


def only(paper: Paper, kind: Kind) -> Element:
    (element,) = [e for e in paper.elements if e.kind is kind]
    return element


def plain(text: str) -> str:
    return " ".join(text.split())


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    made = MadePdf()
    made.paragraph(LEFT, TOP, PROSE, HALF)
    made.paragraph(RIGHT, TOP, "Another paragraph stands on the right. " + PROSE, HALF)
    first, second = texts(parse(made, tmp_path), Kind.PARAGRAPH)
    assert first == plain(PROSE)
    assert second.startswith("Another paragraph stands on the right. The encoder")


def test_columns_are_put_in_order_when_the_file_has_them_the_other_way_round(
    tmp_path: Path,
) -> None:
    made = MadePdf()
    made.paragraph(RIGHT, TOP, "Another paragraph stands on the right. " + PROSE, HALF)
    made.paragraph(LEFT, TOP, PROSE, HALF)
    assert texts(parse(made, tmp_path), Kind.PARAGRAPH)[0] == plain(PROSE)


def test_rows_of_two_columns_written_across_are_not_mixed(tmp_path: Path) -> None:
    made = MadePdf()
    left, right = wrapped(PROSE, HALF), wrapped("Here is another column. " + PROSE, HALF)
    for row, (a, b) in enumerate(zip(left, right, strict=False)):
        made.line(LEFT, TOP + row * LEADING, a)
        made.line(RIGHT, TOP + row * LEADING, b)
    assert texts(parse(made, tmp_path), Kind.PARAGRAPH)[0] == " ".join(left)


def test_a_paragraph_goes_on_in_the_next_column_and_over_the_page(tmp_path: Path) -> None:
    made = MadePdf()
    lines = wrapped(PROSE, HALF)
    made.lines(LEFT, TOP, lines[:4])
    made.lines(RIGHT, TOP, lines[4:8])
    made.new_page()
    made.lines(LEFT, TOP, lines[8:])
    element = only(parse(made, tmp_path), Kind.PARAGRAPH)
    assert element.pages == (1, 2)
    assert len(element.lines) == len(lines)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("which is a representa-", "tion of the words.", "a representation of the words."),
        ("is a state-of-the-", "art model for words.", "a state-of-the-art model for words."),
        ("we compare with GPT-", "Neo and with others.", "with GPT-Neo and with others."),
        ("it is a long-", "term memory of words.", "a long-term memory of words."),
    ],
)
def test_words_divided_at_a_line_end_are_made_whole(
    tmp_path: Path, first: str, second: str, joined: str
) -> None:
    made = MadePdf()
    before = ["A long-term memory and many other parts of the", "network learn from the data,"]
    made.lines(LEFT, TOP, [*before, f"the model keeps a vector {first}", second])
    paper = parse(made, tmp_path)
    assert paper.text.endswith(joined)
    assert len(paper.elements[-1].lines) == 4


def test_a_word_divided_between_columns_is_made_whole(tmp_path: Path) -> None:
    made = MadePdf()
    made.paragraph(LEFT, TOP, PROSE + "Here the column ends with a repre-", HALF)
    made.paragraph(RIGHT, TOP, "sentation that goes on in the other one. " + PROSE, HALF)
    text = only(parse(made, tmp_path), Kind.PARAGRAPH)
    assert "a representation that goes on" in text.span.of(parse_again(tmp_path).text)


def parse_again(folder: Path) -> Paper:
    return PdfParser().parse(folder / "made.pdf")


def test_headers_footers_and_page_numbers_are_left_out(tmp_path: Path) -> None:
    made = MadePdf()
    for number in range(1, 5):
        if number > 1:
            made.new_page()
        made.line(200, 40, "Journal of Made Papers")
        made.line(300, 800, str(number))
        made.paragraph(LEFT, TOP, f"Paragraph {number} of the paper. " + PROSE, FULL)
    text = parse(made, tmp_path).text
    assert "Journal of Made" not in text
    assert not re.search(r"^\d$", text, re.MULTILINE)
    assert all(f"Paragraph {number} of" in text for number in range(1, 5))


def test_line_numbers_of_a_review_copy_are_left_out(tmp_path: Path) -> None:
    made = MadePdf()
    lines = wrapped(PROSE * 2, 300)
    for row, line in enumerate(lines):
        made.line(30, TOP + row * LEADING, f"{row:03d}")
        made.line(LEFT + 40, TOP + row * LEADING, line)
    assert only(parse(made, tmp_path), Kind.PARAGRAPH).span.of(parse_again(tmp_path).text) == plain(
        PROSE * 2
    )


def test_a_footnote_is_an_element_of_its_own_and_does_not_break_its_paragraph(
    tmp_path: Path,
) -> None:
    made = MadePdf()
    lines = wrapped(PROSE, HALF)
    made.lines(LEFT, 600, lines[:10])
    made.rule(LEFT, LEFT + 90, 750)
    made.line(LEFT, 762, "1 The code is public and can be had", size=8)
    made.line(LEFT, 772, "from the authors.", size=8)
    made.lines(RIGHT, TOP, lines[10:])
    paper = parse(made, tmp_path)
    assert texts(paper, Kind.FOOTNOTE) == ["1 The code is public and can be had from the authors."]
    assert texts(paper, Kind.PARAGRAPH) == [plain(PROSE)]


def test_a_displayed_equation_keeps_its_number_as_label(tmp_path: Path) -> None:
    made = MadePdf()
    y = made.paragraph(LEFT, TOP, PROSE, FULL)
    made.line(LEFT + 150, y + 12, "L(w) = (y - f(x))^2 + a w^2")
    made.line(LEFT + 465, y + 12, "(3)")
    made.paragraph(LEFT, y + 40, "where the sum is over all words. " + PROSE, FULL)
    paper = parse(made, tmp_path)
    equation = only(paper, Kind.EQUATION)
    assert equation.label == "(3)"
    assert equation.span.of(paper.text) == "L(w) = (y - f(x))^2 + a w^2 (3)"
    assert len(texts(paper, Kind.PARAGRAPH)) == 2


def test_a_ruled_table_is_read_by_rows_after_its_caption(tmp_path: Path) -> None:
    made = MadePdf()
    y = made.paragraph(LEFT, TOP, PROSE, FULL) + 20
    rows = [("Model", "Error", "Time"), ("Plain", "27.9", "3 h"), ("Residual", "25.0", "3 h")]
    made.rule(LEFT, LEFT + 300, y)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            made.line(LEFT + 100 * column, y + 14 + row * LEADING, cell)
    made.rule(LEFT, LEFT + 300, y + 20)
    made.rule(LEFT, LEFT + 300, y + 48)
    made.lines(LEFT, y + 66, ["Table 2: Error on the held-out papers, and how long", "it takes."])
    made.paragraph(LEFT, y + 120, "The table shows it. " + PROSE, FULL)
    paper = parse(made, tmp_path)
    table = only(paper, Kind.TABLE)
    assert table.label == "Table 2"
    assert table.span.of(paper.text).split("\n") == [
        "Table 2: Error on the held-out papers, and how long it takes.",
        "Model | Error | Time",
        "Plain | 27.9 | 3 h",
        "Residual | 25.0 | 3 h",
    ]


def test_stacked_tables_keep_their_own_rows(tmp_path: Path) -> None:
    """A caption between two tables belongs to the one that the document's others point to."""
    made = MadePdf()
    y = TOP
    for number in (1, 2, 3):
        for row in range(2 + number):
            made.line(LEFT + 60, y + row * LEADING, f"row {number}{row}")
            made.line(LEFT + 200, y + row * LEADING, f"{number}.{row}")
        y += (2 + number) * LEADING + 8
        made.line(LEFT, y, f"Table {number}: What was measured in experiment {number}.")
        y += 20
    made.paragraph(LEFT, y + 40, PROSE, FULL)
    paper = parse(made, tmp_path)
    tables = [e.span.of(paper.text).split("\n") for e in paper.elements if e.kind is Kind.TABLE]
    assert [len(rows) for rows in tables] == [4, 5, 6]
    assert [rows[1] for rows in tables] == ["row 10 | 1.0", "row 20 | 2.0", "row 30 | 3.0"]


def test_a_figure_is_its_caption_and_its_labels_are_no_text(tmp_path: Path) -> None:
    made = MadePdf()
    made.page.draw_rect((100, 100, 300, 200), fill=(0.8, 0.8, 1))
    made.line(150, 150, "Encoder", size=7)
    made.lines(
        LEFT, 220, ["Figure 1: The network, seen from above, with all of its parts", "shown."]
    )
    made.paragraph(LEFT, 280, PROSE, FULL)
    paper = parse(made, tmp_path)
    assert only(paper, Kind.FIGURE).label == "Figure 1"
    assert texts(paper, Kind.FIGURE) == [
        "Figure 1: The network, seen from above, with all of its parts shown."
    ]
    assert "Encoder\n" not in paper.text


def test_a_float_inside_a_paragraph_comes_after_it(tmp_path: Path) -> None:
    made = MadePdf()
    lines = wrapped(PROSE, HALF)
    made.lines(LEFT, 600, lines[:8])
    made.page.draw_rect((330, 100, 500, 180), fill=(0.8, 0.8, 1))
    made.line(RIGHT, 200, "Figure 1: A picture at the head of a column.", size=9)
    made.lines(RIGHT, 230, lines[8:])
    paper = parse(made, tmp_path)
    assert [e.kind for e in paper.elements] == [Kind.PARAGRAPH, Kind.FIGURE]
    assert texts(paper, Kind.PARAGRAPH) == [plain(PROSE)]


def test_an_algorithm_is_whole_with_its_caption(tmp_path: Path) -> None:
    made = MadePdf()
    y = made.paragraph(LEFT, TOP, PROSE, FULL) + 20
    made.rule(LEFT, LEFT + FULL, y)
    made.line(LEFT, y + 12, "Algorithm 1 Training")
    made.rule(LEFT, LEFT + FULL, y + 16)
    code = ["Require: a learning rate", "for each batch do", "update the weights", "end for"]
    made.lines(LEFT, y + 28, code)
    made.rule(LEFT, LEFT + FULL, y + 68)
    made.paragraph(LEFT, y + 100, "After this, the network is trained. " + PROSE, FULL)
    paper = parse(made, tmp_path)
    algorithm = only(paper, Kind.ALGORITHM)
    assert algorithm.label == "Algorithm 1"
    assert algorithm.span.of(paper.text).split("\n") == ["Algorithm 1 Training", *code]


def test_list_items_are_elements(tmp_path: Path) -> None:
    made = MadePdf()
    y = made.paragraph(LEFT, TOP, PROSE + "We make these contributions:", FULL)
    made.lines(LEFT + 12, y + 6, ["· We build a network for papers.", "· We test it on others."])
    assert texts(parse(made, tmp_path), Kind.LIST) == [
        "· We build a network for papers.",
        "· We test it on others.",
    ]


def test_references_are_one_element_each(tmp_path: Path) -> None:
    made = MadePdf()
    made.line(LEFT, TOP, "1 Introduction", size=14, font="tibo")
    y = made.paragraph(LEFT, TOP + 20, PROSE, FULL)
    made.line(LEFT, y + 20, "References", size=14, font="tibo")
    made.lines(
        LEFT,
        y + 40,
        [
            "[1] A. Author and B. Writer. How to make papers. In Proceedings of the",
            "Conference on Papers, 2019.",
            "[2] C. Reader. How to read them. Journal of Papers, 7(2):1-20, 2020.",
        ],
    )
    paper = parse(made, tmp_path)
    first, second = [e for e in paper.elements if e.kind is Kind.REFERENCE]
    assert paper.sections[first.section].role is Role.REFERENCES
    assert first.span.of(paper.text).endswith("Conference on Papers, 2019.")
    assert second.span.of(paper.text).startswith("[2] C. Reader.")


def test_sections_do_not_hold_their_headings(tmp_path: Path) -> None:
    made = MadePdf()
    made.line(LEFT + 100, 80, "A Paper About Papers", size=18, font="tibo")
    made.line(LEFT + 160, 100, "Ann Author", size=11)
    made.line(LEFT + 160, 130, "Abstract", size=12, font="tibo")
    y = made.paragraph(LEFT, 150, "We write a paper. " + PROSE, FULL)
    made.line(LEFT, y + 20, "1 Introduction", size=14, font="tibo")
    made.paragraph(LEFT, y + 40, "Papers are long. " + PROSE, FULL)
    paper = parse(made, tmp_path)
    assert [s.heading for s in paper.sections] == ["Abstract", "1 Introduction"]
    assert [s.role for s in paper.sections] == [Role.ABSTRACT, Role.INTRODUCTION]
    assert paper.text.startswith("We write a paper.")
    assert "Introduction" not in paper.text
    assert "Ann Author" not in paper.text
    assert paper.metadata.title == "A Paper About Papers"


def test_an_abstract_without_heading_gets_a_section(tmp_path: Path) -> None:
    made = MadePdf()
    made.line(LEFT + 100, 80, "A Paper About Papers", size=18, font="tibo")
    made.line(LEFT + 160, 100, "Ann Author", size=11)
    y = made.paragraph(LEFT, 150, PROSE, FULL)
    made.line(LEFT, y + 20, "1 Introduction", size=14, font="tibo")
    made.paragraph(LEFT, y + 40, "Papers are long. " + PROSE, FULL)
    paper = parse(made, tmp_path)
    assert paper.sections[0].role is Role.ABSTRACT
    assert paper.text.startswith(plain(PROSE))


def test_readers_annotations_are_not_the_papers_text(tmp_path: Path) -> None:
    made = MadePdf()
    made.paragraph(LEFT, TOP, PROSE, FULL)
    made.page.add_freetext_annot((100, 400, 300, 440), "my own remark", fontsize=10)
    made.page.add_text_annot((100, 500), "a note of mine")
    made.page.add_highlight_annot(pymupdf.Rect(LEFT, 92, 300, 104))
    assert parse(made, tmp_path).text == plain(PROSE)


def test_ligatures_are_resolved(tmp_path: Path) -> None:
    made = MadePdf()
    made.page.insert_font("F1", fontbuffer=pymupdf.Font("cjk").buffer)
    made.page.insert_text(
        (LEFT, TOP), "The \ufb01rst e\ufb03ciency of the \ufb02ow.", fontname="F1"
    )
    text = parse(made, tmp_path).text
    assert unicodedata.normalize("NFKC", text) == text
    assert text == "The first efficiency of the flow."


def test_boxes_lie_where_the_lines_are_printed(tmp_path: Path) -> None:
    made = MadePdf()
    made.paragraph(LEFT, TOP, PROSE, HALF)
    paper = parse(made, tmp_path)
    lines = only(paper, Kind.PARAGRAPH).lines
    for row, line in enumerate(lines):
        assert line.box.x0 == pytest.approx(LEFT, abs=1)
        assert line.box.y0 < TOP + row * LEADING - 3 < line.box.y1
    assert [line.span.of(paper.text) for line in lines] == wrapped(PROSE, HALF)


def test_the_same_file_gives_the_same_id_and_paper(tmp_path: Path) -> None:
    made = MadePdf()
    made.paragraph(LEFT, TOP, PROSE, FULL)
    paper = parse(made, tmp_path)
    assert parse_again(tmp_path) == paper
    assert paper.paper_id == f"p{paper.content_hash[:10]}"
    assert paper.pages == 1


@pytest.mark.parametrize(("turn", "at"), [(90, (100, 760)), (270, (500, 60)), (180, (540, 700))])
def test_a_page_set_sideways_is_read_like_any_other(
    tmp_path: Path, turn: int, at: tuple[float, float]
) -> None:
    pdf = MadePdf()
    dx, dy = {90: (12, 0), 270: (-12, 0), 180: (0, -12)}[turn]
    texts = wrapped(PROSE, 400)
    for n, text in enumerate(texts):
        point = (at[0] + n * dx, at[1] + n * dy)
        pdf.page.insert_text(point, text, fontsize=10, fontname="tiro", rotate=turn)
    paper = PdfParser().parse(pdf.save(tmp_path / "sideways.pdf"))
    assert paper.text == PROSE.strip()
    box = paper.elements[0].lines[0].box
    assert box.x1 - box.x0 > 3 * (box.y1 - box.y0)


def test_a_stamp_up_the_margin_of_a_scan_is_no_text(tmp_path: Path) -> None:
    pdf = MadePdf()
    pdf.page.insert_text((30, 700), "arXiv:1706.03762v5 [cs.CL] 6 Dec 2017", rotate=90)
    with pytest.raises(SourceError, match="scanned"):
        PdfParser().parse(pdf.save(tmp_path / "scan.pdf"))
