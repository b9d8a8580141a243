from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from api.cli.render import byline, place
from api.cli.render.answer import answered, completed
from api.cli.render.elements import caption, element_list
from api.cli.render.explain import explanation
from api.cli.render.hits import excerpt, hit_list
from api.cli.render.papers import paper_card, paper_list, section_tree
from api.cli.render.progress import failures
from api.cli.text import clean
from ingest.events import Failed
from rag.text import analyse
from rag.types import (
    Box,
    Element,
    Filter,
    Kind,
    Line,
    Link,
    LinkKind,
    Metadata,
    Query,
    Reference,
    Retrieval,
    Role,
    Section,
    Span,
    Status,
    Trace,
    TransformTrace,
    Usage,
)


def lines(renderable, width=80) -> list[str]:
    console = Console(width=width, markup=False, highlight=False, emoji=False, color_system=None)
    with console.capture() as captured:
        console.print(renderable)
    return [line.rstrip() for line in captured.get().splitlines()]


@pytest.mark.parametrize(
    ("authors", "year", "written"),
    [
        ((), None, ""),
        ((), 2020, "2020"),
        (("Ada Lovelace",), 1843, "Lovelace 1843"),
        (("A B", "C D"), None, "B and D"),
        (("A B", "C D", "E F"), 2017, "B et al. 2017"),
    ],
)
def test_byline(authors, year, written):
    assert byline(Metadata(authors=authors, year=year)) == written


def test_place():
    section = Section("5.4", "Regularization", 2, Role.METHOD)
    assert place(section, (8,)) == "§5.4 Regularization, p. 8"
    assert place(section, (8, 9)) == "§5.4 Regularization, pp. 8–9"
    assert place(Section("", "Abstract", 1, Role.ABSTRACT), ()) == "Abstract"


def test_papers_text_cannot_command_the_terminal():
    assert clean("a\x1b[31mb\x07\u202e c\n d") == "a[31mb c d"


def test_a_failed_files_name_cannot_command_the_terminal():
    [line] = failures([Failed("/papers/a\x1b[2J.pdf", "is empty")])
    assert line.plain == "failed  /papers/a[2J.pdf: is empty"


def test_the_list_of_papers_prints_titles_as_they_are(row):
    shown = lines(paper_list([row], 80))
    assert shown[1].split() == [
        "1706.03762", "Attention", "[bold]Is[/bold]", "All", "Vaswani", "et", "al.", "2017",
        "15", "2",
    ]  # fmt: skip
    assert shown[-1] == "1 paper, 15 pages, 2 chunks"


def test_on_a_narrow_terminal_every_paper_is_a_paragraph(row):
    assert lines(paper_list([row], 40), 40) == [
        "1706.03762",
        "  Attention [bold]Is[/bold] All",
        "  Vaswani et al. 2017",
        "  15 pages, 2 chunks",
        "1 paper, 15 pages, 2 chunks",
    ]


def test_a_long_title_stays_beside_its_rank(retrieval, evidence):
    long = replace(evidence.metadata, title="A Title of Very Many Words Indeed")
    hits = replace(retrieval, evidence=(replace(evidence, metadata=long),))
    assert lines(hit_list(hits), 30)[:2] == [
        " 1  A Title of Very Many Words",
        "    Indeed  Vaswani et al.",
    ]


def test_a_paper_and_its_sections(row, paper):
    shown = lines(paper_card(row, paper))
    assert shown[0] == "Attention [bold]Is[/bold] All"
    assert "authors  Ashish Vaswani, Noam Shazeer, Niki Parmar" in shown
    assert "size     15 pages, 2 chunks" in shown
    assert "elements 2 paragraphs" in shown
    assert shown[-3:] == lines(section_tree(paper.sections))
    assert shown[-1] == "└── 5.4 Regularization  p. 8  experiments"


