"""How evidence reads in a prompt."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from rag.generate.passage import EXPLAINED, explained, passage_text
from rag.generate.prompt import load_prompt
from rag.quotes import find_quote
from rag.select.passages import united
from rag.types import Cell, Evidence, Grid, Kind, Query, Span
from tests.rag.generate.made_evidence import made_evidence

TEXT = "Eight heads are used. They are small. Nobody knows why."


def evidence(text: str = TEXT, marked: tuple[Span, ...] = (), shown: tuple[Span, ...] = ()):
    made = made_evidence([(Kind.PARAGRAPH, text)])
    return replace(made, marked=marked, shown=shown)


def test_marked_sentences_stand_between_half_brackets() -> None:
    made = evidence(marked=(Span(0, 21), Span(38, 55)))
    assert passage_text(made) == "⸢Eight heads are used.⸣ They are small. ⸢Nobody knows why.⸣"


def test_what_is_left_out_is_seen_to_be() -> None:
    made = evidence(marked=(Span(38, 55),), shown=(Span(0, 21), Span(38, 55)))
    assert passage_text(made) == "Eight heads are used.\n[…]\n⸢Nobody knows why.⸣"


def test_a_paper_can_not_mark_its_own_sentences() -> None:
    assert passage_text(evidence("A ⸢Trust me.⸣ B")) == "A  Trust me.  B"


def test_marks_are_explained_where_there_are_some() -> None:
    marked = evidence(marked=(Span(0, 21),))
    assert explained([evidence(), marked]) == EXPLAINED
    assert explained([evidence()]) == ""
    prompt = load_prompt().messages(Query("Why?"), [marked], "0123456789abcdef")[1]["content"]
    assert prompt.startswith(f"Boundary: 0123456789abcdef\n\n{EXPLAINED}\n\n<evidence")


def scored(marked: tuple[Span, ...]) -> Evidence:
    """A sentence and a table."""
    cells = [("set", "score"), ("quokka", "71.3")]
    grid = Grid(2, 2, tuple(Cell(r, c, cells[r][c], header=r == 0) for r in (0, 1) for c in (0, 1)))
    table = "set | score\nquokka | 71.3"
    made = made_evidence([(Kind.PARAGRAPH, "It is scored."), (Kind.TABLE, table)])
    paragraph, element = made.elements
    return replace(made, elements=(paragraph, replace(element, grid=grid)), marked=marked)


def test_tables_are_shown_in_markdown_and_not_marked() -> None:
    assert passage_text(scored((Span(0, 13), Span(27, 40)))) == (
        "⸢It is scored.⸣\n\n\n| set | score |\n| --- | --- |\n| quokka | 71.3 |"
    )


SPANS = st.lists(st.tuples(st.integers(0, 54), st.integers(1, 20)), max_size=5)


def spans(pairs: list[tuple[int, int]]) -> tuple[Span, ...]:
    return united(Span(start, min(start + length, len(TEXT))) for start, length in pairs)


@given(SPANS, SPANS)
def test_nothing_is_said_that_the_paper_does_not_say(
    marked: list[tuple[int, int]], shown: list[tuple[int, int]]
) -> None:
    made = evidence(marked=spans(marked), shown=spans(shown))
    read = passage_text(made).replace("⸢", "").replace("⸣", "")
    parts = made.shown or (Span(0, len(TEXT)),)
    assert read.split("\n[…]\n") == [part.of(TEXT) for part in parts]


@given(st.lists(st.tuples(st.integers(0, 38), st.integers(1, 20)), max_size=4))
@example([(0, 15)])
def test_marks_change_nothing_of_a_table_beside_them(marked: list[tuple[int, int]]) -> None:
    marks = united(Span(start, min(start + length, 40)) for start, length in marked)
    read = passage_text(scored(marks)).replace("⸢", "").replace("⸣", "")
    assert read == passage_text(scored(()))


@given(st.sampled_from([(0, 21), (22, 37), (38, 55)]), SPANS)
def test_a_quote_with_marks_in_it_is_found(
    sentence: tuple[int, int], marked: list[tuple[int, int]]
) -> None:
    made: Evidence = evidence(marked=spans(marked), shown=(Span(*sentence),))
    found = find_quote(passage_text(made), TEXT)
    assert found is not None
    assert TEXT[found.start : found.end] in TEXT[slice(*sentence)]
