"""Tables of papers beside an answer: as tables, and as harmless as the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from api.kept import kept_answer_json
from api.schemas import citation_json, hit_json
from api.tables import MOST_ROWS, tables_json
from api.web.table_html import passage_html, quote_html
from rag.citations import cite
from rag.store.conversations import AnswerState, KeptAnswer
from rag.types import Cell, Evidence, Grid, Kind, Span
from tests.api.web.payloads import PAYLOADS
from tests.api.web.serving import Served
from tests.api.web.steps import ask, open_page
from tests.api.web.test_answer_html import check
from tests.rag.generate.made_evidence import made_evidence
from tests.scripted_llm import Messages, Reply, ScriptedServer, says

GRID = Grid(
    4,
    3,
    (
        Cell(0, 0, "Kind", rows=2, header=True),
        Cell(0, 1, "Dev", columns=2, header=True),
        Cell(1, 1, "EM", header=True),
        Cell(1, 2, "F1 <all>", header=True),
        Cell(2, 0, "Dense", rows=2, header=True),
        Cell(2, 1, "80.8"),
        Cell(2, 2, "88.5"),
        Cell(3, 2, "89.0"),
    ),
)
TEXT = "Table 2: What each reaches.\nKind | Dev |\n| EM | F1 <all>\nDense | 80.8 | 88.5\n| | 89.0"
HEAD = (
    '<tr><th rowspan="2" scope="col">Kind</th><th colspan="2" scope="col">Dev</th></tr>'
    '<tr><th scope="col">EM</th><th scope="col">F1 &lt;all&gt;</th></tr>'
)


def evidence(text: str = TEXT, grid: Grid = GRID) -> Evidence:
    made = made_evidence([(Kind.PARAGRAPH, "Before."), (Kind.TABLE, text)])
    before, table = made.elements
    return replace(made, elements=(before, replace(table, grid=grid, label="Table 2")))


def cited(item: Evidence, words: str) -> tuple[str, str]:
    """The HTML of a citation of these words, and of its passage."""
    start = item.chunk.text.index(words)
    citation = citation_json(cite(1, item, Span(start, start + len(words))))
    hit = hit_json(item)
    return quote_html(citation["quote"], citation["tables"]), passage_html(
        hit["text"], hit["tables"]
    )


def test_a_cited_row_is_marked_in_its_table() -> None:
    quote, passage = cited(evidence(), "| | 89.0")
    body = (
        '<tr><th rowspan="2" scope="row">Dense</th><td>80.8</td><td>88.5</td></tr>'
        "<tr{}><td></td><td>89.0</td></tr>"
    )
    caption = "<p>Table 2: What each reaches.</p>"
    marked = body.format(' class="cited"')
    assert quote == f"{caption}<table><tbody>{HEAD}{marked}</tbody></table>"
    assert (
        passage == f"<p>Before.</p>{caption}<table><tbody>{HEAD}{body.format('')}</tbody></table>"
    )


def test_a_part_of_a_table_has_its_header_and_what_it_holds() -> None:
    quote, _ = cited(evidence("| | 89.0"), "| | 89.0")
    assert quote == (
        f"<p>Table 2</p><table><tbody>{HEAD}"
        '<tr class="cited"><th scope="row">Dense</th><td></td><td>89.0</td></tr></tbody></table>'
    )


def test_words_beside_a_table_are_shown_as_they_are() -> None:
    assert cited(evidence(), "Before.")[0] == ""
    plain = made_evidence([(Kind.PARAGRAPH, "Before.")])
    assert (hit_json(plain)["tables"], passage_html("Before.", [])) == ([], "")


def test_emphasis_is_marked_but_in_tables() -> None:
    item = evidence()
    text = item.chunk.text
    marks = [{"start": 0, "end": 7, "text": "Before."}, {"start": 20, "end": 60, "text": "..."}]
    made = passage_html(text, hit_json(item)["tables"], marks)
    assert made.startswith("<p><mark>Before.</mark></p><p>Table 2")
    assert made.count("<mark>") == 1


def test_emphasis_across_paragraphs_is_marked_in_each() -> None:
    text = "One <b>is</b>.\n\nTwo & three."
    marks = [{"start": 4, "end": 19, "text": text[4:19]}]
    assert passage_html(text, [], marks) == (
        "<p>One <mark>&lt;b&gt;is&lt;/b&gt;.</mark></p><p><mark>Two</mark> &amp; three.</p>"
    )


def test_of_a_long_table_there_are_the_rows_about_the_cited_one() -> None:
    cells = [Cell(row, column, f"{row}.{column}") for row in range(500) for column in (0, 1)]
    text = "\n".join(f"{row}.0 | {row}.1" for row in range(500))
    item = evidence(text, Grid(500, 2, tuple(cells)))
    start = item.chunk.span.start + item.chunk.text.index("300.0 |")
    [table] = tables_json(item, Span(start, start + 5))
    assert table["rows"] == MOST_ROWS
    [row] = table["cited"]
    assert [c["text"] for c in table["cells"] if c["row"] == row] == ["300.0", "300.1"]


def test_answers_kept_before_there_were_tables_have_none() -> None:
    old = {**hit_json(evidence()), "quote": "Before.", "marker": "[1]"}
    for name in ("tables", "emphasis", "shown"):
        del old[name]
    said = {"answer": "Yes [1].", "citations": [old], "evidence": [old]}
    kept = KeptAnswer("a", None, "", {}, AnswerState.DONE, 0.0, 0.0, said)
    made = kept_answer_json(kept)
    assert [each["html"] for each in (*made["citations"], *made["evidence"])] == ["", ""]
    [hit] = made["evidence"]
    assert (hit["tables"], hit["emphasis"], hit["shown"]) == ([], [], [])


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_or_caption_becomes_more_than_text(payload: str) -> None:
    grid = Grid(1, 2, (Cell(0, 0, payload, header=True), Cell(0, 1, "80.8")))
    line = " ".join(payload.split()) + " | 80.8"
    for html in cited(evidence(f"{payload}\n{line}", grid), "80.8"):
        check(html)


QUESTION = "Which recall do structural chunks with a context line reach?"


def cites_a_row(messages: Messages) -> Reply:
    passages = re.findall(r"<evidence \S+ (\d+)>(.*?)</evidence", messages[-1]["content"], re.S)
    number = next(n for n, text in passages if "with context line | .469" in text)
    quote = "Structural chunks with context line | .469 | .439"
    return says(f'Structural chunks with a context line have an MRR of .469 [{number}: "{quote}"].')


def test_a_cited_row_is_seen_in_its_table(
    page: Page, server: Served, model: ScriptedServer, violations: Callable[[Page], list[str]]
) -> None:
    model.play(cites_a_row)
    open_page(page, server)
    turn = ask(page, QUESTION)
    turn.locator("a.citation").first.click()
    table = page.locator(".quote table")
    expect(table.get_by_role("columnheader").first).to_have_text("Chunks")
    expect(table.locator("tr.cited")).to_have_count(1)
    expect(table.locator("tr.cited")).to_contain_text("Structural chunks with context line")
    expect(table.locator("tr.cited")).to_be_in_viewport()
    assert not violations(page)
