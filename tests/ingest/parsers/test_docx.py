"""Word documents, made by python-docx."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE

from ingest.build import ParseFile
from rag.errors import SourceError
from rag.types import Cell, Kind, LinkKind, Paper, Role

FOOTNOTES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:footnote w:id="2"><w:p><w:r><w:t>A note below.</w:t></w:r></w:p></w:footnote></w:footnotes>"""

KIND = b"""<Override PartName="/word/footnotes.xml" ContentType=
"application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/>"""
RELATION = b"""<Relationship Id="rId99" Target="footnotes.xml" Type=
"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"/>"""


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    made = Document()
    made.core_properties.author = "Ada Lovelace; Charles Babbage"
    made.core_properties.keywords = "chunks, words"
    own = made.styles.add_style("House Heading", WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = made.styles["Heading 1"]
    made.add_paragraph("Cutting Papers", style="Title")
    made.add_heading("Abstract", 1)
    made.add_paragraph("We cut papers.")
    made.add_paragraph("1 Introduction", style="House Heading")
    made.add_paragraph("Papers have structure.")
    made.add_paragraph("one", style="List Bullet")
    made.add_paragraph("two", style="List Bullet")
    made.add_heading("1.1 Scores", 2)
    made.add_paragraph("Table 1: Scores.", style="Caption")
    table = made.add_table(3, 3)
    table.style = "Table Grid"
    for row, words in enumerate(
        [["Model", "Recall", ""], ["", "300", "700"], ["Ours", ".4", ".6"]]
    ):
        for column, word in enumerate(words):
            table.cell(row, column).text = word
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    made.add_paragraph("Figure 2. A picture.", style="Caption")
    made.add_heading("References", 1)
    made.add_paragraph("[1] Somebody. 2001.")
    path = tmp_path / "paper.docx"
    made.save(str(path))
    return ParseFile(9)(path)


def test_sections_and_metadata(paper: Paper) -> None:
    assert [(s.heading, s.level) for s in paper.sections] == [
        ("Abstract", 1), ("1 Introduction", 1), ("1.1 Scores", 2), ("References", 1)
    ]  # fmt: skip
    m = paper.metadata
    assert (m.title, m.authors) == ("Cutting Papers", ("Ada Lovelace", "Charles Babbage"))
    assert (m.abstract, m.keywords) == ("We cut papers.", ("chunks", "words"))
    assert paper.sections[-1].role is Role.REFERENCES


def test_elements(paper: Paper) -> None:
    found = [(e.kind, e.label, e.span.of(paper.text).split("\n")[0]) for e in paper.elements]
    assert found == [
        (Kind.PARAGRAPH, "", "We cut papers."),
        (Kind.PARAGRAPH, "", "Papers have structure."),
        (Kind.LIST, "", "- one"),
        (Kind.TABLE, "Table 1", "Table 1: Scores."),
        (Kind.FIGURE, "Figure 2", "Figure 2. A picture."),
        (Kind.REFERENCE, "", "[1] Somebody. 2001."),
    ]


def test_a_table_has_its_cells(paper: Paper) -> None:
    [grid] = [e.grid for e in paper.elements if e.grid]
    assert (grid.rows, grid.columns) == (3, 3)
    cells = {(c.row, c.column): (c.text, c.rows, c.columns) for c in grid.cells}
    assert cells == {
        (0, 0): ("Model", 2, 1), (0, 1): ("Recall", 1, 2), (1, 1): ("300", 1, 1),
        (1, 2): ("700", 1, 1), (2, 0): ("Ours", 1, 1), (2, 1): (".4", 1, 1), (2, 2): (".6", 1, 1),
    }  # fmt: skip
    assert isinstance(grid.cells[0], Cell)


def test_a_footnote_follows_what_calls_it(tmp_path: Path) -> None:
    made = Document()
    made.add_paragraph("Called here")
    plain = tmp_path / "plain.docx"
    made.save(str(plain))
    noted = tmp_path / "noted.docx"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(noted, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "word/document.xml":
                call = b'<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>.</w:t></w:r></w:p>'
                text = text.replace(b"</w:p>", call, 1)
            if name == "[Content_Types].xml":
                text = text.replace(b"</Types>", KIND + b"</Types>")
            if name == "word/_rels/document.xml.rels":
                text = text.replace(b"</Relationships>", RELATION + b"</Relationships>")
            new.writestr(name, text)
        new.writestr("word/footnotes.xml", FOOTNOTES)
    paper = ParseFile(9)(noted)
    assert paper.text == "Called here¹.\n\nA note below."
    [link] = paper.links
    assert (link.kind, link.target, link.span.of(paper.text)) == (LinkKind.FOOTNOTE, 1, "¹")
    assert (paper.elements[1].kind, paper.elements[1].label) == (Kind.FOOTNOTE, "1")


def rewritten(path: Path, part: str, before: bytes, after: bytes) -> Path:
    """The document with something else in one of its parts."""
    made = path.with_name("rewritten.docx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == part:
                assert before in text
                text = text.replace(before, after)
            new.writestr(name, text)
    return made


def test_content_controls_are_read_and_text_boxes_once(tmp_path: Path) -> None:
    made = Document()
    for text in ("One.", "HERE", "Three."):
        made.add_paragraph(text)
    made.add_table(1, 1).cell(0, 0).text = "CELL"
    made.save(str(tmp_path / "plain.docx"))
    part = "word/document.xml"
    control = (
        b"<w:sdt><w:sdtPr/><w:sdtContent><w:sdt><w:sdtContent><w:p><w:r><w:t>In a control."
        b"</w:t></w:r></w:p></w:sdtContent></w:sdt></w:sdtContent></w:sdt>"
    )
    box = b"<w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent>"
    both = (
        b'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/'
        b'markup-compatibility/2006"><mc:Choice Requires="wps">' + box + b"</mc:Choice>"
        b"<mc:Fallback>" + box + b"</mc:Fallback></mc:AlternateContent>"
    )
    path = rewritten(
        tmp_path / "plain.docx", part, b"<w:p><w:r><w:t>HERE</w:t></w:r></w:p>",
        control + b"<w:p><w:r>" + both + b"</w:r></w:p>",
    )  # fmt: skip
    path = path.rename(tmp_path / "next.docx")
    path = rewritten(path, part, b"<w:tr>", b"<w:sdt><w:sdtContent><w:tr>")
    path = path.rename(tmp_path / "last.docx")
    path = rewritten(path, part, b"</w:tr>", b"</w:tr></w:sdtContent></w:sdt>")
    paper = ParseFile(9)(path)
    assert paper.text == "One.\n\nIn a control.\n\nboxed\n\nThree.\n\n| CELL |"


def test_styles_that_are_made_from_one_another_are_styles(tmp_path: Path) -> None:
    made = Document()
    first, second = (made.styles.add_style(n, WD_STYLE_TYPE.PARAGRAPH) for n in ("One", "Two"))
    first.base_style, second.base_style = second, first
    made.add_paragraph("Text.", style="One")
    made.save(str(tmp_path / "a.docx"))
    assert ParseFile(9)(tmp_path / "a.docx").text == "Text."


@pytest.mark.parametrize("data", [b"", b"nothing", b"PK\x03\x04 broken"])
def test_what_is_no_document_is_a_failure_with_a_reason(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.docx"
    path.write_bytes(data)
    with pytest.raises(SourceError, match="not a Word document"):
        ParseFile(9)(path)


def test_a_document_of_nothing_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "empty.docx"
    Document().save(str(path))
    with pytest.raises(SourceError, match="no text"):
        ParseFile(9)(path)
    with zipfile.ZipFile(tmp_path / "other.docx", "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(SourceError, match="not a Word document"):
        ParseFile(9)(tmp_path / "other.docx")
