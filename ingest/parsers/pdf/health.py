"""Says why a file can't be ingested: not a PDF, no text in it, or text that is no language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ingest.layout import TextLine
from ingest.parsers.pdf.document import PdfDocument
from ingest.parsers.pdf.glyphs import unreadable
from rag.errors import SourceError

_HEADER = 1024  # bytes among which a PDF says that it is one
_TRAILER = 2048  # bytes among which it says that it ends
_POINTER = b"version https://git-lfs"
_LEAST_CHARACTERS = 20
_SAMPLE = 60_000  # characters
_WITHOUT_OCR = (
    "its text is gibberish (a broken font map): needs another copy, or OCR (set [parser] ocr)",
    "no text in it: scanned, needs OCR (set [parser] ocr)",
)
_WITH_OCR = (
    "its text is gibberish, and OCR found no other: needs another copy",
    "no text in it, and OCR found none: needs another copy",
)
_MOST_UNREADABLE = 0.2
_ENOUGH_WORDS = 60
_MOST_WITHOUT_VOWEL = 0.15
_LATIN_WORD = re.compile(r"(?<![^\W_])[a-zß-ɏ]{4,}(?![^\W_])")
_VOWEL = re.compile(r"[aeiouyß-ɏ]")


def check_file(path: Path) -> None:
    """Raises SourceError if the file is certainly no PDF."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER)
    except OSError as error:
        raise SourceError(str(path), f"can't be read: {error.strerror}") from error
    if not head.strip():
        raise SourceError(str(path), "the file is empty: fetch it again")
    if head.startswith(_POINTER):
        reason = "a git-lfs pointer file, not the PDF itself: run git lfs pull"
        raise SourceError(str(path), reason)
    if b"%PDF-" not in head:
        raise SourceError(str(path), "not a PDF, whatever its name says")


def has_end(path: Path) -> bool:
    """Whether the file ends as a PDF does."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TRAILER))
        return b"%%EOF" in file.read()


def check_text(path: Path, document: PdfDocument, ocr: bool = False) -> None:
    """Raises SourceError if the document has no text, or none that can be read.

    ``ocr`` says whether what could be read by OCR was.
    """
    sample = _sample(document.lines)
    gibberish, no_text = _WITH_OCR if ocr else _WITHOUT_OCR
    if document.unreadable > _MOST_UNREADABLE:
        raise SourceError(str(path), gibberish)
    if sum(not c.isspace() for c in sample) < _LEAST_CHARACTERS:
        raise SourceError(str(path), no_text)
    if is_gibberish(sample):
        raise SourceError(str(path), gibberish)


def is_unreadable(texts: Iterable[str]) -> bool:
    """Whether too many of the characters are left without a meaning by their fonts' maps."""
    return unreadable_share(texts) > _MOST_UNREADABLE


def unreadable_share(texts: Iterable[str]) -> float:
    """The share of characters without a meaning."""
    kept = list(texts)
    return sum(map(unreadable, kept)) / max(sum(map(len, kept)), 1)


def is_gibberish(text: str) -> bool:
    """Whether Latin text can't be any language's: too many of its words have no vowel.

    Formulas, other scripts and texts with few Latin words give nothing to judge by and pass.
    Accented letters count as vowels.
    """
    words = _LATIN_WORD.findall(text)
    if len(words) < _ENOUGH_WORDS:
        return False
    return sum(not _VOWEL.search(word) for word in words) > _MOST_WITHOUT_VOWEL * len(words)


def _sample(lines: Iterable[TextLine]) -> str:
    """The beginning of the text."""
    sample = ""
    for line in lines:
        sample += line.text + "\n"
        if len(sample) > _SAMPLE:
            break
    return sample
