"""The grammar of BibTeX files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.bibtex import BibEntry, bib_entries


def fields(text: str) -> dict[str, str]:
    [entry] = bib_entries(text)
    return entry.fields


def test_entries_between_comments():
    text = """Anything at all, even a mail to me@example.org.
    @comment{not, this = {one}}
    @Article{key1, title = {One}, year = 2001,}
    @book(key2, title = "Two")
    @misc{key3}
    @preamble{"\\newcommand{\\x}{y}"}
    """
    assert list(bib_entries(text)) == [
        BibEntry("article", "key1", {"title": "One", "year": "2001"}),
        BibEntry("book", "key2", {"title": "Two"}),
        BibEntry("misc", "key3", {}),
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("{a {B} c}", "a {B} c"),
        ('"a {"}b"', 'a {"}b'),
        ("{a\n   b}", "a b"),
        ("{C\\{}", "C\\{"),
        ("jan", "Jan"),
        ('"x" # " and " # "y"', "x and y"),
        ("name # { 2}", "A Name 2"),
        ("unknown", "unknown"),
    ],
)
def test_values(written, value):
    text = f'@string{{name = "A Name"}}\n@misc{{k, Title = {written}, year = 1999}}'
    assert fields(text) == {"title": value, "year": "1999"}


def test_a_broken_entry_does_not_take_the_next_with_it():
    text = "@misc{a, title = {never closed\n@misc{b, title = {fine}}\n"
    assert [entry.key for entry in bib_entries(text)] == ["b"]
    assert [e.key for e in bib_entries("@misc{a, title = }\n@misc{b,}")] == ["b"]


@given(st.text(alphabet='@{}(),="#\\ \nab1%'))
def test_whatever_is_written_comes_to_an_end(text):
    for entry in bib_entries(text):
        assert entry.kind
