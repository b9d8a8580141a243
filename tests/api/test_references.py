from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from api.bibtex import bibtex, latex
from api.references import answer_markdown
from api.schemas import answer_json
from api.shapes import AnswerJson
from rag.types import Answer, Metadata, PaperRow


def test_an_answer_and_what_its_markers_stand_for(answer: Answer) -> None:
    assert answer_markdown(answer_json(answer)) == (
        "The rate is 0.1 [1].\n\n"
        "## References\n\n"
        r"- [1] Vaswani et al. 2017. *Attention \[bold\]Is\[/bold\] All*. "
        "§5.4 Regularization, p. 8: “We use a dropout rate of 0.1 in the base model.”\n"
    )


def test_an_answer_without_citations_has_no_list(answer: Answer) -> None:
    wire: AnswerJson = {**answer_json(answer), "citations": []}
    assert answer_markdown(wire) == "The rate is 0.1 [1].\n"


def test_what_is_not_known_is_left_out(answer: Answer) -> None:
    wire = answer_json(answer)
    wire["citations"][0] |= {  # type: ignore[misc]
        "page": None,
        "paper": {"id": "p01", "title": "", "authors": [], "year": None},
    }
    assert "- [1] p01. §5.4 Regularization: “We" in answer_markdown(wire)


@given(st.text(max_size=60), st.text(max_size=60))
def test_titles_and_quotes_are_shown_as_they_are(title: str, quote: str) -> None:
    section = {"number": "1", "title": "A", "path": ["1 A"], "role": "other"}
    paper = {"id": "p01", "title": title, "authors": ["Ada Lovelace"], "year": 1843}
    citation = {"marker": "[1]", "paper": paper, "section": section, "page": 1, "quote": quote}
    text = answer_markdown({"answer": "So. [1]", "citations": [citation]})  # type: ignore[arg-type, typeddict-item]
    tokens = MarkdownIt().parse(text)
    inline = [t for t in tokens if t.type == "inline"]
    assert len(inline) == 3
    kinds = {child.type for child in inline[2].children or ()}
    assert kinds <= {"text", "text_special", "em_open", "em_close"}


def test_an_answer_loads_nothing_wherever_it_is_pasted(answer: Answer) -> None:
    hostile = (
        "![x](https://evil.example/p.png) \\![x](https://evil.example/) \\<img src=x> <b>1 < 2"
        "</b>\n\n"
        "```\nif a<b: ![]\n```\n\n- ```\n\n<img src=x>\n"
    )
    wire: AnswerJson = {**answer_json(answer), "answer": hostile, "citations": []}
    text = answer_markdown(wire)
    assert "```\nif a<b: ![]\n```" in text
    parsed = MarkdownIt().parse(text)
    tokens = [*parsed, *(child for token in parsed for child in token.children or ())]
    assert {token.type for token in tokens} & {"image", "html_inline", "html_block"} == set()


def paper(title: str, *authors: str, year: int | None = 2017, **more: str) -> PaperRow:
    metadata = Metadata(title, authors, year, more.get("arxiv_id", ""))
    return PaperRow(more.get("paper_id", "p01"), metadata, 9, 9, "/a.pdf", "ab" * 32)


def test_an_entry() -> None:
    attention = paper(
        "Attention Is All You Need", "Ashish Vaswani", "Noam Shazeer", arxiv_id="1706.03762"
    )
    assert bibtex([attention]) == (
        "@misc{vaswani2017attention,\n"
        "  author = {Ashish Vaswani and Noam Shazeer},\n"
        "  title = {{Attention Is All You Need}},\n"
        "  year = {2017},\n"
        "  eprint = {1706.03762},\n"
        "  archivePrefix = {arXiv}\n"
        "}\n"
    )


def keys(*papers: PaperRow) -> list[str]:
    return re.findall(r"^@misc\{(\w*),?$", bibtex(papers), re.MULTILINE)


