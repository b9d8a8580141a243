"""Links of whole papers: Markdown files and PDFs made here, read by the real parsers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.build import ParseFile
from ingest.linking.linked import linked
from rag.types import Kind, LinkKind, Paper, Role, Span
from tests.ingest.parsers.made_pdf import LEFT, PROSE, TOP, MadePdf
from tests.values import make_paper

NUMBERED = """\
# A Paper

## 1 Introduction

Attention [1] is used widely [2, 4-6], see [3, Theorem 2]. Values lie in [0, 1] or [7, 9].

## References

{entries}
"""


def read(folder: Path, text: str) -> Paper:
    file = folder / "paper.md"
    file.write_text(text, encoding="utf-8")
    return ParseFile(10)(file)


def pointed(paper: Paper) -> list[tuple[str, str, str]]:
    """The words of each link, its kind, and the start of what it leads to."""
    return [
        (link.span.of(paper.text), link.kind.value, _target(paper, link)) for link in paper.links
    ]


def _target(paper: Paper, link) -> str:  # type: ignore[no-untyped-def]
    match link.kind:
        case LinkKind.CITATION:
            reference = paper.references[link.target]
            return reference.label or f"{reference.title} {reference.year}"
        case LinkKind.SECTION:
            return paper.sections[link.target].heading
        case _:
            element = paper.elements[link.target]
            return element.label or element.span.of(paper.text)[:20]


def test_citations_by_number(tmp_path: Path) -> None:
    entries = "\n".join(
        f"[{n}] A. Author. Title number {n}. In Venue, 20{n:02}." for n in range(1, 8)
    )
    paper = read(tmp_path, NUMBERED.format(entries=entries))
    assert [reference.year for reference in paper.references] == list(range(2001, 2008))
    assert pointed(paper) == [
        ("[1]", "citation", "1"),
        ("2", "citation", "2"),
        ("4-6", "citation", "4"),
        ("4-6", "citation", "5"),
        ("4-6", "citation", "6"),
        ("[3, Theorem 2]", "citation", "3"),
    ]


def test_citations_by_raised_number(tmp_path: Path) -> None:
    text = """\
# A Paper

## 1 Introduction

Attention1 is used widely,2,4 and so are kernels.3 A net has conv1 layers.

## References

1. Ada, A. First title. Nature 1, 2 (2001).
2. Bea, B. Second title. Nature 1, 2 (2002).
3. Cid, C. Third title. Nature 1, 2 (2003).
4. Dee, D. Fourth title. Nature 1, 2 (2004).
"""
    paper = read(tmp_path, text)
    assert [words for words, _, _ in pointed(paper)][:4] == ["1", "2", "4", "3"]


AUTHOR_YEAR = """\
# A Paper

## 1 Introduction

Hu et al. (2021a; b) follow Devlin et al. [2019]. Others (e.g., Kingma & Ba, 2015; Le Scao et al.,
2022, 2023) agree, as does OpenAI (2023). In Hu et al. (2021) both are meant. Nobody (1999) knows
Smith and Jones (2010), nor Smith et al. (2010), nor van den Oord (2018)'s.

## References

- Edward J. Hu, Yelong Shen, and Phillip Wallis. 2021a. Low rank. In ICLR.
- Edward J. Hu, Yelong Shen, and Phillip Wallis. 2021b. High rank. In ICLR.
- Jacob Devlin, Ming-Wei Chang, and Kenton Lee. 2019. BERT. In NAACL.
- Diederik Kingma and Jimmy Ba. 2015. Adam. In ICLR.
- Teven Le Scao, Angela Fan, and Ellie Pavlick. 2022. Bloom. arXiv:2211.05100.
- Teven Le Scao, Angela Fan, and Ellie Pavlick. 2023. Bloom again. arXiv:2311.05100.
- OpenAI. 2023. Report. arXiv:2303.08774.
- Ann Smith and Bob Jones. 2010. Two of us. In ACL.
- Ann Smith, Bob Jones, and Cy Young. 2010. Three of us. In ACL.
- Aaron van den Oord. 2018. Coding. In NIPS.
"""


def test_citations_by_name_and_year(tmp_path: Path) -> None:
    assert pointed(read(tmp_path, AUTHOR_YEAR)) == [
        ("Hu et al. (2021a", "citation", "Low rank 2021"),
        ("b", "citation", "High rank 2021"),
        ("Devlin et al. [2019]", "citation", "BERT 2019"),
        ("Kingma & Ba, 2015", "citation", "Adam 2015"),
        ("Le Scao et al.,\n2022", "citation", "Bloom 2022"),
        ("2023", "citation", "Bloom again 2023"),
        ("OpenAI (2023)", "citation", "Report 2023"),
        ("Smith and Jones (2010)", "citation", "Two of us 2010"),
        ("Smith et al. (2010)", "citation", "Three of us 2010"),
        ("van den Oord (2018)", "citation", "Coding 2018"),
    ]


CROSS = """\
# A Paper

