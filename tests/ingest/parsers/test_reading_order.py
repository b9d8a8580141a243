"""What is read after what, on pages of all the shapes that papers have."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from ingest.parsers.pdf import PdfParser
from ingest.parsers.pdf.extract import lay_out
from ingest.parsers.pdf.layout_model import NoLayoutModel
from ingest.parsers.pdf.mupdf import read_raw
from rag.types import Box, Kind, Paper
from tests.ingest.parsers.made_pdf import LEADING, LEFT, PROSE, RIGHT, SIZE, TOP, MadePdf, wrapped

FULL, HALF = 480.0, 230.0
WORDS = (
    "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar "
    "papa quebec romeo sierra tango uniform victor whiskey yankee zulu"
).split()


def prose(seed: int, words: int = 90) -> str:
    """Text of its own for each seed, so that a line out of place shows."""
    chosen = random.Random(seed).choices(WORDS, k=words)
    return " ".join([f"Passage{seed}", *chosen, f"end{seed}."])


def parse(made: MadePdf, folder: Path) -> Paper:
    return PdfParser().parse(made.save(folder / "made.pdf"))


def running(paper: Paper) -> list[str]:
    return [
        " ".join(element.span.of(paper.text).split())
        for element in paper.elements
        if element.kind is Kind.PARAGRAPH
    ]


def test_one_column(tmp_path: Path) -> None:
    made = MadePdf()
    y = made.paragraph(LEFT, TOP, prose(1), FULL)
    made.paragraph(LEFT, y + LEADING, prose(2), FULL)
    assert running(parse(made, tmp_path)) == [prose(1), prose(2)]


@pytest.mark.parametrize("order", [(1, 2, 3, 4), (3, 4, 1, 2), (2, 1, 4, 3), (4, 2, 3, 1)])
def test_two_columns_whatever_order_the_file_has(tmp_path: Path, order: tuple[int, ...]) -> None:
    made = MadePdf()
    place = {1: (LEFT, TOP), 2: (LEFT, 400), 3: (RIGHT, TOP), 4: (RIGHT, 400)}
    for seed in order:
        made.paragraph(*place[seed], prose(seed), HALF)
    assert running(parse(made, tmp_path)) == [prose(seed) for seed in (1, 2, 3, 4)]


@pytest.mark.parametrize("across", [False, True])
def test_an_abstract_over_two_columns_and_a_closing_line_under_them(
    tmp_path: Path, across: bool
) -> None:
    made = MadePdf()
    y = made.paragraph(LEFT, TOP, prose(1), FULL) + 2 * LEADING
    left, right = wrapped(prose(2, 140), HALF), wrapped(prose(3, 140), HALF)
    if across:  # as programs write that know no columns
        for row in range(max(len(left), len(right))):
            for x, lines in ((LEFT, left), (RIGHT, right)):
                if row < len(lines):
                    made.line(x, y + row * LEADING, lines[row])
    else:
        made.lines(LEFT, y, left)
        made.lines(RIGHT, y, right)
    y += max(len(left), len(right)) * LEADING
    made.paragraph(LEFT, y + 2 * LEADING, prose(4), FULL)
    assert running(parse(made, tmp_path)) == [prose(1), prose(2, 140), prose(3, 140), prose(4)]


def wide_table(made: MadePdf, y: float) -> float:
    """A table over both columns with its caption; the y below it."""
    made.rule(LEFT, RIGHT + HALF, y)
    for row in range(4):
        for column, cell in enumerate(("system", "data", "score", "time")):
            made.line(LEFT + 120 * column, y + 15 + row * LEADING, f"{cell}{row}")
    made.rule(LEFT, RIGHT + HALF, y + 58)
    made.line(
        LEFT, y + 75, "Table 1: What systems of four kinds reach on these data, and how fast."
    )
    return y + 75 + 2 * LEADING


@pytest.mark.parametrize("late", [False, True])
def test_a_float_over_both_columns_does_not_interrupt_the_text(tmp_path: Path, late: bool) -> None:
    made = MadePdf()
    lines = wrapped(prose(1, 400), HALF)
    part = len(lines) // 4
    made.lines(LEFT, 500, lines[:part])
    made.lines(RIGHT, 500, lines[part : 2 * part])
    made.new_page()
    y = TOP + 75 + 2 * LEADING if late else wide_table(made, TOP)
    made.lines(LEFT, y, lines[2 * part : 3 * part])
    made.lines(RIGHT, y, lines[3 * part :])
    if late:
        wide_table(made, TOP)
    paper = parse(made, tmp_path)
    assert running(paper) == [prose(1, 400)]
    (table,) = [e for e in paper.elements if e.kind is Kind.TABLE]
    assert "system3" in table.span.of(paper.text)


def test_what_spans_the_page_parts_the_columns_above_from_those_below(tmp_path: Path) -> None:
    made = MadePdf()
    for seed, x in ((1, LEFT), (2, RIGHT)):
        made.paragraph(x, TOP, prose(seed), HALF)
    y = wide_table(made, 300)
    for seed, x in ((3, LEFT), (4, RIGHT)):
        made.paragraph(x, y, prose(seed), HALF)
    assert running(parse(made, tmp_path)) == [prose(seed) for seed in (1, 2, 3, 4)]


def test_footnotes_under_two_columns_come_after_their_paragraphs(tmp_path: Path) -> None:
    made = MadePdf()
    lines = wrapped(prose(1, 260), HALF)
    half = len(lines) // 2
    made.lines(LEFT, TOP, lines[:half])
    made.rule(LEFT, LEFT + 80, 640)
    made.lines(LEFT, 650, ["1 The note on the left is short.", "It has two lines."], size=8)
    made.lines(RIGHT, TOP, lines[half:])
    made.rule(RIGHT, RIGHT + 80, 640)
    made.lines(RIGHT, 650, ["2 The note on the right."], size=8)
    paper = parse(made, tmp_path)
    assert running(paper) == [prose(1, 260)]
    notes = [e.span.of(paper.text) for e in paper.elements if e.kind is Kind.FOOTNOTE]
    assert notes == [
        "1 The note on the left is short. It has two lines.",
        "2 The note on the right.",
    ]


@pytest.mark.parametrize("x", [470.0, 30.0])
def test_notes_in_the_margin_do_not_enter_the_sentences_beside_them(
    tmp_path: Path, x: float
) -> None:
    made = MadePdf()
    left, width = (60.0, 380.0) if x > 100 else (150.0, 380.0)
    lines, note = wrapped(prose(1, 200), width), wrapped("A remark that stands aside.", 90, 8)
    for row, text in enumerate(lines):
        made.line(left, TOP + row * LEADING, text)
        if 5 <= row < 5 + len(note):
            made.line(x, TOP + row * LEADING, note[row - 5], size=8)
    paper = parse(made, tmp_path)
    assert prose(1, 200) in " ".join(paper.text.split())
    assert "A remark that stands aside." in " ".join(paper.text.split())


def table_page(made: MadePdf) -> None:
    """A wide table, set as on a landscape page of 842 by 595 points."""
    made.line(LEFT, 80, "Table 2: A table so wide that its page lies on its side.")
    made.rule(LEFT, 760, 92)
    for row in range(12):
        for column in range(6):
            made.line(LEFT + 115 * column, 108 + row * LEADING, f"cell {row}.{column}")
    made.rule(LEFT, 760, 108 + 12 * LEADING)


def rows_of(paper: Paper) -> list[str]:
    (table,) = [e for e in paper.elements if e.kind is Kind.TABLE]
    return table.span.of(paper.text).splitlines()


def test_a_page_that_is_shown_turned(tmp_path: Path) -> None:
    made = MadePdf()
    made.paragraph(LEFT, TOP, prose(1), FULL)
    made.document.new_page(width=842, height=595)
    made.page = made.document[1]
    table_page(made)
    made.page.set_rotation(90)
    made.page.remove_rotation()  # the text now runs along the other side
    assert made.page.rect.width < made.page.rect.height
    paper = parse(made, tmp_path)
    assert running(paper) == [prose(1)]
    rows = rows_of(paper)
    assert rows[0] == "Table 2: A table so wide that its page lies on its side."
    assert rows[3] == " | ".join(f"cell 2.{column}" for column in range(6))


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_with_a_turn_of_its_own_is_read_as_its_text_stands(
    tmp_path: Path, angle: int
) -> None:
    made = MadePdf()
    made.paragraph(LEFT, TOP, prose(1), FULL)
    made.page.set_rotation(angle)
    made.new_page()
    made.paragraph(LEFT, TOP, prose(2), FULL)
    assert running(parse(made, tmp_path)) == [prose(1), prose(2)]


def test_text_up_the_page_beside_upright_text_stays_out_of_it(tmp_path: Path) -> None:
    made = MadePdf()
    made.paragraph(LEFT, TOP, prose(1, 300), HALF)
    for column in range(5):
        made.page.insert_text(
            (RIGHT + 20 * column, 500), f"turned words {column}", fontsize=SIZE, rotate=90
        )
    assert running(parse(made, tmp_path)) == [prose(1, 300)]


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("step", [1, 5])
def test_line_numbers_of_review_copies(tmp_path: Path, columns: int, step: int) -> None:
    made = MadePdf()
    number = 0
    lengths = (440, 440, 150)  # words of a column; the last page has too few to count by
    for page in range(3):
        if page:
            made.new_page()
        for column in range(columns):
            width = FULL - 20 if columns == 1 else HALF - 20
            for row, text in enumerate(wrapped(prose(page * 2 + column, lengths[page]), width)):
                y = TOP + row * LEADING
                made.line((LEFT, RIGHT)[column] + 10, y, text)
                if row % step == 0:
                    # The left column's numbers stand on the left, the right one's on the right.
                    x = 30.0 if column == 0 else 560.0
                    made.line(x, y, f"{number:03d}", size=7)
                number += 1
    paper = parse(made, tmp_path)
    words = paper.text.split()
    assert not [word for word in words if word.isdigit()]
    assert (
        words
        == " ".join(
            prose(page * 2 + column, lengths[page])
            for page in range(3)
            for column in range(columns)
        ).split()
    )


def test_numbers_down_a_column_of_a_table_are_no_line_numbers(tmp_path: Path) -> None:
    made = MadePdf()
    y = made.paragraph(LEFT, TOP, prose(1), FULL) + LEADING
    made.line(LEFT, y, "Table 1: Scores after every round of training, on held-out papers.")
    made.rule(LEFT, LEFT + 300, y + 8)
    for row in range(18):
        made.line(LEFT + 40, y + 22 + row * LEADING, str(row + 1))
        made.line(LEFT + 180, y + 22 + row * LEADING, f".{row + 40}")
    made.rule(LEFT, LEFT + 300, y + 22 + 18 * LEADING)
    assert "17 | .56" in parse(made, tmp_path).text


def three_columns(made: MadePdf) -> None:
    """Three columns, written row by row: neither the file nor a gutter tells the order."""
    columns = [wrapped(prose(seed, 160), 140) for seed in (1, 2, 3)]
    for row in range(max(map(len, columns))):
        for at, lines in enumerate(columns):
            if row < len(lines):
                made.line(50 + 175 * at, TOP + row * LEADING, lines[row])


def test_a_page_that_geometry_leaves_in_doubt_goes_to_the_layout_model(tmp_path: Path) -> None:
    made = MadePdf()
    made.paragraph(LEFT, TOP, prose(0), FULL)
    made.new_page()
    three_columns(made)
    paper = parse(made, tmp_path)
    assert paper.remarks == ("page 2: read in the order of the layout model",)
    assert running(paper) == [prose(0), *(prose(seed, 160) for seed in (1, 2, 3))]


def test_a_page_in_doubt_is_remarked_on_where_the_model_is_not_to_be_had(tmp_path: Path) -> None:
    made = MadePdf()
    three_columns(made)

    def unavailable(pages: Sequence[int]) -> Mapping[int, Sequence[Box]]:
        raise NoLayoutModel(f"no room for {len(pages)}")

    document = lay_out(read_raw(made.save(tmp_path / "made.pdf"), 10), unavailable)
    assert document.remarks == (
        "page 1: the order is unsure, and without the model: no room for 1",
    )
    words = " ".join(line.text for line in document.lines).split()
    assert sorted(words) == sorted(" ".join(prose(seed, 160) for seed in (1, 2, 3)).split())


def test_no_page_of_plain_papers_is_in_doubt(tmp_path: Path) -> None:
    made = MadePdf()
    made.paragraph(LEFT, TOP, prose(1), FULL)
    made.new_page()
    made.paragraph(LEFT, TOP, prose(2, 200), HALF)
    made.paragraph(RIGHT, TOP, prose(3, 200), HALF)
    assert parse(made, tmp_path).remarks == ()


def test_the_abstract_of_a_page_with_everything(tmp_path: Path) -> None:
    made = MadePdf()
    made.line(150, 60, "A Title Over Both Columns", size=16)
    made.line(260, 100, "Abstract", size=12, font="tibo")
    made.paragraph(LEFT + 40, 120, PROSE, FULL - 80)
    made.line(LEFT, 300, "1 Introduction", size=12, font="tibo")
    made.paragraph(LEFT, 320, prose(1, 120), HALF)
    made.line(RIGHT, 300, "2 Method", size=12, font="tibo")
    made.paragraph(RIGHT, 320, prose(2, 120), HALF)
    paper = parse(made, tmp_path)
    assert [section.title for section in paper.sections] == ["Abstract", "Introduction", "Method"]
    assert running(paper) == [" ".join(PROSE.split()), prose(1, 120), prose(2, 120)]
