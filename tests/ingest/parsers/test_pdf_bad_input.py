"""Files that can't be ingested: each has its own plain reason, and no other file suffers."""

from __future__ import annotations

import random
from pathlib import Path

import pymupdf
import pytest

from ingest.parsers.pdf import PdfParser
from ingest.parsers.pdf.health import is_gibberish
from rag.errors import SourceError
from tests.ingest.parsers.made_pdf import LEFT, PROSE, TOP, MadePdf


def reason(path: Path, **limits: int) -> str:
    with pytest.raises(SourceError) as caught:
        PdfParser(**limits).parse(path)
    assert caught.value.source == str(path)
    assert "\n" not in caught.value.reason
    assert path.name not in caught.value.reason
    return caught.value.reason


def made(pages: int = 1) -> MadePdf:
    document = MadePdf()
    for number in range(pages):
        if number:
            document.new_page()
        document.paragraph(LEFT, TOP, PROSE, 480)
    return document


def test_a_missing_file(tmp_path: Path) -> None:
    assert reason(tmp_path / "gone.pdf").startswith("can't be read: No such file")


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.pdf"
    path.touch()
    assert "empty" in reason(path)


def test_a_pointer_file(tmp_path: Path) -> None:
    path = tmp_path / "pointer.pdf"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n")
    assert reason(path) == "a git-lfs pointer file, not the PDF itself: run git lfs pull"


def test_another_kind_of_file(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_text("<!doctype html><title>Not found</title>")
    assert reason(path).startswith("not a PDF")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_file(tmp_path: Path, share: float) -> None:
    whole = made(pages=6).save(tmp_path / "whole.pdf").read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(whole[: int(share * len(whole))])
    assert reason(path).startswith("truncated or damaged: ")


def test_a_file_with_a_password(tmp_path: Path) -> None:
    path = tmp_path / "secret.pdf"
    made().save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="a", owner_pw="b")
    assert reason(path).startswith("encrypted: needs a password")


def test_a_file_with_an_owner_password_only_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "owned.pdf"
    made().save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="b")
    assert PdfParser().parse(path).text.startswith("The encoder")


def test_a_scan(tmp_path: Path) -> None:
    document = MadePdf()
    pixels = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 50, 50))
    pixels.clear_with(128)
    document.page.insert_image(document.page.rect, pixmap=pixels)
    assert reason(document.save(tmp_path / "scan.pdf")) == (
        "no text in it: scanned, needs OCR (set [parser] ocr)"
    )


def test_too_many_pages(tmp_path: Path) -> None:
    path = made(pages=3).save(tmp_path / "long.pdf")
    assert reason(path, max_pages=2).startswith("3 pages, more than the limit of 2")
    assert PdfParser(max_pages=3).parse(path).pages == 3


def test_a_shifted_font_map(tmp_path: Path) -> None:
    document = MadePdf()
    shifted = "".join(chr(ord(c) + 7) if c.isalpha() and c not in "zZ" else c for c in PROSE * 3)
    document.paragraph(LEFT, TOP, shifted, 480)
    assert "gibberish" in reason(document.save(tmp_path / "shifted.pdf"))


def test_the_engine_says_nothing_on_stderr(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    whole = made(pages=6).save(tmp_path / "whole.pdf").read_bytes()
    (tmp_path / "cut.pdf").write_bytes(whole[: len(whole) // 2])
    reason(tmp_path / "cut.pdf")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        PROSE * 3,
        "Este documento apresenta os resultados do treinamento e da avaliação. " * 20,
        "이 논문은 문장의 표현을 배우는 방법을 설명한다. " * 30,
        "يشرح هذا البحث طريقة لتعلم تمثيل الجمل. " * 30,
        "Эта статья описывает метод обучения. " * 30,
        "x_t = W x + b, y = f(z), dz/dt = -k z, || w ||^2 < c, P(A|B) = 1 " * 30,
        "Wir beschreiben ein Verfahren zum Lernen von Darstellungen für Sätze. " * 20,
    ],
)
def test_languages_and_formulas_are_no_gibberish(text: str) -> None:
    assert not is_gibberish(text)


def test_random_letters_are_gibberish() -> None:
    letters = random.Random(7).choices("bcdfghjklmnpqrstvwxz", k=4000)
    text = "".join(c if at % 6 else " " for at, c in enumerate(letters))
    assert is_gibberish(text)