## 1 Introduction

Tables 1 and 2 and Figure 1a show it (Section 2.1) and Appendix A says why. Eq. (1) is the loss. By
(1), it holds; there are (1) one and (2) two. Table 9 is not there. Figure 1 of Hu et al. (2021) and
Table 1 in [3] are others', as is (Hu et al., 2021, Table 2). See Table 2.1

## 2 Method

### 2.1 Loss

$$L = x$$ (1)

Table 1: Scores, as in Table 2.

| a | b |
|---|---|
| 1 | 2 |

Table 2: More scores.

| c | d |
|---|---|
| 3 | 4 |

![a picture](a.png)

Figure 1: A picture.

## A Proofs

They are easy.

## B Data

They are public.
"""


def test_cross_references(tmp_path: Path) -> None:
    assert pointed(read(tmp_path, CROSS)) == [
        ("Tables 1", "element", "Table 1"),
        ("2", "element", "Table 2"),
        ("Figure 1a", "element", "Figure 1"),
        ("Section 2.1", "section", "2.1 Loss"),
        ("Appendix A", "section", "A Proofs"),
        ("Eq. (1)", "element", "(1)"),
        ("(1)", "element", "(1)"),
        ("Table 2.1", "element", "Table 2"),
        ("Table 2", "element", "Table 2"),
    ]


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Fig.3", "Figure 3"),
        ("FIGURE3", "Fig. 3b"),
        ("Figure B.2", "Figure B.2"),
        ("Fig. IV", "Fig. IV"),
    ],
)
def test_a_label_is_known_by_its_number_however_it_is_printed(label: str, words: str) -> None:
    paper = make_paper({"Text": [f"See {words} for all.", f"{label}: A net."]})
    figure = replace(paper.elements[1], kind=Kind.FIGURE, label=label)
    paper = linked(replace(paper, elements=(paper.elements[0], figure)))
    assert pointed(paper) == [(words, "element", label)]


def test_what_supplements_count_is_counted_apart() -> None:
    texts = ["See Table 1, Supplementary Table 1 and 2, and Extended Data Table 1.", "S", "T", "U"]
    paper = make_paper({"Text": texts})
    labels = ("", "Supplementary Table 1", "Supplementary Table 2", "Table 1")
    kinds = (Kind.PARAGRAPH, Kind.TABLE, Kind.TABLE, Kind.TABLE)
    elements = tuple(
        replace(e, kind=kind, label=label)
        for e, kind, label in zip(paper.elements, kinds, labels, strict=True)
    )
    paper = linked(replace(paper, elements=elements))
    assert pointed(paper) == [
        ("Table 1", "element", "Table 1"),
        ("Table 1", "element", "Supplementary Table 1"),
        ("2", "element", "Supplementary Table 2"),
        ("Table 1", "element", "Supplementary Table 1"),
    ]


def test_notes_of_a_text_without_pages(tmp_path: Path) -> None:
    paper = read(
        tmp_path, "# A Paper\n\nIt holds[^a] and works[^b].\n\n[^a]: Mostly.\n\n[^b]: Always.\n"
    )
    assert pointed(paper) == [
        ("[^a]", "footnote", "[^a]: Mostly."),
        ("[^b]", "footnote", "[^b]: Always."),
    ]


NOTES = ("The address is given in the appendix.", "It is free for everybody to use.")


@pytest.fixture
def pdf(tmp_path: Path) -> Paper:
    """Two pages: a note on each that is called once, names with numbers, a bibliography."""
    made = MadePdf()
    made.line(LEFT, 60, "A Paper With Notes", 18)
    for page in (1, 2):
        made.line(LEFT, TOP, f"{page} Part number {page}", 13, "tibo")
        text = (
            f"{PROSE} The code is public.{page} We use conv1 and conv2 and conv3 as in [2]. {PROSE}"
        )
        made.paragraph(LEFT, TOP + 24, text, 470)
        made.rule(LEFT, LEFT + 120, 700)
        made.lines(LEFT, 712, [f"{page} {NOTES[page - 1]}"], 8)
        if page == 1:
            made.new_page()
    made.line(LEFT, 500, "References", 13, "tibo")
    made.lines(
        LEFT,
        524,
        [
            "[1] A. Author and B. Writer. A first title. In ICML, 2014.",
            "[2] C. Maker. A second title. CoRR, abs/1412.6980, 2014.",
        ],
    )
    return ParseFile(10)(made.save(tmp_path / "notes.pdf"))


def test_notes_and_citations_of_a_pdf(pdf: Paper) -> None:
    notes = [link for link in pdf.links if link.kind is LinkKind.FOOTNOTE]
    assert [link.span.of(pdf.text) for link in notes] == ["1", "2"]
    assert all(pdf.text[: link.span.start].endswith("public.") for link in notes)
    for page, link in enumerate(notes, 1):
        assert NOTES[page - 1] in pdf.elements[link.target].span.of(pdf.text)
    assert [r.authors for r in pdf.references] == [("A. Author", "B. Writer"), ("C. Maker",)]
    assert [r.arxiv_id for r in pdf.references] == ["", "1412.6980"]
    cited = [link for link in pdf.links if link.kind is LinkKind.CITATION]
    assert [(link.span.of(pdf.text), link.target) for link in cited] == [("[2]", 1), ("[2]", 1)]


def test_a_run_of_letters_without_end_is_looked_at_once() -> None:
    paper = make_paper(
        {"Text": ["a" * 400_000 + "1", "word1, word1 and stem2.", "1 One.", "2 Two."]}
    )
    kinds = (Kind.PARAGRAPH, Kind.PARAGRAPH, Kind.FOOTNOTE, Kind.FOOTNOTE)
    elements = tuple(replace(e, kind=k) for e, k in zip(paper.elements, kinds, strict=True))
    paper = linked(replace(paper, elements=elements))
    assert [(link.span.of(paper.text), link.target) for link in paper.links] == [("2", 3)]


def test_what_a_parser_linked_is_kept(tmp_path: Path) -> None:
    paper = read(tmp_path, CROSS)
    own = replace(paper.links[2], target=paper.links[0].target)
    again = linked(replace(paper, links=(own,)))
    assert again.links == (*paper.links[:2], own, *paper.links[3:])


PIECES = st.sampled_from(
    ["[1]", "[1, 2-3]", "Hu et al. (2021a; b)", "Table 1", "Figs. 1 and 2a", "Eq. (1)", "–",
     "[^1]: note", "[^1]", "word1", "(Hu, 2021)", "A. Hu. Title. 2021.", "[1] B. Hu. Title. 2021."]
)  # fmt: skip


@given(st.lists(st.lists(PIECES, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=6))
def test_links_are_sound(paragraphs: list[str]) -> None:
    paper = make_paper(
        {"Text": paragraphs, "References": paragraphs}, roles={"References": Role.REFERENCES}
    )
    kinds = (Kind.FOOTNOTE, Kind.TABLE, Kind.FIGURE, Kind.EQUATION, Kind.REFERENCE)
    elements = tuple(
        replace(e, kind=kinds[at % 5], label=("", "Table 1", "Figure 1", "(1)", "")[at % 5])
        if e.section
        else e
        for at, e in enumerate(paper.elements)
    )
    found = linked(replace(paper, elements=elements))
    before = Span(0, 0)
    sizes = {
        LinkKind.CITATION: len(found.references),
        LinkKind.SECTION: len(found.sections),
        LinkKind.ELEMENT: len(elements),
        LinkKind.FOOTNOTE: len(elements),
    }
    for link in found.links:
        assert link.span == before or link.span.start >= before.end
        assert 0 <= link.target < sizes[link.kind]
        if link.kind in (LinkKind.ELEMENT, LinkKind.FOOTNOTE):
            assert not elements[link.target].span.overlaps(link.span)
        before = link.span


HOSTILE = ("A. ", "(2019, ", "[1, ", "Hu et al., ", "Table 1, ", "A-", "“", "van de ", "http: //")


@pytest.mark.parametrize("piece", HOSTILE)
def test_what_repeats_without_end_is_read(piece: str) -> None:
    """A pattern that tries every division of such a text would never come to an end."""
    paper = make_paper(
        {"Text": [piece * 30_000 + "2019"], "References": [piece * 30_000 + "2019."]}
    )
    elements = (paper.elements[0], replace(paper.elements[1], kind=Kind.REFERENCE))
    assert len(linked(replace(paper, elements=elements)).references) <= 1