def test_what_else_is_known_of_a_paper(row, paper):
    table = "Table 2: Scores of \x1b[31mAdam.\na | b"
    text = f"We use Adam [1].\n\n{table}\n\nx = y\n\n[1] D. Kingma. Adam."
    spans = [Span(0, 16), Span(18, 53), Span(55, 60), Span(62, len(text))]
    kinds = (Kind.PARAGRAPH, Kind.TABLE, Kind.EQUATION, Kind.REFERENCE)
    labels = ("", "Table 2", "(7)", "")
    box = Box(8, 10, 20, 110, 30)
    elements = tuple(
        Element(kind, span, 0, (Line(span, box),), label)
        for kind, span, label in zip(kinds, spans, labels, strict=True)
    )
    known = replace(
        paper,
        metadata=replace(paper.metadata, venue="NIPS", doi="10.1/x", arxiv_version=5, code=("u",)),
        text=text,
        elements=elements,
        references=(Reference(3, "1", ("D. Kingma",), "Adam"),),
        links=(Link(Span(12, 15), LinkKind.CITATION, 0),),
        remarks=("Page 3 was read by its layout.",),
    )
    shown = lines(paper_card(row, known))
    for line in (
        "arXiv    1706.03762v5",
        "venue    NIPS",
        "DOI      10.1/x",
        "code     u",
        "size     15 pages, 2 chunks, 1 reference",
        "elements 1 paragraph, 1 table, 1 equation, 1 reference",
        "links    1 to references",
        "remarks  Page 3 was read by its layout.",
    ):
        assert line in shown
    assert shown[-3:] == [
        "label      page  caption",
        "Table 2    8     Scores of [31mAdam.",
        "Equations        1, 1 of them numbered: (7)",
    ]
    listed = lines(element_list(known))
    assert listed[0].split() == ["no.", "kind", "label", "page", "section", "text"]
    assert listed[2].split()[:6] == ["1", "table", "Table", "2", "8", "1"]
    assert len(listed) == 5


@pytest.mark.parametrize(
    ("text", "label", "words"),
    [
        ("Figure 2: A plot.\nx y", "Figure 2", "A plot."),
        ("Fig. 2. A plot.", "Figure 2", "A plot."),
        ("| a | b |\n\n**Table 1:** Scores.", "Table 1", "Scores."),
        ("Table 12 Scores.", "Table 1", "Table 12 Scores."),
        ("(a) left", "", "(a) left"),
        ("Figure 2: (a) left", "Figure 2", "(a) left"),
        ("TABLE IV — Scores", "Table IV", "Scores"),
    ],
)
def test_captions(paper, text, label, words):
    element = Element(Kind.TABLE, Span(0, len(text)), 0, (), label)
    assert caption(replace(paper, text=text), element) == words


def test_a_hit_says_where_it_stands(retrieval):
    shown = lines(hit_list(retrieval))
    assert shown[:3] == [
        " 1  Attention [bold]Is[/bold] All  Vaswani et al. 2017",
        "    §5.4 Regularization, p. 8  1706.03762  score 0.0325",
        "    We use a dropout rate of 0.1 in the base model.",
    ]


def test_no_hit_says_what_to_try():
    empty = Retrieval(Query("x"), Query("x"), (), Trace())
    assert "empty" in lines(hit_list(empty))[0]
    narrow = replace(empty, query=Query("x", Filter(year_from=2020)))
    assert "--year" in lines(hit_list(narrow))[0]


def test_explain_shows_what_was_searched_with_and_what_became_of_it(retrieval):
    shown = lines(explanation(retrieval))
    assert shown[0].split() == ["original", "dropout", "rate"]
    assert "hyde  late  8000.0 ms  not there after 8 s" in shown


def test_explain_shows_what_a_transform_cost(retrieval):
    paid = TransformTrace("hyde", Status.DONE, 12.0, "ok\x1b[2J", Usage(100, 20, 0.0012))
    trace = replace(retrieval.trace, transforms=(paid,))
    shown = lines(explanation(replace(retrieval, trace=trace)))
    assert "hyde  done  12.0 ms  120 tokens, 0.00120 USD, ok[2J" in shown


def ranks_shown(retrieval) -> list[list[str]]:
    """The table of ranks: its headings, and a row for each hit."""
    shown = [line.split() for line in lines(explanation(retrieval))]
    start = next(at for at, words in enumerate(shown) if words[:2] == ["final", "fused"])
    return shown[start - 1 : shown.index([], start)]


