"""Scans: pages that were set, drawn as pictures, and read by OCR."""

from __future__ import annotations

import os
import re
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pymupdf
import pytest

from api.checks import Level, services
from ingest.build import reader
from ingest.commands import ingest
from ingest.events import Failed, Stored
from ingest.fences import grant, within
from ingest.parsers.pdf import PdfParser
from ingest.parsers.pdf.document import PageGraphics
from ingest.parsers.pdf.ink import drawn_on
from ingest.parsers.pdf.mupdf import read_raw
from ingest.parsers.pdf.recognition import Seen
from ingest.parsers.pdf.scans import garbled, scans
from rag.build import open_library
from rag.config import Parser, Settings
from rag.errors import ConfigError
from rag.types import Filter, Paper, Role
from tests.ingest.parsers.made_pdf import LEFT, PROSE, RIGHT, TOP, MadePdf

SETTINGS = Settings.model_validate(
    {"embedder": {"kind": "hashing"}, "parser": {"ocr": "rapidocr"}, "ingest": {"jobs": 1}}
)
OFF = SETTINGS.model_copy(update={"parser": Parser()})
LEFT_TEXT = "We propose Galerina, a reader of printed pages. " + PROSE[:206]
RIGHT_TEXT = "Our largest model was trained for nineteen days on forty processors. " + PROSE[:171]


@pytest.fixture(scope="module")
def ocr() -> None:
    if find_spec("rapidocr") is None:
        message = "rapidocr is not installed (the extra: pip install -e '.[ocr]')"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)


def two_columns() -> MadePdf:
    made = MadePdf()
    made.line(150, 60, "Reading What Was Printed", size=18)
    made.line(LEFT, TOP, "1 Introduction", size=13)
    made.paragraph(LEFT, TOP + 20, LEFT_TEXT, 230)
    made.line(RIGHT - 8, TOP, "2 Experiments", size=13)
    made.paragraph(RIGHT - 8, TOP + 20, RIGHT_TEXT, 230)
    return made


def scanned(pages: pymupdf.Document, path: Path, dpi: int = 200) -> Path:
    """The pages' upper parts as pictures, as a scanner makes them: less to read than whole ones."""
    made = pymupdf.open()
    for page in pages:
        part = pymupdf.Rect(0, 0, page.rect.width, 240)
        picture = page.get_pixmap(dpi=dpi, colorspace="gray", clip=part)
        made.new_page(width=part.width, height=part.height).insert_image(part, pixmap=picture)
    made.save(path, deflate=True)
    return path


