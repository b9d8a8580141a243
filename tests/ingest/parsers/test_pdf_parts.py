"""The pure parts of the PDF parser, on lines made by hand, and their properties."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.joining import Words, join_lines
from ingest.layout import TextLine
from ingest.parsers.pdf.assemble import assemble
from ingest.parsers.pdf.bitmap import with_bitmap_sizes
from ingest.parsers.pdf.blocks import Block, text_blocks
from ingest.parsers.pdf.body import section_blocks
from ingest.parsers.pdf.columns import find_gutter, reading_order
from ingest.parsers.pdf.document import Fragment, PageGraphics, RawDocument, RawPage
from ingest.parsers.pdf.drawings import Area, page_graphics
from ingest.parsers.pdf.equations import equation_label, is_display
from ingest.parsers.pdf.extract import lay_out
from ingest.parsers.pdf.fragments import join_fragments
from ingest.parsers.pdf.furniture import split_furniture
from ingest.parsers.pdf.glyphs import Span, cleaned, printed, small_caps
from ingest.parsers.pdf.references import split_entries
from rag.types import Box, Kind

WORD = st.text(alphabet="abcdefghij", min_size=1, max_size=9)
LINE = st.lists(WORD, min_size=1, max_size=9).map(" ".join)
HYPHENATED = st.lists(st.tuples(LINE, st.booleans()), min_size=1, max_size=12).map(
    lambda pairs: [f"{text}-" if cut else text for text, cut in pairs]
)


def line(text: str, x: float, y: float, width: float = 230, page: int = 1) -> TextLine:
    return TextLine(text, Box(page, x, y, x + width, y + 9.7), 10, "Times")


def fragment(text: str, x: float, baseline: float, width: float, size: float = 10) -> Fragment:
    return Fragment(text, x, x + width, baseline, size, "Times", False, False, 0)


@given(HYPHENATED)
def test_joined_lines_keep_every_letter_and_know_their_places(lines: list[str]) -> None:
    joined = join_lines(lines, Words.of(lines))
    assert re.sub(r"[\s-]", "", joined.text) == re.sub(r"[\s-]", "", "".join(lines))
    for text, (start, end) in zip(lines, joined.spans, strict=True):
        assert joined.text[start:end] in (text, text[:-1])
    ends = [0, *(end for _, end in joined.spans)]
    assert all(start >= before for (start, _), before in zip(joined.spans, ends, strict=False))


@given(st.lists(st.tuples(st.sampled_from(list(Kind)), HYPHENATED), min_size=1, max_size=6))
@settings(deadline=None)
def test_assembled_elements_cover_the_text_in_order(parts: list[tuple[Kind, list[str]]]) -> None:
    blocks = [
        (Block(kind, tuple(line(text, 60, 12.0 * n) for n, text in enumerate(lines))), 0)
        for kind, lines in parts
    ]
    text, elements = assemble(blocks, Words.of(()))
    assert "\n\n".join(e.span.of(text) for e in elements) == text
    for element, (_, lines) in zip(elements, parts, strict=True):
        for placed, printed_text in zip(element.lines, lines, strict=True):
            assert placed.span.of(text) in (printed_text, printed_text[:-1])


PIECE = st.builds(
    Fragment,
    text=st.sampled_from(
        [
            "1 Introduction",
            "References",
            "Abstract",
            "Figure 1: A thing.",
            "Table 2. Things",
            "(3)",
            "Algorithm 1 Step",
            "• item",
            "1 note",
            "x = y",
            "[1] A. Author.",
            "7",
            "half a wo-",
            "i",
            "a line of running text that goes on for a while and then ends with a word",
            "논문에서는",
        ]
    ),
    x0=st.floats(-20, 500),
    x1=st.floats(500, 620),
    baseline=st.floats(-20, 860),
    size=st.sampled_from([0.1, 6.0, 8.0, 10.0, 14.0]),
    font=st.sampled_from(["Times", "CMMI10", "CMEX10", "Type3 (1 0 R)"]),
    bold=st.booleans(),
    italic=st.booleans(),
    block=st.integers(0, 5),
    upright=st.sampled_from([True, True, True, False]),
)
AREA = st.builds(
    Area, x0=st.floats(0, 300), y0=st.floats(0, 800), x1=st.floats(300, 600), y1=st.floats(0, 850)
)
PAGE = st.tuples(st.lists(PIECE, max_size=25), st.lists(AREA, max_size=5))


@given(st.lists(PAGE, min_size=1, max_size=3))
@settings(deadline=None, max_examples=60)
def test_any_page_becomes_text_with_sound_spans(
    pages: list[tuple[list[Fragment], list[Area]]],
) -> None:
    raw = [
        RawPage(page_graphics(number, 595, 842, areas), tuple(pieces))
        for number, (pieces, areas) in enumerate(pages, 1)
    ]
    document = lay_out(RawDocument(with_bitmap_sizes(raw), (), {}))
    sections, blocks = section_blocks(document)
    text, elements = assemble(blocks, Words.of(line.text for line in document.lines))
    assert "\n\n".join(e.span.of(text) for e in elements) == text
    printed_once: Counter[tuple[Box, str]] = Counter()
    for element in elements:
        assert 0 <= element.section < len(sections)
        for placed in element.lines:
            assert element.span.start <= placed.span.start <= placed.span.end <= element.span.end
            printed_once[placed.box, placed.span.of(text)] += 1
    available = Counter((x.box, x.text) for x in document.lines)
    assert sum(printed_once.values()) <= sum(available.values())


def test_a_table_row_keeps_its_cells_apart_whatever_order_they_come_in() -> None:
    cells = [line("b2", 200, 24, 20), line("a1", 60, 12, 20), line("b1", 200, 12, 20)]
    caption = line("Table 1: Cells.", 60, 0)
    block = Block(Kind.TABLE, (caption, *cells, line("a2", 60, 24, 20)), "Table 1", caption=1)
    text, _ = assemble([(block, 0)], Words.of(()))
    assert text == "Table 1: Cells.\na1 | b1\na2 | b2"


def test_scripts_and_split_words_join_their_line() -> None:
    pieces = [
        fragment("The w", 60, 100, 25),
        fragment("eigh", 85.5, 100, 20),
        fragment("ts w", 106, 100, 18),
        fragment("ij", 124, 102, 6, size=7),
        fragment("are small.", 133, 100, 45),
        fragment("The next line.", 60, 112, 60),
    ]
    assert [x.text for x in join_fragments(pieces, 1)] == [
        "The weights wij are small.",
        "The next line.",
    ]


def test_cells_and_columns_stay_apart() -> None:
    pieces = [fragment("27.9", 60, 100, 20), fragment("25.0", 110, 100, 20)]
    assert [x.text for x in join_fragments(pieces, 1)] == ["27.9", "25.0"]


def test_text_printed_twice_to_look_bold_counts_once() -> None:
    pieces = [fragment("Heading", 60, 100, 40), fragment("Heading", 60.3, 100, 40)]
    assert [x.text for x in join_fragments(pieces, 1)] == ["Heading"]


@given(st.permutations(range(24)))
def test_two_columns_have_one_reading_order(order: list[int]) -> None:
    """Whatever order the file has them in, unless that order itself reads well."""
    lines = [
        line(f"line {n} of the running text", 60 if n < 12 else 310, 100 + n % 12 * 12)
        for n in range(24)
    ]
    found = reading_order([lines[n] for n in order], 595)
    assert sorted(found, key=lines.index) == lines
    backward = reading_order(lines[::-1], 595)
    assert backward == lines


def test_a_gutter_needs_text_on_both_sides() -> None:
    left = [line("some running text on the left", 60, 12.0 * n) for n in range(10)]
    right = [line("some running text on the right", 310, 12.0 * n) for n in range(10)]
    assert find_gutter(left, 595) is None
    assert find_gutter([*left, *right], 595) == pytest.approx(300)
    wide = [line("a line across the whole page", 60, 12.0 * n, 480) for n in range(10)]
    assert find_gutter(wide, 595) is None


def test_a_repeated_header_goes_and_a_lone_first_line_stays() -> None:
    pages = [
        [line("Running Title", 60, 40, page=n), line("text", 60, 300, page=n)] for n in (1, 2, 3)
    ]
    pages[0].insert(0, line("A title that stands once", 60, 20))
    graphics = [PageGraphics(n, 595, 842) for n in (1, 2, 3)]
    body, furniture = split_furniture(pages, graphics)
    assert [[x.text for x in page] for page in body] == [
        ["A title that stands once", "text"],
        ["text"],
        ["text"],
    ]
    assert [x.text for x in furniture] == ["Running Title"] * 3


def test_rules_in_pieces_are_one_and_backgrounds_are_no_pictures() -> None:
    areas = [Area(0, 0, 595, 842), Area(60, 100, 160, 100.5), Area(160, 100, 260, 100.5)]
    areas.append(Area(100, 300, 200, 400))
    drawn = page_graphics(1, 595, 842, areas)
    assert [(r.x0, r.x1) for r in drawn.rules] == [(60, 260)]
    assert [(p.x0 <= 100, p.x1 >= 200) for p in drawn.pictures] == [(True, True)]


def test_paragraphs_part_at_indents_and_at_white() -> None:
    lines = [
        line("A paragraph begins here and", 60, 0),
        line("ends with a stop.", 60, 12, 230),
        line("Another is indented and goes", 74, 24, 216),
        line("on to the end.", 60, 36, 80),
        line("After more white, a third.", 60, 56),
    ]
    blocks = text_blocks(lines, lambda _: (60, 290))
    assert [len(block.lines) for block in blocks] == [2, 2, 1]


@pytest.mark.parametrize(
    ("text", "x", "shown"),
    [
        ("y = F(x, {Wi}) + x.", 120, True),
        ("The function F(x) is learned here by", 60, False),
        ("softmax(QKT/√dk)V", 130, True),
        ("where x and y are the input and output of the layers", 74, False),
        ("p < 0.05.", 60, False),
    ],
)
def test_displayed_formulas_are_told_from_text(text: str, x: float, shown: bool) -> None:
    assert is_display([line(text, x, 0, 4.5 * len(text))], 60, 290) is shown


def test_an_equation_number_is_a_label_and_a_citation_is_none() -> None:
    assert equation_label([line("y = x", 100, 0), line("(12)", 280, 0, 10)]) == "(12)"
    assert equation_label([line("as shown in (Smith, 2019)", 60, 0)]) == ""


def test_references_are_split_by_hanging_indents() -> None:
    lines = [
        line("Author, A. How to make papers.", 60, 0),
        line("Conference on Papers, 2019.", 70, 12, 220),
        line("Reader, C. How to read them, and", 60, 24),
        line("why. Journal of Papers, 2020.", 70, 36, 220),
    ]
    assert [len(entry) for entry in split_entries(lines)] == [2, 2]


def test_tex_codes_are_read_as_what_is_printed() -> None:
    spans = [
        Span("de\x0cne", "Type3 (1 0 R)", 0.1, 0),
        Span(" in \x01\x09\x09\x07", "Type3 (1 0 R)", 0.1, 0),
    ]
    assert printed(spans) == "define in 1997"
    assert printed([Span("X", "CMEX10", 10, 0), Span("w", "CMMI10", 10, 0)]) == "∑w"
    assert printed([Span("Fakult¨at", "Times", 10, 0)]) == "Fakultät"
    assert cleaned("a\x03b \ufffd c") == "a b c"


def test_small_capitals_are_capitals_of_two_sizes() -> None:
    heading = [Span("I", "Times", 12, 4), Span("NTRODUCTION", "Times", 9.6, 4)]
    assert small_caps(heading)
    assert not small_caps([Span("BLEU", "Times", 10, 4)])
    assert not small_caps([Span("W", "Times", 10, 4), Span("i", "Times", 7, 4)])
