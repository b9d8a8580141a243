"""Runs that are stopped, or made once more, and go on from what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from eval.datasets import load_dataset
from eval.experiment import run
from eval.journal import Journal
from eval.measures import MEASURES
from eval.paper_names import paper_names
from eval.rows import Effort, Row
from rag import build
from rag.embed.hashing import HashingEmbedder
from rag.errors import EmbeddingError
from rag.library import WARM_UP, Library
from rag.types import Retrieval, Usage, Vector
from tests.eval.conftest import SETTINGS

Call = Callable[..., tuple[int, str, str]]


def stable(row: Row) -> tuple[object, ...]:
    """The row without its time."""
    return row.question, row.hits, row.scores, row.effort


def test_a_run_that_was_stopped_goes_on(
    dataset: Path, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, journal = load_dataset(dataset), Journal(tmp_path / "rows.jsonl")
    with build.open_library(library, SETTINGS) as opened:
        whole = list(run(data.questions, opened, data.corpus))
        begun = run(data.questions, opened, data.corpus, journal)
        first = [next(begun), next(begun)]
    path = tmp_path / "rows.jsonl"
    path.write_text(path.read_text() + '{"id": "q3", "late')  # the third was being written
    asked: list[str] = []
    search = Library.search

    def noted(self: Library, text: str, *args: object, **kinds: object) -> Retrieval:
        asked.append(text)
        return search(self, text, *args, **kinds)  # type: ignore[arg-type]

    monkeypatch.setattr(Library, "search", noted)
    with build.open_library(library, SETTINGS) as opened:
        rows = list(run(data.questions, opened, data.corpus, journal))
    assert asked == [WARM_UP, "Which GPU?"]
    assert rows[:2] == first
    assert list(map(stable, rows)) == list(map(stable, whole))
    with build.open_library(library, SETTINGS) as opened:
        again = list(run(data.questions, opened, data.corpus, journal))
    assert again == rows
    assert len(asked) == 2


def test_rows_of_chunks_that_are_gone_are_asked_anew(
    dataset: Path, library: Path, tmp_path: Path
) -> None:
    data, journal = load_dataset(dataset), Journal(tmp_path / "rows.jsonl")
    with build.open_library(library, SETTINGS) as opened:
        rows = list(run(data.questions, opened, data.corpus, journal))
        names = paper_names(opened, data.corpus)
        kept = journal.rows(data.questions, opened, names, MEASURES)
        assert kept.keys() == {"q1", "q2", "q3", "q4"}
        path = tmp_path / "rows.jsonl"
        path.write_text(path.read_text().replace(rows[0].hits[0].chunk_id, "0" * 16))
        assert "q1" not in journal.rows(data.questions, opened, names, MEASURES)


def test_a_row_of_which_a_stage_failed_is_asked_anew(
    dataset: Path, library: Path, tmp_path: Path
) -> None:
    data, journal = load_dataset(dataset), Journal(tmp_path / "rows.jsonl")
    with build.open_library(library, SETTINGS) as opened:
        first, second, *_ = run(data.questions, opened, data.corpus)
        journal.add(replace(first, effort=Effort(Usage(10, 5, 0.01), ("hyde failed",))))
        journal.add(replace(second, effort=Effort(Usage(10, 5, 0.01))))
        names = paper_names(opened, data.corpus)
        [restored] = journal.rows(data.questions, opened, names, MEASURES).values()
    assert restored == replace(second, effort=Effort(Usage(10, 5, 0.01)))


def test_an_id_may_hold_what_other_programs_take_for_an_end_of_line(
    dataset: Path, library: Path, tmp_path: Path
) -> None:
    data, journal = load_dataset(dataset), Journal(tmp_path / "rows.jsonl")
    questions = [replace(q, question_id=f"{q.question_id}\u2028") for q in data.questions]
    with build.open_library(library, SETTINGS) as opened:
        rows = list(run(questions, opened, data.corpus, journal))
        names = paper_names(opened, data.corpus)
        assert list(journal.rows(questions, opened, names, MEASURES).values()) == rows


def test_rows_of_a_library_that_lacked_papers_are_not_taken_up(
    call: Call, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_order(self: HashingEmbedder, texts: object) -> Vector:
        raise EmbeddingError("out of order")

    given = [dataset, "--config", tmp_path / "hashing.toml", "--out", tmp_path / "out"]
    with monkeypatch.context() as broken:
        broken.setattr(HashingEmbedder, "embed_documents", out_of_order)
        status, shown, _ = call(*given)
    assert status == 1
    assert "out of order" in shown
    assert call(*given, "--fail-under", "MRR=0.6")[0] == 0


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("eval.provenance.versions", {"tantivy": "99"}),
        ("api.cli.evaluate.running.code_digest", "other"),
    ],
)
def test_rows_of_other_code_or_packages_are_not_taken_up(
    call: Call,
    dataset: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    other: object,
) -> None:
    given = [dataset, "--config", tmp_path / "hashing.toml", "--out", tmp_path / "out"]
    call(*given)
    monkeypatch.setattr(part, lambda: other)
    call(*given)
    assert len(list((tmp_path / "out" / "rows").iterdir())) == 2


def test_a_second_run_on_records_reads_nothing_anew(call: Call, beir: Path, tmp_path: Path) -> None:
    out, words = tmp_path / "out", tmp_path / "words.toml"
    call(beir, "--config", words, "--out", out)
    before = sorted((out / "rows").iterdir())[0].read_text()
    call(beir, "--config", words, "--out", out)
    [rows] = (out / "rows").iterdir()
    assert rows.read_text() == before
