"""What is shown besides the chunks that were found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.commands import ingest
from rag.build import open_library
from rag.config import Settings
from rag.library import Library
from rag.select.widening import Reach, Run, Widening, runs
from rag.types import Answer, Evidence, Filter
from tests.scripted_llm import MODEL, Messages, Reply, ScriptedServer, fails, says

A, B = ("p", 0), ("p", 1)


def shown(
    found: Sequence[tuple[tuple[str, int], int]], reach: Reach, most: int, count: int = 9
) -> list[Run]:
    """With sections of ``count`` chunks of ten tokens each."""
    return runs(found, {A: [10] * count, B: [10] * count}, reach, most)


def test_neighbours_are_one_chunk_on_either_side() -> None:
    assert shown([(A, 4)], "neighbours", 100) == [Run(A, 3, 5)]
    assert shown([(A, 0)], "neighbours", 100) == [Run(A, 0, 1)]


def test_a_section_is_taken_as_far_as_the_tokens_go_to_both_sides() -> None:
    assert shown([(A, 4)], "section", 90) == [Run(A, 0, 8)]
    assert shown([(A, 4)], "section", 40) == [Run(A, 3, 6)]


def test_the_best_are_widened_first_and_what_was_found_always_stays() -> None:
    assert shown([(B, 4), (A, 4)], "neighbours", 40) == [Run(B, 3, 5), Run(A, 4, 4)]
    assert shown([(B, 4), (A, 4)], "neighbours", 5) == [Run(B, 4, 4), Run(A, 4, 4)]


def test_what_meets_is_one_and_a_section_comes_in_its_order() -> None:
    assert shown([(A, 3), (A, 5)], "neighbours", 100) == [Run(A, 2, 6)]
    assert shown([(A, 7), (B, 0), (A, 2)], "neighbours", 0) == [
        Run(A, 2, 2),
        Run(A, 7, 7),
        Run(B, 0, 0),
    ]


PLACES = st.tuples(st.sampled_from([A, B]), st.integers(0, 8))


@given(
    st.lists(PLACES, unique=True, max_size=8),
    st.lists(st.integers(1, 40), min_size=9, max_size=9),
    st.sampled_from(["neighbours", "section"]),
    st.integers(0, 400),
)
def test_nothing_is_lost_or_shown_twice_or_beyond_the_tokens(
    found: list[tuple[tuple[str, int], int]], lengths: list[int], reach: Reach, most: int
) -> None:
    made = runs(found, {A: lengths, B: lengths}, reach, most)
    numbers = [(run.place, n) for run in made for n in range(run.first, run.last + 1)]
    assert len(numbers) == len(set(numbers))
    assert set(found) <= set(numbers)
    own = sum(lengths[n] for _, n in found)
    assert sum(lengths[n] for _, n in numbers) <= max(own, most)


PAPER = "# Forgetting\n\n## 1 Method\n\n{}\n\n## 2 Results\n\nThe harbour set is hard.\n"
PARAGRAPHS = [
    f"Paragraph number {n} of the method names the {animal}. " + "Much is said of it here. " * 18
    for n, animal in enumerate(["quokka", "wombat", "numbat", "dingo", "emu"], 1)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("widening")
    (folder / "paper.md").write_text(PAPER.format("\n\n".join(PARAGRAPHS)))
    list(ingest([folder / "paper.md"], folder / "library", settings()))
    return folder / "library"


def settings(server: ScriptedServer | None = None, **answer: object) -> Settings:
    quiet = {"hyde": False, "multi_query": False, "translate": False}
    llm = {"model": MODEL, "api_base": server.url, "retries": 0} if server else {}
    return Settings.model_validate(
        {
            "embedder": {"kind": "hashing"},
            "rerank": {"kind": "none"},
            "query": quiet,
            "search": {"retrievers": ["bm25"]},
            "ingest": {"jobs": 1},
            "answer": {"evidence": 1, **answer},
            "llm": llm,
        }
    )


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def found(library: Library, question: str, k: int = 1) -> tuple[Evidence, ...]:
    return library.search(question, Filter(), k).evidence


def test_a_wide_passage_is_the_papers_text_and_knows_its_place(folder: Path) -> None:
    with open_library(folder, settings()) as opened:
        [narrow] = found(opened, "numbat")
        [wide] = Widening(opened.catalog, "neighbours", 3000, words)([narrow])
        paper = opened.catalog.paper(narrow.chunk.paper_id)
    assert wide.chunk.text == wide.chunk.span.of(paper.text)
    assert wide.chunk.text == "\n\n".join(p.strip() for p in PARAGRAPHS[1:4])
    assert (wide.chunk.chunk_id, wide.path) == (narrow.chunk.chunk_id, narrow.path)
    assert wide.elements == tuple(paper.elements[i] for i in wide.chunk.elements)
    assert len(wide.elements) == 3


def test_a_section_is_never_left(folder: Path) -> None:
    with open_library(folder, settings()) as opened:
        wide = Widening(opened.catalog, "section", 3000, words)(
            found(opened, "harbour set, or the paragraph of the emu", 2)
        )
    assert wide[0].chunk.text == "The harbour set is hard."
    assert [each.rank for each in wide] == [1, 2]


def test_what_was_taken_away_meanwhile_stays_as_it_was_found(folder: Path, tmp_path: Path) -> None:
    with open_library(folder, settings()) as opened:
        evidence = found(opened, "numbat")
    other = settings()
    (tmp_path / "other.md").write_text("# Other\n\nOther words.\n")
    list(ingest([tmp_path / "other.md"], tmp_path / "library", other))
    with open_library(tmp_path / "library", other) as opened:
        assert Widening(opened.catalog, "section", 3000, words)(evidence) == evidence


def cites_the_neighbour(messages: Messages) -> Reply:
    asked = messages[-1]["content"]
    assert "names the wombat" in asked
    return says('The method names the wombat [1: "number 2 of the method names the wombat"].')


def asked(folder: Path, chosen: Settings) -> Answer:
    with open_library(folder, chosen) as opened:
        return opened.ask("Which paragraph names the numbat?")


def test_a_written_answer_cites_the_words_that_were_shown(
    folder: Path, server: ScriptedServer
) -> None:
    server.play(cites_the_neighbour)
    answer = asked(folder, settings(server))
    [citation] = answer.citations
    [shown_to_it] = answer.evidence
    assert citation.evidence == shown_to_it
    assert citation.quote in shown_to_it.chunk.text
    assert "names the dingo" in shown_to_it.chunk.text
    assert answer.unsupported == ()
    with open_library(folder, settings()) as opened:
        paper = opened.catalog.paper(shown_to_it.chunk.paper_id)
    assert citation.span.of(paper.text) == citation.quote


def test_it_can_be_switched_off(folder: Path, server: ScriptedServer) -> None:
    server.play(says('It names the numbat [1: "number 3 of the method names the numbat"].'))
    answer = asked(folder, settings(server, widen="none"))
    assert [e.chunk.text for e in answer.evidence] == [PARAGRAPHS[2].strip()]


def test_extractive_answers_are_made_of_what_was_found(
    folder: Path, server: ScriptedServer
) -> None:
    server.play(fails(500, "down"))
    for each in (settings(), settings(server)):
        answer = asked(folder, each)
        assert [e.chunk.text for e in answer.evidence] == [PARAGRAPHS[2].strip()]
    wide = asked(folder, settings(widen="section"))
    assert wide.evidence[0].chunk.text == "\n\n".join(p.strip() for p in PARAGRAPHS)
    assert all(c.quote in c.evidence.chunk.text for c in wide.citations)


def test_tokens_are_the_models(folder: Path, server: ScriptedServer) -> None:
    server.play(says('It names the numbat [1: "number 3 of the method names the numbat"].'))
    answer = asked(folder, settings(server, evidence_tokens=330))
    [only] = answer.evidence
    assert "names the dingo" in only.chunk.text  # two fit, of about 130 tokens each
    assert "names the wombat" not in only.chunk.text