@pytest.fixture(scope="module")
def library(ocr: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scan, ingested as a user would."""
    folder = tmp_path_factory.mktemp("scan")
    scan = scanned(two_columns().document, folder / "scan.pdf")
    assert not read_raw(scan, 10).pages[0].fragments
    events = list(ingest([scan], folder / "library", SETTINGS))
    assert [e for e in events if isinstance(e, Failed)] == []
    assert [e for e in events if isinstance(e, Stored)]
    return folder / "library"


@pytest.fixture(scope="module")
def paper(library: Path) -> Paper:
    with open_library(library, SETTINGS) as opened:
        return opened.paper(opened.papers()[0].paper_id)


def plain(text: str) -> str:
    return " ".join(text.split())


def test_a_scan_has_title_sections_and_text(paper: Paper) -> None:
    assert paper.metadata.title == "Reading What Was Printed"
    assert [(s.number, s.title) for s in paper.sections] == [
        ("1", "Introduction"),
        ("2", "Experiments"),
    ]
    assert paper.sections[1].role is Role.EXPERIMENTS
    (left, right) = (
        plain(" ".join(e.span.of(paper.text) for e in paper.elements if e.section == section))
        for section in (0, 1)
    )
    assert left == plain(LEFT_TEXT)
    assert right == plain(RIGHT_TEXT)
    assert paper.remarks == ("page 1: read by OCR",)


def test_what_is_cited_lies_over_the_words(library: Path) -> None:
    with open_library(library, SETTINGS) as opened:
        answer = opened.ask("For how many days was the largest model trained?", Filter())
    [citation] = [c for c in answer.citations if "nineteen days" in c.quote]
    assert citation.page == 1
    page = two_columns().page
    for word in ("largest", "nineteen", "processors"):
        [place] = page.search_for(word)
        middle = (place.tl + place.br) / 2
        assert any(
            box.x0 <= middle.x <= box.x1 and box.y0 <= middle.y <= box.y1 for box in citation.boxes
        )
    column = page.search_for("processors")[0]
    assert all(box.x0 > RIGHT - 16 for box in citation.boxes)
    assert all(box.y1 - box.y0 < 2 * column.height for box in citation.boxes)


def test_only_pages_without_text_are_read_and_what_is_stamped_on_them_is_kept(
    ocr: None, tmp_path: Path
) -> None:
    mixed = two_columns()
    scan = pymupdf.open(scanned(two_columns().document, tmp_path / "scan.pdf"))
    scan[0].insert_text((60, 232), "Downloaded from a publisher for one reader", fontsize=8)
    mixed.document.insert_pdf(scan)
    path = mixed.save(tmp_path / "mixed.pdf")
    without, read = PdfParser().parse(path), PdfParser(ocr=True).parse(path)
    assert read.remarks == ("page 2: read by OCR",)
    assert without.text.count("nineteen days on forty processors") == 1
    assert plain(read.text).count("nineteen days on forty processors") == 2
    assert "Downloaded from a publisher for one reader" in read.text
    assert without.remarks == (
        "page 2: a picture with little or no text; [parser] ocr reads scans",
    )


def test_gibberish_is_read_from_the_page(ocr: None, tmp_path: Path) -> None:
    """A text layer of gibberish under a picture, as a bad font map gives it."""
    made = two_columns()
    scan = pymupdf.open(scanned(made.document, tmp_path / "scan.pdf"))
    shifted = re.sub("[aeiou]", "x", PROSE)
    for row in range(40):
        scan[0].insert_text((60, 40 + 5 * row), shifted[: 60 + row], render_mode=3)
    path = tmp_path / "shifted.pdf"
    scan.save(path)
    raw = read_raw(path, 10)
    assert garbled(raw) == [1]
    assert scans(raw) == []
    paper = PdfParser(ocr=True).parse(path)
    assert paper.metadata.title == "Reading What Was Printed"
    assert shifted[:40] not in paper.text


def test_pages_with_text_or_with_nothing_are_no_scans(tmp_path: Path) -> None:
    made = two_columns()
    made.page.insert_image(
        made.page.rect, pixmap=two_columns().page.get_pixmap(dpi=20), overlay=False
    )
    made.new_page()
    raw = read_raw(made.save(tmp_path / "made.pdf"), 10)
    assert raw.pages[0].covered > 0.99
    assert scans(raw) == []


def test_figures_are_found_by_their_ink_and_type_and_dust_are_none() -> None:
    page = pymupdf.open().new_page(width=400, height=400)
    page.draw_rect((50, 60, 170, 140), width=2)
    page.draw_line((50, 140), (170, 60), width=2)
    page.insert_text((50, 300), "a line of large type", fontsize=40)
    page.draw_circle((350, 350), 2, fill=(0, 0, 0))
    drawn = page.get_pixmap(dpi=144, colorspace="rgb")
    pixels = np.frombuffer(drawn.samples, np.uint8).reshape(drawn.height, drawn.width, 3)
    graphics = PageGraphics(1, 400, 400)
    line = Seen("a line of large type", 100, 520, 800, 620)
    [figure] = drawn_on(pixels, [line], graphics).pictures
    assert abs(figure.x0 - 50) < 10
    assert abs(figure.x1 - 170) < 10
    assert abs(figure.y0 - 60) < 10
    assert abs(figure.y1 - 140) < 10
    assert len(drawn_on(pixels, [], graphics).pictures) > 1  # the large letters too
    assert drawn_on(pixels * 0, [], graphics).pictures == ()


def test_scans_are_refused_with_the_setting_that_reads_them(tmp_path: Path) -> None:
    scan = scanned(two_columns().document, tmp_path / "scan.pdf", 50)
    [failed] = [e for e in ingest([scan], tmp_path / "lib", OFF) if isinstance(e, Failed)]
    assert "scanned, needs OCR (set [parser] ocr)" in failed.reason


def test_a_missing_extra_is_an_error_that_names_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "rapidocr", raising=False)
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(ConfigError, match=r"pip install -c constraints.txt -e '\.\[ocr\]'"):
        reader(SETTINGS.parser)


def test_the_doctor_loads_it(ocr: None) -> None:
    assert services.ocr(SETTINGS).level is Level.OK


def test_each_page_that_is_read_gives_the_file_more_time(ocr: None) -> None:
    _, limits = reader(SETTINGS.parser)
    assert limits.granted_s == SETTINGS.parser.max_pages * SETTINGS.parser.ocr_page_s
    with within(10_000_000, 1000):
        grant(500)
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 1400
    grant(500)
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


@pytest.mark.corpus
@pytest.mark.slow
def test_a_scanned_journal_paper(ocr: None, corpus_data: Path, tmp_path: Path) -> None:
    """Its first pages, as each takes seconds."""
    path = tmp_path / "first.pdf"
    with pymupdf.open(corpus_data / "odd-pdfs" / "scanned-bengio1994.pdf") as document:
        document.select([0, 1])
        document.save(path)
    paper = PdfParser(ocr=True).parse(path)
    assert paper.metadata.title == (
        "Learning Long-Term Dependencies with Gradient Descent is Difficult"
    )
    assert "Recurrent neural networks can be used to map input sequences to output" in paper.text
    assert [s.heading for s in paper.sections] == [
        "Abstract",
        "I Introduction",
        "II Minimal Task Illustrating the Problem",
        "III Simple Recurrent Network Candidate Solution",
    ]
    assert paper.remarks == ("pages 1, 2: read by OCR",)
