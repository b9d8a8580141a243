from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsers.markdown import MarkdownParser
from rag.errors import SourceError
from rag.types import Kind, Paper, Role

PAPER = """---
title: "Ignored: it is quoted"
authors: [Ada Lovelace, Charles Babbage]
year: 2021
---
# The printed title

## Abstract

We cut papers.

## 1 Introduction

A paragraph with `λ\\lambda` and
a second line.

1. first
2. second

### 1.1 Notation

$$x = \\frac{1}{2}$$   (Eq. 12)

Table 2: Scores.

| a | b |
|---|---|
| 1 | 2 |

![plot](plot.png)

Figure 1: A plot.

```
Algorithm 1: repeat until done
```

## 20 Newsgroups

Not section twenty.

## References

[1] One. 2001.
[2] Two. 2002.

## A Proofs

Trivial.

## B More

Trivial too.
"""


def parse(tmp_path: Path, text: str, name: str = "paper.md") -> Paper:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return MarkdownParser().parse(file)


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return parse(tmp_path, PAPER)


def test_front_matter_goes_before_the_text(paper: Paper) -> None:
    assert paper.metadata.title == "Ignored: it is quoted"
    assert paper.metadata.authors == ("Ada Lovelace", "Charles Babbage")
    assert paper.metadata.year == 2021
    assert paper.metadata.abstract == "We cut papers."


def test_front_matter_may_tell_where_a_paper_appeared(tmp_path: Path) -> None:
    file = tmp_path / "1706.03762v5.md"
    file.write_text(
        "---\ntitle: T\nvenue: NIPS 2017\ndoi: https://doi.org/10.5555/A1\nkeywords: a b, c\n"
        "code:\n  - https://github.com/x/y\naffiliations: [One, Two]\n---\n\n# Abstract\n\nWe.\n"
    )
    found = MarkdownParser().parse(file).metadata
    assert (found.venue, found.doi, found.arxiv_version) == ("NIPS 2017", "10.5555/a1", 5)
    assert (found.keywords, found.affiliations) == (("a b", "c"), ("One", "Two"))
    assert (found.code, found.abstract) == (("https://github.com/x/y",), "We.")


def test_sections_have_numbers_levels_and_roles(paper: Paper) -> None:
    assert [(s.number, s.title, s.level, s.role) for s in paper.sections] == [
        ("", "Abstract", 1, Role.ABSTRACT),
        ("1", "Introduction", 1, Role.INTRODUCTION),
        ("1.1", "Notation", 2, Role.INTRODUCTION),
        ("", "20 Newsgroups", 1, Role.OTHER),
        ("", "References", 1, Role.REFERENCES),
        ("A", "Proofs", 1, Role.APPENDIX),
        ("B", "More", 1, Role.APPENDIX),
    ]
    assert [s.heading for s in paper.path(2)] == ["1 Introduction", "1.1 Notation"]


def test_elements_are_typed_raw_slices(paper: Paper) -> None:
    found = [(e.kind, e.label, e.span.of(paper.text)) for e in paper.elements]
    assert found[1:3] == [
        (Kind.PARAGRAPH, "", "A paragraph with `λ\\lambda` and\na second line."),
        (Kind.LIST, "", "1. first\n2. second"),
    ]
    assert found[3] == (Kind.EQUATION, "(12)", "$$x = \\frac{1}{2}$$   (Eq. 12)")
    assert found[4][:2] == (Kind.TABLE, "Table 2")
    assert found[4][2].startswith("Table 2: Scores.\n\n| a | b |")
    assert found[5] == (Kind.FIGURE, "Figure 1", "![plot](plot.png)\n\nFigure 1: A plot.")
    assert found[6][:2] == (Kind.ALGORITHM, "Algorithm 1")
    assert all(text in PAPER for _, _, text in found)


def test_entries_under_references_are_told_apart(paper: Paper) -> None:
    entries = [e.span.of(paper.text) for e in paper.elements if e.kind is Kind.REFERENCE]
    assert entries == ["[1] One. 2001.", "[2] Two. 2002."]


def test_flat_headings_get_their_levels_from_their_numbers(tmp_path: Path) -> None:
    paper = parse(tmp_path, "# T\n## 1 A\na\n## 1.1 B\nb\n## 1.2 C\nc\n## 2 D\nd\n")
    assert [(s.heading, s.level, s.parent) for s in paper.sections] == [
        ("1 A", 1, None),
        ("1.1 B", 2, 0),
        ("1.2 C", 2, 0),
        ("2 D", 1, None),
    ]


def test_text_without_headings_has_one_untitled_section(tmp_path: Path) -> None:
    paper = parse(tmp_path, "One.\n\nTwo.\n", "1506.02640.md")
    assert [s.heading for s in paper.sections] == [""]
    assert paper.paper_id == paper.metadata.arxiv_id == "1506.02640"
    assert paper.metadata.year == 2015
    assert paper.text == "One.\n\nTwo."


def test_a_first_heading_that_names_a_section_is_no_title(tmp_path: Path) -> None:
    paper = parse(tmp_path, "# Introduction\na\n# Method\nb\n")
    assert paper.metadata.title == ""
    assert [s.title for s in paper.sections] == ["Introduction", "Method"]


def test_a_formula_that_looks_like_markup_stays_text(tmp_path: Path) -> None:
    paper = parse(
        tmp_path, "# T\n\n[1]: http://example.org\n\n<b>not html</b>\n\n#tag is no head\n"
    )
    assert [e.kind for e in paper.elements] == [Kind.PARAGRAPH] * 3


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\n ", "empty"),
        (b"# Title\n\n## Heading\n", "no text"),
        (b"---\ntitle: T\n---\n", "no text"),
        (b"\x89PNG\0\0", "binary"),
        ("é".encode("latin-1"), "UTF-8"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "Git LFS"),
    ],
)
def test_bad_files_are_refused_with_a_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    file = tmp_path / "bad.md"
    file.write_bytes(data)
    with pytest.raises(SourceError, match=reason) as caught:
        MarkdownParser().parse(file)
    assert "bad.md" not in caught.value.reason


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="can't be read"):
        MarkdownParser().parse(tmp_path / "none.md")


pieces = st.sampled_from(
    "# T,## 1 A,### B,text,$$x$$,$$,- item,1. item,| a |,|---|,```,Table 1: x,![a](b),> quote,,,"
    "[1] ref,    code,---,## References".split(",")
)


@given(st.lists(pieces, max_size=30).map("\n".join))
def test_any_markdown_gives_raw_slices_in_order_or_a_reason(text: str) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "any.md"
        file.write_text(text, encoding="utf-8")
        try:
            paper = MarkdownParser().parse(file)
        except SourceError:
            return
    assert all(a.span.end < b.span.start for a, b in pairwise(paper.elements))
    assert "\n\n".join(e.span.of(paper.text) for e in paper.elements) == paper.text
    assert all(e.span.of(paper.text) in text for e in paper.elements)
    assert all(a.section <= b.section < len(paper.sections) for a, b in pairwise(paper.elements))


@pytest.mark.corpus
def test_real_papers_keep_their_title_abstract_and_every_paragraph(corpus_data: Path) -> None:
    for file in sorted((corpus_data / "qasper-dev/papers").glob("*.md"))[:20]:
        paper, source = MarkdownParser().parse(file), file.read_text(encoding="utf-8")
        assert source.startswith(f"# {paper.metadata.title}\n")
        assert paper.metadata.abstract
        body = [line for line in source.splitlines() if line and not line.startswith("#")]
        missing = [line for line in body if line.strip() not in paper.text]
        assert not missing
