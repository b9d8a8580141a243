"""Says why a file can't be ingested: not a PDF, no text in it, or text that is no language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from ingest.layout import TextLine
from ingest.parsers.pdf.document import PdfDocument
from rag.errors import SourceError

_HEADER = 1024  # bytes among which a PDF says that it is one
_POINTER = b"version https://git-lfs"
_LEAST_CHARACTERS = 20
_SAMPLE = 60_000  # characters
_MOST_UNREADABLE = 0.2
_LEAST_VOWELS, _MOST_VOWELS = 0.2, 0.65
_ENOUGH_LETTERS = 400
_LATIN_WORD = re.compile(r"[a-zA-Z]{3,}")


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


def check_text(path: Path, document: PdfDocument) -> None:
    """Raises SourceError if the document has no text, or none that can be read."""
    sample = _sample(document.lines)
    if sum(not c.isspace() for c in sample) < _LEAST_CHARACTERS:
        raise SourceError(str(path), "no text in it: scanned, needs OCR")
    if is_gibberish(sample):
        reason = "its text is gibberish (a broken font map): needs OCR or another copy"
        raise SourceError(str(path), reason)


def is_gibberish(text: str) -> bool:
    """Whether the characters can't be any language's.

    Two signs: codes that no script uses, and Latin words without vowels. Formulas, other
    scripts and mixtures of them show neither.
    """
    visible = [c for c in text if not c.isspace()]
    if not visible:
        return False
    if sum(map(_unreadable, visible)) > _MOST_UNREADABLE * len(visible):
        return True
    letters = Counter("".join(_LATIN_WORD.findall(text)).lower())
    total = letters.total()
    # With few Latin words there is nothing to judge by.
    if total < _ENOUGH_LETTERS or total < 0.4 * len(visible):
        return False
    vowels = sum(letters[c] for c in "aeiouy") / total
    return not _LEAST_VOWELS < vowels < _MOST_VOWELS


def _unreadable(character: str) -> bool:
    """Control, private-use, unassigned and replacement characters."""
    return character == "\ufffd" or unicodedata.category(character) in ("Cc", "Co", "Cn", "Cs")


def _sample(lines: Iterable[TextLine]) -> str:
    """The beginning of the text, with controls that were read as spaces left in."""
    sample = ""
    for line in lines:
        sample += line.text + "\n"
        if len(sample) > _SAMPLE:
            break
    return sample
