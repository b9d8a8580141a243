from __future__ import annotations

import gc
import multiprocessing
import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ingest.commands import ingest, reindex, remove
from ingest.lock import writing
from rag.build import open_indexes, open_library
from rag.config import Lexical, Llm, Rerank, Settings
from rag.errors import (
    LibraryError,
    LibraryLocked,
    SearchEngineError,
    SettingsMismatch,
    UnknownPaper,
    UsageError,
)
from rag.library import Library
from rag.protocols import Embedder, Index
from rag.questions import MAX_QUESTION
from rag.store.catalog import Catalog
from rag.types import Answer, Filter, Ranking, Role, Variant
from tests.scripted_llm import MODEL, scripted_server

SETTINGS = Settings.model_validate({"embedder": {"kind": "hashing"}, "ingest": {"jobs": 1}})
ANYWHERE = Filter()

TRANSFORMER = """---
title: Attention Is All You Need
year: 2017
---
# Attention Is All You Need

## 1 Introduction

Recurrent models preclude parallelization within training examples.

## 5.4 Regularization

We apply dropout to the output of each sub-layer, with a rate of 0.1 for the base model.
"""
ADAM = """---
title: Adam, a Method for Stochastic Optimization
year: 2014
---
# Adam, a Method for Stochastic Optimization

## 1 Introduction

Stochastic gradient descent is a workhorse.

## 2 Algorithm

Good default settings are a step size of 0.001 and decay rates of 0.9 and 0.999.
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "1706.03762.md").write_text(TRANSFORMER)
    (folder / "adam.md").write_text(ADAM)
    return folder


@pytest.fixture
def library(tmp_path: Path, sources: Path) -> Path:
    list(ingest([sources], tmp_path / "library", SETTINGS))
    return tmp_path / "library"


def titles(
    path: Path, query: str, where: Filter = ANYWHERE, settings: Settings = SETTINGS
) -> list[str]:
    with open_library(path, settings) as opened:
        return [e.section.title for e in opened.search(query, where).evidence]


def test_the_right_section_comes_first(library: Path) -> None:
    assert titles(library, "dropout rate of the base model")[0] == "Regularization"
    assert titles(library, "default step size")[0] == "Algorithm"


def test_what_is_prepared_is_loaded_and_needs_no_looking_through(library: Path) -> None:
    with open_library(library, SETTINGS) as opened:
        try:
            opened.prepare()
            assert gc.get_freeze_count() > 0
            current = opened._current
            assert current is not None
            assert opened.search("default step size").evidence[0].section.title == "Algorithm"
            assert opened._current is current
        finally:
            gc.unfreeze()


def test_preparing_asks_no_language_model(library: Path) -> None:
    with scripted_server() as server:
        llm = Llm(model=MODEL, api_base=server.url)
        settings = SETTINGS.model_copy(update={"llm": llm, "rerank": Rerank(kind="llm")})
        with open_library(library, settings) as opened:
            try:
                opened.prepare()
            finally:
                gc.unfreeze()
        assert server.requests == []


def test_filters_restrict(library: Path) -> None:
    query = "rate of the base model"
    assert "Algorithm" in titles(library, query, Filter(papers=frozenset({"adam"})))
    assert "Regularization" not in titles(library, query, Filter(papers=frozenset({"adam"})))
    assert "Regularization" not in titles(library, query, Filter(year_to=2015))
    introductions = titles(library, query, Filter(roles=frozenset({Role.INTRODUCTION})))
    assert introductions == ["Introduction", "Introduction"]
    assert titles(library, query, Filter(year_from=2030)) == []


def test_the_trace_says_where_a_hit_stood(library: Path) -> None:
    with open_library(library, SETTINGS) as opened:
        trace = opened.search("dropout rate").trace
    stages = [stage.name for stage in trace.stages]
    assert stages == ["embed", "dense", "bm25", "rewrite", "fuse", "rerank", "load"]
    assert trace.hits[0].ranks.keys() == {"dense/original", "bm25/original"}
    assert [hit.final_rank for hit in trace.hits] == list(range(1, len(trace.hits) + 1))


@pytest.mark.parametrize(
    "name", ["1706.03762", "1706.03762.md", "attention is all", " 1706.03762 "]
)
def test_a_paper_has_several_names(library: Path, name: str) -> None:
    with open_library(library, SETTINGS) as opened:
        assert opened.paper(name).metadata.year == 2017


def test_an_unknown_or_ambiguous_paper_is_explained(library: Path) -> None:
    with open_library(library, SETTINGS) as opened:
        with pytest.raises(UnknownPaper, match=r"did you mean 1706\.03762"):
            opened.paper("1706.0376")
        with pytest.raises(UnknownPaper, match=r"no paper 'Adan' in .*: did you mean adam\?"):
            opened.paper("Adan")  # nearly the file's name
        with pytest.raises(UnknownPaper, match="any of 2 papers"):
            opened.paper("a")
        with pytest.raises(UnknownPaper, match="scholium papers"):
            opened.search("anything", Filter(papers=frozenset({"zzz"})))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("why " * 25_000, f"100,000 .*{MAX_QUESTION:,}"),
        ("what is \udcff?", r"'\\udcff' .*valid UTF-8"),
    ],
)
def test_an_unusable_question_is_refused(library: Path, question: str, said: str) -> None:
    with open_library(library, SETTINGS) as opened:
        with pytest.raises(UsageError, match=said):
            opened.search(question)
        with pytest.raises(UsageError, match=said):
            opened.ask(question)


def test_a_question_of_odd_characters_is_answered(library: Path) -> None:
    with open_library(library, SETTINGS) as opened:
        for question in ["?!", "'; DROP TABLE papers; --", "\x00\x1b", "日本語", "a" * 9_000]:
            opened.search(question)
            opened.ask(question)


def test_a_paper_named_in_no_characters_is_refused(library: Path) -> None:
    with open_library(library, SETTINGS) as opened, pytest.raises(UsageError, match="valid UTF-8"):
        opened.search("dropout", Filter(papers=frozenset({"a\udcff"})))


def with_search(**values: object) -> Settings:
    return Settings.model_validate(
        {"embedder": {"kind": "hashing"}, "ingest": {"jobs": 1}, "search": values}
    )


def test_more_hits_than_the_depth_are_found_if_asked_for(library: Path) -> None:
    with open_library(library, with_search(depth=1, duplicate_overlap=1.0)) as opened:
        assert len(opened.search("rate of the base model", k=3).evidence) == 3


def test_very_many_hits_may_be_asked_for(tmp_path: Path) -> None:
    many = "".join(f"\n## {n} Trial {n}\n\nTrial {n} drops {n} words.\n" for n in range(1, 602))
    (tmp_path / "trials.md").write_text(f"# Trials\n{many}")
    list(ingest([tmp_path / "trials.md"], tmp_path / "library", SETTINGS))
    with open_library(tmp_path / "library", SETTINGS) as opened:
        found = opened.search("how many words does the trial drop?", k=600).evidence
    assert len(found) == len({e.section for e in found}) == 600


def test_a_search_by_word_needs_no_model(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_model(settings: Settings) -> Embedder:
        raise AssertionError("a model was loaded")

    monkeypatch.setattr("rag.build.embedder", no_model)
    with open_library(library, with_search(retrievers=["bm25"])) as opened:
        trace = opened.search("dropout").trace
        assert not {"embed", "dense"} & {stage.name for stage in trace.stages}
        assert opened.check() == []
        with pytest.raises(AssertionError, match="a model was loaded"):
            opened.ask("dropout")


def test_a_check_looks_at_every_index(library: Path) -> None:
    [chunk, *_] = chunk_ids(library)
    with Catalog(library) as catalog:
        dense, lexical = open_indexes(catalog, SETTINGS)
        dense.delete([chunk])
        dense.close()
        lexical.close()
    with open_library(library, with_search(retrievers=["bm25"])) as opened:
        assert opened.check() == ["index dense: 1 chunks missing, 0 too many"]


def chunk_ids(library: Path) -> list[str]:
    with open_library(library, SETTINGS) as opened:
        return sorted(opened.catalog.chunk_ids())


@pytest.mark.parametrize("lost", ["", "1", "1/tantivy", "1/chroma"])
def test_lost_indexes_are_no_empty_result(library: Path, lost: str) -> None:
    shutil.rmtree(library / "indexes" / lost)
    with open_library(library, SETTINGS) as opened:
        for act in (opened.search, opened.ask, lambda text: list(opened.ask_stream(text))):
            with pytest.raises(LibraryError, match=rf"indexes/{lost}.*`scholium reindex"):
                act("dropout")
    with pytest.raises(LibraryError, match="`scholium reindex"):
        list(ingest([library.parent / "papers"], library, SETTINGS))
    list(reindex(library, SETTINGS))
    assert titles(library, "dropout rate")[0] == "Regularization"


def test_a_lost_reference_index_is_no_empty_result(tmp_path: Path, sources: Path) -> None:
    settings = SETTINGS.model_copy(update={"lexical": Lexical(kind="rank-bm25")})
    list(ingest([sources], tmp_path / "library", settings))
    (tmp_path / "library/indexes/1/rank-bm25.sqlite").unlink()
    with pytest.raises(LibraryError, match=r"rank-bm25\.sqlite: .*`scholium reindex"):
        titles(tmp_path / "library", "dropout", settings=settings)


class Breaking:
    """An index that fails when the library is rebuilt under a search, as a real one would."""

    def __init__(self, index: Index, library: Path) -> None:
        self.index, self.library = index, library

    def __getattr__(self, name: str) -> Any:
        return getattr(self.index, name)

    def search(self, variants: Sequence[Variant], depth: int, where: Filter) -> list[Ranking]:
        list(reindex(self.library, SETTINGS))
        raise SearchEngineError("the index went away")


def test_a_streamed_answer_survives_a_rebuild(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken: list[Breaking] = []

    def first_breaks(catalog: Catalog, settings: Settings) -> tuple[Index, ...]:
        dense, lexical = open_indexes(catalog, settings)
        if broken:
            return dense, lexical
        broken.append(Breaking(dense, library))
        return broken[0], lexical

    monkeypatch.setattr("rag.build._checked_indexes", first_breaks)
    with open_library(library, SETTINGS) as opened:
        *_, answer = opened.ask_stream("Which dropout rate does the base model use?")
        assert isinstance(answer, Answer)
        assert "0.1" in answer.text


def test_a_reader_follows_a_writer(library: Path, sources: Path) -> None:
    with open_library(library, SETTINGS) as opened:
        assert len(opened.papers()) == 2
        opened.search("dropout")
        (sources / "new.md").write_text("# Dropout\n\n## 1 Model\n\nUnits are dropped at random.\n")
        list(ingest([sources], library, SETTINGS))
        assert "Model" in [e.section.title for e in opened.search("units dropped").evidence]
        remove(library, "1706.03762", SETTINGS)
        assert "Regularization" not in [e.section.title for e in opened.search("dropout").evidence]
        assert opened.check() == []


def test_a_changed_file_replaces_its_paper(library: Path, sources: Path) -> None:
    with open_library(library, SETTINGS) as opened:
        before = opened.resolve("adam")
    (sources / "adam.md").write_text(ADAM.replace("0.001", "0.002"))
    list(ingest([sources], library, SETTINGS))
    with open_library(library, SETTINGS) as opened:
        assert opened.resolve("adam") == before
        assert "0.002" in opened.paper("adam").text
        assert opened.check() == []
        assert len(opened.papers()) == 2


def test_other_settings_are_named_and_mended_by_a_reindex(library: Path) -> None:
    other = SETTINGS.model_copy(
        update={"chunker": SETTINGS.chunker.model_copy(update={"target_tokens": 5})}
    )
    with pytest.raises(SettingsMismatch, match=r"chunker\.target_tokens is '130' .* '5'.*reindex"):
        titles(library, "dropout", settings=other)
    with pytest.raises(SettingsMismatch):
        list(ingest([library.parent / "papers"], library, other))
    list(reindex(library, other))
    assert titles(library, "dropout rate", settings=other)[0] == "Regularization"
    assert [p.name for p in (library / "indexes").iterdir()] == ["2"]
    with open_library(library, other) as opened:
        assert opened.check() == []


def test_readers_go_on_while_the_indexes_are_rebuilt(library: Path) -> None:
    with open_library(library, SETTINGS) as opened:
        for _ in reindex(library, SETTINGS):
            assert opened.search("dropout").evidence
        assert opened.search("dropout").evidence
        assert opened.check() == []


def test_an_interrupted_reindex_changes_nothing(library: Path) -> None:
    rebuilding = reindex(library, SETTINGS)
    for _ in range(3):
        next(rebuilding)
    rebuilding.close()  # type: ignore[attr-defined]
    assert titles(library, "dropout rate")[0] == "Regularization"
    list(ingest([library.parent / "papers"], library, SETTINGS))
    assert [p.name for p in (library / "indexes").iterdir()] == ["1"]


def _write(library: Path, ready: object, done: object) -> None:
    with writing(library):
        ready.set()  # type: ignore[attr-defined]
        done.wait(30)  # type: ignore[attr-defined]


def test_a_second_writer_is_told_who_is_first(library: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    ready, done = spawn.Event(), spawn.Event()
    holder = spawn.Process(target=_write, args=(library, ready, done))
    holder.start()
    try:
        assert ready.wait(30)
        with pytest.raises(LibraryLocked, match=f"process {holder.pid}"):
            list(ingest([library.parent / "papers"], library, SETTINGS))
        assert titles(library, "dropout rate")[0] == "Regularization"
    finally:
        holder.kill()
        holder.join()
    list(ingest([library.parent / "papers"], library, SETTINGS))


def test_no_library_is_made_by_asking(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="scholium ingest"):
        open_library(tmp_path / "none", SETTINGS)
    with pytest.raises(LibraryError, match="scholium ingest"):
        list(reindex(tmp_path / "none", SETTINGS))


def test_an_empty_library_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text("")
    list(ingest([tmp_path / "bad.md"], tmp_path / "library", SETTINGS))
    with open_library(tmp_path / "library", SETTINGS) as opened:
        assert opened.search("anything").evidence == ()
        assert opened.ask("anything").abstained


def test_a_lost_catalog_starts_over_without_strangers_in_the_indexes(
    library: Path, sources: Path
) -> None:
    for file in library.glob("catalog.sqlite*"):
        file.unlink()
    list(ingest([sources / "adam.md"], library, SETTINGS))
    with open_library(library, SETTINGS) as opened:
        assert len(opened.papers()) == 1
        assert opened.check() == []


def test_an_empty_library_takes_any_settings(tmp_path: Path, sources: Path) -> None:
    (tmp_path / "bad.md").write_text("")
    list(ingest([tmp_path / "bad.md"], tmp_path / "library", SETTINGS))
    other = Settings.model_validate({**SETTINGS.model_dump(), "lexical": {"kind": "rank-bm25"}})
    list(ingest([sources], tmp_path / "library", other))
    assert titles(tmp_path / "library", "dropout rate", settings=other)[0] == "Regularization"


def test_threads_share_a_library_that_is_being_written(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    library, stop = tmp_path / "library", threading.Event()
    (tmp_path / "papers/first.md").write_text("# One\n\nThe step size is 0.1.")
    list(ingest([tmp_path / "papers"], library, SETTINGS))

    def searching(opened: Library) -> int:
        count = 0
        while not stop.is_set():
            assert opened.search("step size").evidence
            count += 1
        return count

    with open_library(library, SETTINGS) as opened, ThreadPoolExecutor(4) as pool:
        searches = [pool.submit(searching, opened) for _ in range(4)]
        try:
            for number in range(8):
                text = f"# Paper {number}\n\nThe step size is 0.{number}."
                (tmp_path / f"papers/{number}.md").write_text(text)
                list(ingest([tmp_path / "papers"], library, SETTINGS))
        finally:
            stop.set()
        assert all(search.result() for search in searches)
        [hit] = opened.search("step size", k=20).trace.hits
        assert len(hit.duplicates) == 8  # and so all nine
