"""Pages drawn with what was found on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pymupdf
import pytest

from ingest.box_pictures import draw_boxes, framed, sheets_of
from ingest.build import ParseFile
from ingest.parsers.pdf.marking import COLOURS, HEADING
from ingest.workers import Limits
from rag.errors import SourceError, UsageError
from rag.types import Box, Element, Kind, Line, Span
from tests.ingest.parsers.made_pdf import LEFT, PROSE, RIGHT, TOP, MadePdf

SCALE = 2


@pytest.fixture
def source(tmp_path: Path) -> Path:
    made = MadePdf()
    made.line(LEFT, 60, "A Paper to be Drawn", 18)
    made.line(LEFT, TOP, "1. The First Section", 13, "tibo")
    made.paragraph(LEFT, TOP + 24, PROSE, 230)
    made.paragraph(RIGHT, TOP + 24, PROSE, 230)
    made.new_page()
    made.line(LEFT, TOP, "2. The Second Section", 13, "tibo")
    made.paragraph(LEFT, TOP + 24, PROSE, 470)
    return made.save(tmp_path / "drawn.pdf")


def test_every_page_is_drawn_with_its_elements_framed(source: Path, tmp_path: Path) -> None:
    paper = ParseFile(10)(source)
    before = source.read_bytes()
    folder = tmp_path / "made" / "here"
    drawn = list(draw_boxes(paper, source, folder))
    assert drawn == [folder / "page-001.png", folder / "page-002.png"]
    assert source.read_bytes() == before
    first = _pixels(folder / "page-001.png")
    for element in paper.elements:
        for box in framed(element):
            if box.page == 1:
                edge = first[int(SCALE * box.y1), int(SCALE * (box.x0 + box.x1) / 2)]
                assert _is(edge, COLOURS[element.kind.value])
    rows = slice(int(SCALE * (TOP - 14)), int(SCALE * (TOP + 5)))
    assert _is_somewhere(first[rows], COLOURS[HEADING])
    assert not _is_somewhere(first[rows.stop + SCALE * 20 :], COLOURS[HEADING])


def _pixels(path: Path) -> np.ndarray:
    drawn = pymupdf.Pixmap(str(path))
    return np.frombuffer(drawn.samples, np.uint8).reshape(drawn.height, drawn.width, drawn.n)


def _is(pixel: np.ndarray, colour: tuple[float, float, float]) -> bool:
    return bool(np.abs(pixel.astype(int) - np.array(colour) * 255).max() < 40)


def _is_somewhere(pixels: np.ndarray, colour: tuple[float, float, float]) -> bool:
    return bool((np.abs(pixels.astype(int) - np.array(colour) * 255).max(axis=2) < 10).any())


def test_frames_follow_the_columns() -> None:
    def lines(*boxes: Box) -> tuple[Line, ...]:
        return tuple(Line(Span(n, n + 1), box) for n, box in enumerate(boxes))

    left = Box(1, 60, 700, 290, 710), Box(1, 60, 712, 250, 722)
    right = Box(1, 310, 100, 540, 110)
    over = Box(2, 60, 100, 290, 110)
    whole = Element(Kind.PARAGRAPH, Span(0, 4), 0, lines(*left, right, over))
    assert framed(whole) == [Box(1, 60, 700, 290, 722), right, over]
    figure = Element(Kind.FIGURE, Span(0, 3), 0, lines(*left, right))
    assert framed(figure) == [Box(1, 60, 100, 540, 722)]
    area = Box(1, 0, 0, 9, 9)
    assert framed(Element(Kind.FIGURE, Span(0, 3), 0, lines(*left), area=area)) == [area]


def test_elements_are_numbered_and_named(source: Path, tmp_path: Path) -> None:
    paper = ParseFile(10)(source)
    elements = (replace(paper.elements[0], label="Table 2 ∗"), *paper.elements[1:])
    sheets = sheets_of(replace(paper, elements=elements), source, tmp_path)
    assert [sheet.page for sheet in sheets] == [1, 2]
    assert {mark.name for mark in sheets[0].marks} == {"0 Table 2 ?"} | {
        str(at) for at, e in enumerate(elements) if at and 1 in e.pages
    }
    assert [heading.title for heading in sheets[0].headings] == ["The First Section"]


def _unwritable(folder: Path) -> Path:
    folder.write_text("a file")
    return folder


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("drawn.md", lambda folder: folder, "was read from drawn.md, not from a PDF"),
        ("drawn.pdf", _unwritable, "can't write pictures to"),
    ],
)
def test_what_can_not_be_drawn_is_said(
    source: Path, tmp_path: Path, name: str, make: Callable[[Path], Path], said: str
) -> None:
    paper = ParseFile(10)(source)
    with pytest.raises(UsageError, match=said):
        list(draw_boxes(paper, source.with_name(name), make(tmp_path / "pictures")))


def test_a_page_that_needs_too_much_fails_alone(source: Path, tmp_path: Path) -> None:
    paper = ParseFile(10)(source)
    drawn = list(draw_boxes(paper, source, tmp_path / "pictures", Limits(30, 64)))
    assert len(drawn) == 2
    for failure in drawn:
        assert isinstance(failure, SourceError)
        assert "needs more than 64 MB of memory to draw" in str(failure)
