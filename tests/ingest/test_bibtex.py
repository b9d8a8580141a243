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
    broken, fine = bib_entries(text)
    assert (broken.key, broken.fields) == ("a", {})
    assert broken.fault == "can't be read: a value in braces has no end"
    assert fine == BibEntry("misc", "b", {"title": "fine"})
    faults = {e.key: bool(e.fault) for e in bib_entries("@misc{a, title = }\n@misc{b,}")}
    assert faults == {"a": True, "b": False}


def test_a_key_may_have_blanks_but_must_be_one():
    assert [e.key for e in bib_entries("@article{Some Key, year = 1}")] == ["Some Key"]
    assert [e.key for e in bib_entries("@article(10.1/(A)2=b, year = 1)")] == ["10.1/(A)2=b"]
    [entry] = bib_entries("@article{title = {X},\n year = 5}")
    assert (entry.key, entry.fault) == ("@article{title = {X},", "can't be read: it has no key")


def test_what_looks_like_an_entry_amid_a_comment_is_no_fault():
    assert list(bib_entries("write to me @work {or = not")) == []


def test_values_without_an_end_are_passed_over_at_once():
    """Were each followed to the end of the text, this would take hours."""
    assert all(entry.fault for entry in bib_entries("\n@a{b,c={x" * 200_000))
    assert all(entry.fault for entry in bib_entries('\n@a{b,c="}x' * 200_000))


def test_abbreviations_do_not_double_without_end():
    text = '@string{a = "0123456789"}\n' + "@string{a = a # a}\n" * 60 + "@misc{k, title = a}"
    [entry] = bib_entries(text)
    assert len(entry.fields["title"]) < 1 << 15


@given(st.text(alphabet='@{}(),="#\\ \nab1%'))
def test_whatever_is_written_comes_to_an_end(text):
    for entry in bib_entries(text):
        assert entry.kind
