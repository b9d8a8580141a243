"""Passages that overlap, or stand side by side, are one."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.build import open_library
from rag.select.merging import Merging
from rag.types import Evidence, Query
from tests.rag.select.library import found, made_library, settings

QUERY = Query("Which set is it?")


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_library(tmp_path_factory.mktemp("windows"), **CUT)


CUT = {"chunker": {"kind": "fixed", "target_tokens": 60, "overlap_tokens": 20}}


@pytest.fixture(scope="module")
def chunks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_library(tmp_path_factory.mktemp("chunks"))


def merged(library: Path, adjacent: bool, question: str, k: int, **tables: object):
    with open_library(library, settings(**tables)) as opened:
        given = found(opened, question, k)
        made = Merging(opened.catalog, adjacent).select(QUERY, given)
        paper = opened.catalog.paper(given[0].chunk.paper_id)
    assert all(each.chunk.text == each.chunk.span.of(paper.text) for each in made.evidence)
    return given, made


def covered(evidence: tuple[Evidence, ...]) -> set[int]:
    return {at for e in evidence for at in range(e.chunk.span.start, e.chunk.span.end)}


@pytest.mark.parametrize("k", [2, 5, 20])
def test_windows_that_overlap_become_one_and_nothing_is_lost(windows: Path, k: int) -> None:
    given, made = merged(windows, False, "the harbour set is scored here", k, **CUT)
    assert covered(made.evidence) == covered(given)
    assert sum(len(e.chunk.text) for e in made.evidence) == len(covered(given))
    assert made.evidence[0].chunk.chunk_id == given[0].chunk.chunk_id
    assert bool(made.note) == (len(made.evidence) < len(given))


def test_the_best_gives_its_place_and_name(windows: Path) -> None:
    given, made = merged(windows, False, "said of it here", 20, **CUT)
    names = [e.chunk.chunk_id for e in given]
    places = [names.index(e.chunk.chunk_id) for e in made.evidence]
    assert len(places) < len(names)
    assert places == sorted(places)
    spans = [e.chunk.span for e in made.evidence]
    assert not any(a.overlaps(b) for a in spans for b in spans if a is not b)


def test_what_stands_side_by_side_is_one_if_asked_for(chunks: Path) -> None:
    given, apart = merged(chunks, False, "said of it here", 20)
    assert apart.evidence == given
    _, together = merged(chunks, True, "said of it here", 20)
    assert len(together.evidence) == 3
    assert together.note == f"{len(given)} passages became 3"
    assert {e.section.title for e in together.evidence} == {"Introduction", "Method", "Results"}


def test_what_is_apart_stays_so(chunks: Path) -> None:
    given, made = merged(chunks, True, "penalty grows, keys as vectors of dimensions", 2)
    assert [e.section.title for e in given] == ["Method", "Method"]
    assert made.evidence == given
