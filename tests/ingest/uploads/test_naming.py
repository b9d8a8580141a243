from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.arxiv import id_in_name
from ingest.uploads.naming import path_of, safe_name, shown_name

NAMES = st.text(max_size=300) | st.text(alphabet="./\\ ~a%:\0\n-_", max_size=30)


@given(NAMES, st.sampled_from([".pdf", ".md"]))
@example("../../etc/passwd", ".pdf")
@example("..", ".md")
@example(".pdf", ".pdf")
@example("C:\\secret\\.ssh", ".pdf")
@example("a" * 10_000, ".pdf")
@example("CON\x00.pdf", ".pdf")
@example("\udcff\ud800.pdf", ".pdf")
def test_whatever_the_name_it_is_a_plain_file_in_its_folder(name: str, ending: str) -> None:
    safe = safe_name(name, ending)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", safe)
    assert safe.endswith(ending)
    assert len(safe) <= 80
    path = path_of("0123456789abcdef" * 4, safe)
    assert PurePosixPath(path).parts == ("uploads", "0123456789abcdef" * 4, safe)
    library = Path("/library").resolve()
    assert (library / path).resolve() == library / path


@pytest.mark.parametrize(
    ("name", "ending", "safe"),
    [
        ("1706.03762v5.pdf", ".pdf", "1706.03762v5.pdf"),
        ("1706.03762.PDF", ".pdf", "1706.03762.pdf"),
        ("1706.03762v5", ".pdf", "1706.03762v5.pdf"),
        ("folder/Résumé of a paper.pdf", ".pdf", "Resume-of-a-paper.pdf"),
        ("notes.md", ".pdf", "notes.md.pdf"),
        ("论文.pdf", ".pdf", "paper.pdf"),
        (".hidden.md", ".md", "hidden.md"),
    ],
)
def test_it_stays_like_the_name(name: str, ending: str, safe: str) -> None:
    assert safe_name(name, ending) == safe


def test_an_arxiv_id_stays_one() -> None:
    name = safe_name("uploads/2005.14165v4.pdf", ".pdf")
    assert id_in_name(Path(name).stem) == "2005.14165"


@given(NAMES)
@example("a\r\nSet-Cookie: x.pdf")
def test_what_is_shown_is_one_line_that_can_be_encoded(name: str) -> None:
    shown = shown_name(name)
    assert 0 < len(shown.encode()) <= 800
    assert shown.isprintable()
    assert "/" not in shown
