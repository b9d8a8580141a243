"""Libraries hold the papers of the data set, whatever was there before, and share work."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.datasets import load_dataset
from eval.experiment import library_for, prepare
from eval.paper_names import paper_names
from ingest.events import Event, Parsed
from rag import build
from rag.config import Chunker
from tests.eval.conftest import SETTINGS

Call = Callable[..., tuple[int, str, str]]
WINDOWS = SETTINGS.model_copy(update={"chunker": Chunker(kind="fixed")})


def test_libraries_of_other_code_are_not_taken_up(
    dataset: Path, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, events = load_dataset(dataset), list[Event]()
    monkeypatch.setattr("eval.provenance.packages", lambda: {"pymupdf": "99"})
    for settings in (SETTINGS, WINDOWS):
        other = library_for(data, settings, tmp_path / "libraries")
        assert not other.exists()
        prepare(data, settings, other, events.append)
    first, second = (event.seconds > 0 for event in events if isinstance(event, Parsed))
    assert first  # a worker has read it anew
    assert not second  # but once for both ways of cutting


def test_papers_are_read_once_for_all_ways_of_cutting(
    dataset: Path, library: Path, tmp_path: Path
) -> None:
    data, events = load_dataset(dataset), list[Event]()
    other = library_for(data, WINDOWS, tmp_path / "libraries")
    assert other != library
    prepare(data, WINDOWS, other, events.append)
    parsed = [event for event in events if isinstance(event, Parsed)]
    assert [event.seconds for event in parsed] == [0.0]  # taken over: no worker has read it
    with build.open_library(other, WINDOWS) as opened:
        assert len(opened.papers()) == 1
        assert opened.check() == []


def test_a_paper_that_left_the_data_set_leaves_the_library(dataset: Path, library: Path) -> None:
    (dataset / "papers" / "one.md").rename(dataset / "papers" / "two.md")
    (dataset / "papers" / "two.md").write_text("# Other\n\nOther words.\n")
    data = load_dataset(dataset)
    prepare(data, SETTINGS, library, lambda _: None)
    with build.open_library(library, SETTINGS) as opened:
        assert set(paper_names(opened, data.corpus).values()) == {"two"}


def test_a_copied_data_set_keeps_its_papers(dataset: Path, library: Path, tmp_path: Path) -> None:
    """The copy is known by its content, though the first folder is still there."""
    copy = shutil.copytree(dataset, tmp_path / "copies" / dataset.name)
    (copy / "papers" / "one.md").rename(copy / "papers" / "uno.md")
    data = load_dataset(copy)
    prepare(data, SETTINGS, library, lambda _: None)
    with build.open_library(library, SETTINGS) as opened:
        assert set(paper_names(opened, data.corpus).values()) == {"uno"}


def test_a_paper_that_can_no_longer_be_read_leaves_the_library(
    dataset: Path, library: Path
) -> None:
    (dataset / "papers" / "one.md").write_text("")
    data = load_dataset(dataset)
    assert prepare(data, SETTINGS, library, lambda _: None)
    with build.open_library(library, SETTINGS) as opened:
        assert opened.papers() == []  # its old version would be searched in its place


def test_a_corpus_that_was_compressed_keeps_its_papers(beir: Path, tmp_path: Path) -> None:
    """One record's id would be cut short, were it taken for a path."""
    (beir / "corpus.jsonl").write_text(
        (beir / "corpus.jsonl").read_text().replace('"d 3"', '"d//3"')
    )
    library = tmp_path / "library"
    prepare(load_dataset(beir), SETTINGS, library, lambda _: None)
    plain = (beir / "corpus.jsonl").read_bytes()
    (beir / "corpus.jsonl.gz").write_bytes(gzip.compress(plain))
    (beir / "corpus.jsonl").unlink()
    data = load_dataset(beir)
    prepare(data, SETTINGS, library, lambda _: None)
    with build.open_library(library, SETTINGS) as opened:
        assert set(paper_names(opened, data.corpus).values()) == {"cats", "dogs", "d//3"}
        assert {p.source.partition("#")[0] for p in opened.papers()} == {"corpus.jsonl.gz"}
