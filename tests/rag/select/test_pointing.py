"""What passages point to comes along."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.commands import ingest
from rag.build import open_library
from rag.config import Settings
from rag.select.along import BringingAlong
from rag.select.pointing import Pointing
from rag.select.widening import Widening
from rag.types import Evidence, Filter, Kind, Query
from tests.rag.select.library import made_library
from tests.scripted_llm import MODEL, ScriptedServer, says

FILLER = "Much is said of it here. " * 18
PAPER = f"""\
# Forgetting

## 1 Method

The harbour set of quokkas is scored in Table 1, by Eq. (1). {FILLER}

The wombat set is another one. {FILLER}

## 2 Formulas

The score is a sum, as is well known. {FILLER}

$$
s = a + b \\tag{{1}}
$$

It has two parts. {FILLER}

## 3 Scores

They were measured twice. {FILLER}

Table 1: Scores of the sets.

| set | score |
|---|---|
| quokka | 71.3 |
| wombat | 64.9 |

See Table 1 for the numbat, which is not in it. {FILLER}
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pointing")
    (folder / "paper.md").write_text(PAPER)
    list(ingest([folder / "paper.md"], folder / "library", settings()))
    return folder / "library"


def settings(server: ScriptedServer | None = None, **answer: object) -> Settings:
    llm = {"model": MODEL, "api_base": server.url, "retries": 0} if server else {}
    return Settings.model_validate(
        {
            "embedder": {"kind": "hashing"},
            "rerank": {"kind": "none"},
            "query": {"hyde": False, "multi_query": False, "translate": False},
            "search": {"retrievers": ["bm25"]},
            "ingest": {"jobs": 1},
            "answer": {"evidence": 1, **answer},
            "llm": llm,
        }
    )


def words(texts: list[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def brought(library: Path, question: str, most: int, reach: str = "", k: int = 1):
    with open_library(library, settings()) as opened:
        found = opened.search(question, Filter(), k).evidence
        beside = Widening(opened.catalog, reach, most, words) if reach else None
        step = BringingAlong(opened.catalog, (Pointing(opened.catalog),), beside, most, words)
        made = step.select(Query(question), found).evidence
        paper = opened.catalog.paper(found[0].chunk.paper_id)
        chunks = {chunk.chunk_id for chunk in opened.catalog.chunks_of(paper.paper_id)}
    assert [each.rank for each in made] == list(range(1, len(made) + 1))
    assert all(each.chunk.text == each.chunk.span.of(paper.text) for each in made)
    assert all(each.chunk.chunk_id in chunks for each in made)
    assert all(
        each.elements == tuple(paper.elements[at] for at in each.chunk.elements) for each in made
    )
    return found, made


def kinds(evidence: tuple[Evidence, ...]) -> list[set[Kind]]:
    return [{element.kind for element in each.elements} for each in evidence]


def test_a_table_and_an_equation_that_are_pointed_to_come_along(library: Path) -> None:
    found, made = brought(library, "harbour", 1000)
    assert made[0] == found[0]
    assert kinds(made[1:]) == [{Kind.EQUATION}, {Kind.TABLE}]
    assert [each.section.title for each in made[1:]] == ["Formulas", "Scores"]
    assert "quokka" in made[2].chunk.text


def test_they_keep_to_half_of_what_is_left(library: Path) -> None:
    found, made = brought(library, "harbour", 1000)
    [own, equation, table] = words([each.chunk.text for each in made])
    assert equation < table
    assert len(brought(library, "harbour", own + 2 * (equation + table))[1]) == 3
    assert kinds(brought(library, "harbour", own + 2 * table)[1][1:]) == [{Kind.EQUATION}]
    assert brought(library, "harbour", own)[1] == found


def test_what_is_shown_anyway_does_not_come_twice(library: Path) -> None:
    _, made = brought(library, "numbat", 2000, "neighbours")
    assert len(made) == 1
    assert "71.3" in made[0].chunk.text
    found, made = brought(library, "harbour: score 71.3 64.9 wombat", 1000, k=9)
    assert made == found


def test_a_footnote_that_is_called_comes_along(tmp_path: Path) -> None:
    with open_library(made_library(tmp_path), settings()) as opened:
        found = opened.search("the penalty grows", Filter(), 1).evidence
        [note] = Pointing(opened.catalog)(Query("?"), found)
    assert note.evidence.chunk.text.endswith("The numbat was seen in the harbour.")
    assert "footnote" in note.what


def test_a_written_answer_cites_a_table_from_its_own_place(
    library: Path, server: ScriptedServer
) -> None:
    server.play(says('The quokka set scores 71.3 [3: "71.3"].'))
    with open_library(library, settings(server)) as opened:
        answer = opened.ask("How does the harbour set do?")
        [row] = opened.papers()
        paper = opened.paper(row.paper_id)
    [citation] = answer.citations
    assert citation.evidence == answer.evidence[2]
    assert citation.evidence.section.title == "Scores"
    assert "71.3" in citation.span.of(paper.text)
    assert answer.unsupported == ()


@pytest.mark.parametrize("widen", ["none", "neighbours"])
def test_it_can_be_switched_off(library: Path, server: ScriptedServer, widen: str) -> None:
    server.play(says("It is the harbour set of quokkas [1]."))
    with open_library(library, settings(server, widen=widen)) as opened:
        answer = opened.ask("Which is the harbour set?")
    assert len(answer.evidence) == 1


def test_extractive_answers_are_made_of_what_was_found(library: Path) -> None:
    with open_library(library, settings()) as opened:
        assert len(opened.ask("How does the harbour set do?").evidence) == 1
    with open_library(library, settings(widen="pointed")) as opened:
        assert len(opened.ask("How does the harbour set do?").evidence) == 3