def test_explain_shows_every_rank_and_what_was_folded(retrieval):
    table = ranks_shown(retrieval)
    assert table[0] == ["bm25", "dense"]
    assert table[1][:4] == ["final", "fused", "original", "original"]
    assert table[2] == ["1", "1", "1", "3", "c2", "c9"]
    assert lines(explanation(retrieval))[-1].split() == ["dense", "4.0", "ms"]


def test_a_list_that_a_hit_is_not_in_is_a_dash(retrieval):
    hit = replace(retrieval.trace.hits[0], ranks={"bm25/original": 1}, final_rank=2)
    both = replace(retrieval.trace, hits=(hit, retrieval.trace.hits[0]))
    table = ranks_shown(replace(retrieval, trace=both))
    assert table[2][:4] == ["1", "1", "1", "3"]
    assert table[3][:4] == ["2", "1", "1", "–"]


def test_an_excerpt_is_the_part_that_matches_best():
    terms = frozenset(analyse("Which dropout rates?"))
    text = " ".join(["before"] * 50 + ["the", "dropout", "rate"] + ["after"] * 50)
    part = excerpt(text, terms, 5)
    assert "dropout rate" in part
    assert part.startswith("… ")
    assert part.endswith(" …")
    assert excerpt("short text", terms, 5) == "short text"
    assert excerpt("one two three four five six", frozenset(), 5) == "one two three four five …"


def test_an_answer_resolves_its_markers(answer):
    assert lines(answered(answer), 120) == [
        "The rate is 0.1 [1].",
        "",
        "[1] (Vaswani et al. 2017, §5.4 Regularization, p. 8) "
        "“We use a dropout rate of 0.1 in the base model.”",
    ]


def test_abstention_points_to_the_closest_passages(answer):
    none = replace(answer, text="Not found in these papers.", abstained=True, citations=())
    assert lines(answered(none)) == [
        "Not found in these papers.",
        "",
        "The closest passages:",
        "  (Vaswani et al. 2017, §5.4 Regularization, p. 8)",
    ]


def test_abstention_that_names_the_places_itself_is_not_repeated(answer):
    text = "Not found. Nearest: (Vaswani et al. 2017, §5.4 Regularization, p. 8)."
    none = replace(answer, text=text, abstained=True, citations=())
    assert lines(answered(none), 120) == [text]


def test_a_quote_that_the_answer_consists_of_is_not_repeated(answer):
    quoting = replace(answer, text=f"{answer.citations[0].quote} [1]")
    assert lines(answered(quoting))[-1] == "[1] (Vaswani et al. 2017, §5.4 Regularization, p. 8)"


def test_notes_are_shown(answer):
    assert lines(answered(replace(answer, note="the model stalled")))[-1] == (
        "note: the model stalled"
    )


@pytest.mark.parametrize(
    ("usage", "told"),
    [
        (Usage(), "openai/gpt"),
        (Usage(1200, 34), "openai/gpt, 1,234 tokens"),
        (Usage(1200, 34, 0.00121), "openai/gpt, 1,234 tokens, 0.0012 USD"),
    ],
)
def test_the_model_that_wrote_it_is_named_and_what_that_took(answer, usage, told):
    written = replace(answer, model="openai/gpt", usage=usage)
    assert lines(answered(written))[-2:] == ["", told]
    assert lines(completed(written, written.text))[-2:] == ["", told]


DOUBTED = "The rate is 0.1 [1]. It is best. [unsupported]"


def test_after_the_text_as_typed_come_only_the_doubts_and_the_citations(answer):
    doubted = replace(answer, text=DOUBTED, unsupported=("It is best.",))
    shown = lines(completed(doubted, "The rate is 0.1 [1].\nIt is best."))
    assert shown[:4] == ["", "No citation supports:", "  It is best.", ""]
    assert shown[4:] == lines(answered(answer))[2:]


def test_after_another_text_the_checked_one_is_printed_whole(answer):
    shown = lines(completed(answer, "The rate is 0.2 [1]."))
    assert shown[1] == "That was a draft. The answer after checking:"
    assert shown[3:] == lines(answered(answer))


def test_after_nothing_the_answer_needs_no_announcement(answer):
    assert lines(completed(answer, " ")) == lines(answered(answer))