def test_keys_are_plain() -> None:
    assert keys(paper("On the Döner: A Study", "Jürgen Groß")) == ["gross2017doner"]
    assert keys(paper("The A of B", "Laurens van der Maaten")) == ["vandermaaten2017b"]
    assert keys(paper("漢字", "山田 太郎", paper_id="p0a")) == ["p0a"]
    assert keys(paper("", paper_id="p0a1", year=None)) == ["p0a1"]


def test_keys_are_made_unique_whatever_the_order() -> None:
    first, second = (paper("Nets", "Ada Ba", paper_id=i) for i in ("p1", "p2"))
    assert keys(first, second) == ["ba2017nets", "ba2017netsb"]
    assert keys(second, first) == ["ba2017netsb", "ba2017nets"]
    assert keys(second) == ["ba2017nets"]


def test_a_key_with_a_letter_is_not_another_papers_own() -> None:
    three = [paper("Net", "Ada Ba", paper_id=i) for i in ("p1", "p2")]
    three.append(paper("Netb", "Ada Ba", paper_id="p3"))
    assert keys(*three) == ["ba2017net", "ba2017netc", "ba2017netb"]


def test_many_papers_with_one_key() -> None:
    many = [paper("Net", "Ada Ba", paper_id=f"p{i:03}") for i in range(80)]
    assert len(set(keys(*many))) == 80


def test_an_arxiv_id_is_known_by_the_paper_id() -> None:
    assert "eprint = {2001.00001}" in bibtex([paper("X", "A B", paper_id="2001.00001")])


def test_groups_keep_their_name() -> None:
    entry = bibtex([paper("X", "Gemini Team", "Rosa and Sons", "Ada Lovelace")])
    assert "author = {{Gemini Team} and {Rosa and Sons} and Ada Lovelace}" in entry


def test_what_latex_would_act_on_is_escaped() -> None:
    assert latex(r"50% of $O(n^2)$ & {x}_1 #~\cmd") == (
        r"50\% of \$O(n\textasciicircum{}2)\$ \& \textbraceleft{}x\textbraceright{}\_1 "
        r"\#\textasciitilde{}\textbackslash{}cmd"
    )


@given(st.text(max_size=80), st.lists(st.text(max_size=30), max_size=3))
def test_braces_always_match(title: str, authors: list[str]) -> None:
    entry = bibtex([paper(title, *authors)])
    depth = 0
    for at, brace in enumerate(entry):
        depth += (brace == "{") - (brace == "}")
        assert depth > 0 or at < 5 or at >= len(entry) - 2
    assert depth == 0


@pytest.mark.parametrize(
    ("venue", "kind", "field"),
    [
        ("ICLR 2015", "inproceedings", "booktitle"),
        ("Proceedings of the 3rd Conference on Things & More", "inproceedings", "booktitle"),
        ("Journal of Machine Learning Research", "article", "journal"),
        ("Neural Computation", "article", "journal"),
        ("Workshop on Letters and Reviews", "inproceedings", "booktitle"),
        ("", "misc", ""),
    ],
)
def test_where_a_paper_appeared_makes_its_kind(venue: str, kind: str, field: str) -> None:
    known = Metadata("T", ("Ada Lovelace",), 1843, venue=venue, doi="10.5555/a_b")
    entry = bibtex([PaperRow("p1", known, 1, 1, "x.pdf", "0" * 64)])
    assert entry.startswith(f"@{kind}{{lovelace1843t,\n")
    assert (f"  {field} = {{{latex(venue)}}},\n" in entry) is bool(venue)
    assert "  doi = {10.5555/a\\_b}" in entry


def test_the_version_of_a_preprint_is_part_of_its_eprint() -> None:
    known = Metadata("T", arxiv_id="1706.03762", arxiv_version=5)
    assert "eprint = {1706.03762v5}" in bibtex([PaperRow("p1", known, 1, 1, "x.pdf", "0" * 64)])
