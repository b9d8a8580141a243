from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.uploads.kinds import HEAD, Kind
from rag.errors import UnsupportedType

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def ending(name: str, content: bytes, piece: int = 7) -> str:
    kind = Kind(name)
    for start in range(0, len(content), piece):
        kind.feed(content[start : start + piece])
    return kind.ending()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.pdf", PDF, ".pdf"),
        ("a.exe", PDF, ".pdf"),
        ("a.md", PDF, ".pdf"),
        ("a.pdf", b"junk" * 200 + PDF, ".pdf"),
        ("a.md", b"# Title\n\nText", ".md"),
        ("a.MD", "# Über – alles".encode(), ".md"),
        ("a.md", b"A PDF begins with %PDF-1.7, as is known.", ".md"),
        ("a.md", b"%PDF-1.4 all in ASCII", ".pdf"),
    ],
)
def test_known_kinds(name: str, content: bytes, expected: str) -> None:
    assert ending(name, content) == expected
    assert ending(name, content, piece=1) == expected


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", b"MZ\x90\0", "no PDF"),
        ("a.pdf", b"# Markdown by content, not by name", "no PDF"),
        ("a.pdf", b"x" * HEAD + PDF, "no PDF"),
        ("a.md", b"# Title\0", "not UTF-8"),
        ("a.md", "# Übung".encode("latin-1"), "not UTF-8"),
        ("a.md", "# Ü".encode()[:-1], "not UTF-8"),
        ("a.md", b"fine" * HEAD + b"\xff", "not UTF-8"),
        ("a.pdf", b"", "empty"),
    ],
)
def test_everything_else(name: str, content: bytes, why: str) -> None:
    with pytest.raises(UnsupportedType, match=why):
        ending(name, content)


@given(st.text(min_size=1).filter(lambda text: "\0" not in text), st.integers(1, 5))
def test_text_is_markdown_however_it_is_cut(text: str, piece: int) -> None:
    content = text.encode()
    expected = ".pdf" if content.startswith(b"%PDF-") else ".md"
    assert ending("a.md", content, piece) == expected


def test_a_long_file_is_refused_before_it_has_come() -> None:
    kind = Kind("film.mp4")
    with pytest.raises(UnsupportedType):
        kind.feed(b"\0" * HEAD)
