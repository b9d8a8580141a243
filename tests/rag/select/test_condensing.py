"""Extracts: which sentences are left where not all can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rag.select.condensing import Condensing, sentences_shown
from rag.types import Evidence, Kind, Query, Span
from tests.rag.generate.made_evidence import made_evidence
from tests.values import make_evidence, make_paper

QUERY = Query("Which animals are named?")
TEXTS = ["The quokka is one. It hops. It eats. It sleeps.", "A wombat digs. It bites. It waits."]
EVIDENCE = make_evidence(make_paper({"Method": TEXTS, "Results": ["The emu runs. It is fast."]}))


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def marked(evidence: Evidence, text: str) -> Evidence:
    start = evidence.chunk.text.index(text)
    return replace(evidence, marked=(Span(start, start + len(text)),))


def shown(evidence: Evidence) -> list[str]:
    return [part.of(evidence.chunk.text) for part in evidence.shown] or [evidence.chunk.text]


def condensed(evidence: Sequence[Evidence], most: int) -> list[list[str]]:
    return [shown(each) for each in Condensing(most, words).select(QUERY, evidence).evidence]


def test_what_can_be_read_is_left_as_it_is() -> None:
    made = Condensing(23, words).select(QUERY, EVIDENCE)
    assert (made.evidence, made.note) == (EVIDENCE, "")


def test_marked_sentences_and_those_beside_them_come_first() -> None:
    evidence = [EVIDENCE[0], marked(EVIDENCE[1], "It bites."), marked(EVIDENCE[2], "The emu runs.")]
    assert condensed(evidence, 5) == [["It bites."], ["The emu runs."]]
    assert condensed(evidence, 10) == [["A wombat digs. It bites. It waits."], ["The emu runs."]]
    assert condensed(evidence, 17) == [
        ["The quokka is one."],
        ["A wombat digs. It bites. It waits."],
        ["The emu runs. It is fast."],
    ]


def test_without_marks_the_best_passages_are_read_from_their_beginning() -> None:
    assert condensed(EVIDENCE, 12) == [["The quokka is one. It hops. It eats. It sleeps."],
                                       ["It bites."]]  # fmt: skip


def test_what_was_left_out_is_between_the_parts() -> None:
    evidence = [replace(EVIDENCE[0], marked=(Span(0, 18), Span(37, 47)))]
    assert condensed(evidence, 6) == [["The quokka is one.", "It sleeps."]]


def test_an_extract_is_of_what_was_shown_before() -> None:
    once = Condensing(10, words).select(QUERY, [EVIDENCE[0], EVIDENCE[1]]).evidence
    assert [shown(each) for each in once] == [["The quokka is one. It hops. It eats. It sleeps."]]
    [twice] = Condensing(6, words).select(QUERY, once).evidence
    assert shown(twice) == ["The quokka is one. It hops."]


def test_a_single_sentence_is_read_however_long_it_is() -> None:
    assert condensed([EVIDENCE[0]], 1) == [["The quokka is one."]]


def test_it_says_what_it_did() -> None:
    made = Condensing(5, words).select(QUERY, EVIDENCE)
    assert made.note == "23 tokens became 4"


@given(st.integers(1, 30), st.lists(st.tuples(st.integers(0, 2), st.integers(0, 40)), max_size=6))
def test_extracts_are_verbatim_and_within_the_budget(
    most: int, places: list[tuple[int, int]]
) -> None:
    evidence = list(EVIDENCE)
    for at, start in places:
        text = evidence[at].chunk.text
        begin = min(start, len(text) - 1)
        span = Span(begin, begin + 1)
        if not text[begin].isspace() and not any(span.overlaps(m) for m in evidence[at].marked):
            evidence[at] = replace(evidence[at], marked=(*evidence[at].marked, span))
    made = Condensing(most, words).select(QUERY, evidence).evidence
    read = [part for each in made for part in shown(each)]
    assert made
    assert sum(words(read)) <= most or len(read) == 1
    assert all(part in each.chunk.text for each in made for part in shown(each))
    assert [each.rank for each in made] == list(range(1, len(made) + 1))


def test_tables_are_cut_at_their_lines() -> None:
    rows = "\n".join(f"row number {n} has the value {n * 7}" for n in range(60))
    [table] = make_evidence(make_paper({"Results": [rows]}))
    assert len(sentences_shown(table)) == 60
    [made] = Condensing(14, words).select(QUERY, [marked(table, "number 7 has")]).evidence
    assert shown(made) == ["row number 6 has the value 42\nrow number 7 has the value 49"]


def test_the_caption_of_a_table_is_read_where_a_row_is() -> None:
    rows = "\n".join(f"row number {n} has the value {n * 7}" for n in range(60))
    text = f"Table 1: Values of rows. Taken in May.\n{rows}"
    made = made_evidence([(Kind.PARAGRAPH, "We count. We think. We wait."), (Kind.TABLE, text)])
    evidence = marked(made, "number 7 has")
    row = "row number 7 has the value 49"
    assert condensed([evidence], 12) == [["Table 1: Values of rows.", row]]
    assert condensed([evidence], 7) == [[row]]


def test_a_table_beside_a_marked_sentence_is_not_read_without_its_caption() -> None:
    text = "Table 1: Values of rows. Taken in May.\none | 1\ntwo | 2"
    said = [(Kind.TABLE, text), (Kind.PARAGRAPH, "We count. We think.")]
    evidence = marked(made_evidence(said), "We count.")
    assert condensed([evidence], 9)[0][0] == "Table 1: Values of rows."
