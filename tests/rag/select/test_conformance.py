"""What every step of the selection promises, whatever it does."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from ingest.commands import ingest, remove
from rag.build import open_library
from rag.embed.hashing import HashingEmbedder
from rag.generate.sentence_odds import SentenceOdds
from rag.library import Library
from rag.protocols import SelectionStep
from rag.select.along import BringingAlong
from rag.select.condensing import Condensing
from rag.select.defining import Defining
from rag.select.judged import JudgedEmphasis, JudgedExtracts
from rag.select.merging import Merging
from rag.select.ordering import PaperOrder
from rag.select.picking import Picker
from rag.select.pointing import Pointing
from rag.select.relevance import Relevance
from rag.select.widening import Widening
from rag.store.glossary import CatalogGlossary
from rag.types import Query
from tests.rag.select.library import found, made_library, settings, words
from tests.scripted_llm import Messages, Reply, ScriptedServer, says

QUERY = Query("How does the penalty of EWA grow on the harbour set?")


def picks_some(messages: Messages) -> Reply:
    del messages
    return says("2, 4-5")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_library(tmp_path_factory.mktemp("steps"))


def relevance(library: Library, picker: Picker) -> SelectionStep:
    return Relevance(SentenceOdds(HashingEmbedder(), HashingEmbedder()), 1.0, 2.0, 4)


def bringing_along(library: Library, picker: Picker) -> SelectionStep:
    catalog = library.catalog
    sources = (Defining(catalog, CatalogGlossary(catalog)), Pointing(catalog))
    beside = Widening(catalog, "neighbours", 900, words)
    return BringingAlong(catalog, sources, beside, 900, words)


def merging(library: Library, picker: Picker) -> SelectionStep:
    return Merging(library.catalog, adjacent=True)


def condensing(library: Library, picker: Picker) -> SelectionStep:
    return Condensing(60, words)


def judged_emphasis(library: Library, picker: Picker) -> SelectionStep:
    return JudgedEmphasis(picker)


def judged_extracts(library: Library, picker: Picker) -> SelectionStep:
    return JudgedExtracts(picker, 60, words)


def paper_order(library: Library, picker: Picker) -> SelectionStep:
    return PaperOrder()


STEPS = [
    relevance,
    bringing_along,
    merging,
    condensing,
    judged_emphasis,
    judged_extracts,
    paper_order,
]


@pytest.mark.parametrize("make", STEPS)
@pytest.mark.parametrize("k", [1, 3, 9])
def test_evidence_stays_the_papers_own(
    make: Callable[[Library, Picker], SelectionStep],
    k: int,
    folder: Path,
    server: ScriptedServer,
    make_model: Callable[..., object],
) -> None:
    server.play(picks_some)
    with open_library(folder, settings()) as library:
        step = make(library, Picker(make_model()))
        given = found(library, QUERY.text, k)
        made = step.select(QUERY, given).evidence
        assert step.select(QUERY, ()).evidence == ()
        paper = library.catalog.paper(given[0].chunk.paper_id)
        ids = {chunk.chunk_id for chunk in library.catalog.chunks_of(paper.paper_id)}
    assert made
    assert step.name
    assert [each.rank for each in made] == list(range(1, len(made) + 1))
    assert all(each.chunk.text == each.chunk.span.of(paper.text) for each in made)
    assert {each.chunk.chunk_id for each in made} <= ids
    assert len({each.chunk.chunk_id for each in made}) == len(made)
    for each in made:
        assert each.path == paper.path(each.chunk.section)
        assert each.elements == tuple(paper.elements[at] for at in each.chunk.elements)
        for spans in (each.marked, each.shown):
            assert all(0 <= span.start < span.end <= len(each.chunk.text) for span in spans)
            assert all(a.end < b.start for a, b in pairwise(spans))


@pytest.mark.parametrize("make", [bringing_along, merging])
def test_marks_stay_on_their_words(
    make: Callable[[Library, Picker], SelectionStep], folder: Path, server: ScriptedServer
) -> None:
    with open_library(folder, settings()) as library:
        given = found(library, QUERY.text, 9)
        marking = Relevance(SentenceOdds(HashingEmbedder(), HashingEmbedder()), 0, 9.0, 6)
        marked = marking.select(QUERY, given).evidence
        made = make(library, None).select(QUERY, marked).evidence
    before = [mark.of(e.chunk.text) for e in marked for mark in e.marked]
    after = [mark.of(e.chunk.text) for e in made for mark in e.marked]
    assert before
    assert set(before) <= {*after, *(a for a in before if any(a in longer for longer in after))}


@pytest.mark.parametrize("make", [bringing_along, merging])
@pytest.mark.parametrize("replaced", [False, True])
def test_what_was_found_is_read_though_its_paper_is_gone(
    make: Callable[[Library, Picker], SelectionStep], replaced: bool, tmp_path: Path
) -> None:
    """A server goes on answering while papers are taken away or come anew."""
    folder = made_library(tmp_path)
    with open_library(folder, settings()) as library:
        given = found(library, QUERY.text, 9)
        if replaced:
            source = tmp_path / "paper.md"
            source.write_text(source.read_text().replace("Much", "Little"))
            list(ingest([source], folder, settings()))
        else:
            remove(folder, given[0].chunk.paper_id, settings())
        made = make(library, None).select(QUERY, given).evidence
    assert {e.chunk.text for e in given} <= {e.chunk.text for e in made}
