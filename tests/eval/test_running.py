"""Runs that are stopped and taken up again, share work, and leave a report behind."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import ir_measures
import pytest

from eval.datasets import load_dataset
from eval.experiment import library_for, over_whole_library, paper_names, prepare, run
from eval.journal import Journal
from eval.rows import Row
from ingest.events import Event, Parsed
from rag import build
from rag.config import Chunker, Embedder, Ingest, Settings
from rag.errors import UsageError
from rag.library import Library
from rag.types import Retrieval

Call = Callable[..., tuple[int, str, str]]
SETTINGS = Settings(embedder=Embedder(kind="hashing"), ingest=Ingest(jobs=1))
WINDOWS = SETTINGS.model_copy(update={"chunker": Chunker(kind="fixed")})


def stable(row: Row) -> tuple[object, ...]:
    """The row without its time."""
    return row.question, row.hits, row.scores, row.effort


@pytest.fixture
def library(dataset: Path, tmp_path: Path) -> Path:
    data = load_dataset(dataset)
    path = library_for(data, SETTINGS, tmp_path / "libraries")
    assert prepare(data, SETTINGS, path, lambda _: None) == []
    return path


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
    assert asked == ["Which learning rate?", "Which GPU?"]  # the first warms up
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
        assert journal.rows(data.questions, opened, names).keys() == {"q1", "q2", "q3", "q4"}
        path = tmp_path / "rows.jsonl"
        path.write_text(path.read_text().replace(rows[0].hits[0].chunk_id, "0" * 16))
        assert "q1" not in journal.rows(data.questions, opened, names)


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


def test_the_whole_library_may_be_asked(dataset: Path, library: Path) -> None:
    (dataset / "papers" / "two.md").write_text("# Other\n\nWe train with SGD for one epoch.\n")
    data = over_whole_library(load_dataset(dataset))
    prepare(data, SETTINGS, library, lambda _: None)
    with build.open_library(library, SETTINGS) as opened:
        first, *_, lost = run(data.questions, opened, data.corpus)
    assert {hit.paper for hit in first.hits} == {"one", "two"}
    assert first.scores is not None
    assert first.scores["paper MRR"] == 1.0
    assert lost.hits  # the library is searched, though its own paper is absent
    assert lost.scores is not None
    assert lost.scores["paper MRR"] == 0.0


def test_everything_is_written(call: Call, dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    configs = ["--config", tmp_path / "hashing.toml", "--config", tmp_path / "words.toml"]
    status, shown, _ = call(dataset, *configs, "--out", out, "--seed", 3)
    assert status == 0
    assert "against hashing, 95 % interval" in shown
    assert f"report: {out / 'report.html'}" in shown
    report = json.loads((out / "report.json").read_text())
    assert report["origin"]["seed"] == 3
    assert report["headline"] == "R@700w"
    hashes = {report["origin"]["data_digest"], *report["origin"]["settings_digests"].values()}
    assert len(hashes) == 3
    assert set(report["configurations"][1]["against_first"]) == set(report["measures"])
    rows = [json.loads(line) for line in (out / "questions.jsonl").read_text().splitlines()]
    assert [row["type"] for row in rows] == ["which", "how many", "which", "other"]
    assert rows[0]["roles"] == ["method"]
    assert rows[0]["configurations"]["words"]["first_relevant"] == 1
    run_file = (out / "runs" / "words.jsonl").read_text().splitlines()
    assert len(run_file) == 4
    trec = list(ir_measures.read_trec_run(str(out / "runs" / "words.trec")))
    assert {line.query_id for line in trec} <= {"q1", "q2", "q3"}


def test_the_same_seed_gives_the_same_report(call: Call, dataset: Path, tmp_path: Path) -> None:
    configs = ["--config", tmp_path / "hashing.toml", "--config", tmp_path / "words.toml"]
    reports = []
    for folder in ("a", "b"):
        call(dataset, *configs, "--out", tmp_path / folder)
        report = json.loads((tmp_path / folder / "report.json").read_text())
        for each in report["configurations"]:
            each.pop("latency_ms")
        reports.append(report | {"origin": None})
    assert reports[0] == reports[1]


def test_a_stage_is_switched_off_at_a_time(call: Call, dataset: Path, tmp_path: Path) -> None:
    config = tmp_path / "hashing.toml"
    out = tmp_path / "out"
    status, shown, _ = call(dataset, "--config", config, "--out", out, command="ablation")
    assert status == 0
    for name in ("hashing", "no BM25", "no dense", "no context line", "fixed windows"):
        assert name in shown
    report = json.loads((out / "report.json").read_text())
    named = {each["name"]: each["settings"] for each in report["configurations"]}
    assert named["no BM25"]["search"]["retrievers"] == ["dense"]
    assert named["fixed windows"]["chunker"]["kind"] == "fixed"
    assert "no HyDE" not in named  # there is no model
    assert len(list((out / "libraries").iterdir())) == 3


def test_generations_restrict_the_questions(call: Call, dataset: Path, tmp_path: Path) -> None:
    recorded = tmp_path / "recorded.jsonl"
    recorded.write_text('{"id": "q2", "hyde": "Four million pairs.", "queries": ["pairs"]}\n')
    common = [dataset, "--config", tmp_path / "hashing.toml", "--generations", recorded]
    _, shown, _ = call(*common, "--out", tmp_path / "out")
    assert "1 of 1 questions" in shown
    assert "may have known these papers" in " ".join(shown.split())
    assert "may have known these papers" in (tmp_path / "out" / "report.html").read_text()
    _, shown, _ = call(*common, "--all-questions")
    assert "3 of 4 questions" in shown


def test_recorded_texts_are_searched_with(call: Call, dataset: Path, tmp_path: Path) -> None:
    """The question has no word of its passage; what was recorded for it has."""
    passage = "The corpus holds four million sentence pairs that were crawled from parliaments."
    question = {"id": "q", "question": "Size?", "paper": "one", "evidence": [[passage]]}
    (dataset / "questions.jsonl").write_text(json.dumps(question))
    recorded, words = tmp_path / "recorded.jsonl", tmp_path / "words.toml"
    recorded.write_text('{"id": "q", "hyde": "Four million sentence pairs."}\n')
    assert call(dataset, "--config", words, "--fail-under", "MRR=1")[0] == 1
    given = ["--config", words, "--generations", recorded]
    assert call(dataset, *given, "--fail-under", "MRR=1")[0] == 0
    call(dataset, *given, "--out", tmp_path / "out", command="ablation")
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    found = {each["name"]: each["measures"]["MRR"] for each in report["configurations"]}
    assert (found["words"], found["no HyDE"], found["no multi-query"]) == (1, 0, 1)


def test_a_set_in_which_nothing_can_be_scored_is_refused(call: Call, dataset: Path) -> None:
    question = {"id": "q", "question": "Q?", "paper": "one", "answerable": False}
    (dataset / "questions.jsonl").write_text(json.dumps(question))
    with pytest.raises(UsageError, match="nothing can be scored"):
        call(dataset)


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "pets"
    (folder / "qrels").mkdir(parents=True)
    papers = [
        {"_id": "cats", "title": "On Cats", "text": "Cats purr at 25 Hz."},
        {"_id": "dogs", "title": "On Dogs", "text": "Dogs bark at strangers."},
        {"_id": "d 3", "title": "On Fish", "text": "Fish are silent swimmers."},
    ]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(p) + "\n" for p in papers))
    (folder / "queries.jsonl").write_text(
        '{"_id": "1", "text": "Who would purr?"}\n{"_id": "2", "text": "silent fish"}\n'
    )
    (folder / "qrels" / "test.tsv").write_text("1\tcats\t1\n2\td 3\t1\n")
    (tmp_path / "words.toml").write_text(
        '[embedder]\nkind = "hashing"\n[search]\nretrievers = ["bm25"]\n'
    )
    return folder


def test_a_beir_folder_from_end_to_end(call: Call, beir: Path, tmp_path: Path) -> None:
    out, words = tmp_path / "out", tmp_path / "words.toml"
    status, shown, _ = call(beir, "--config", words, "--out", out, "--fail-under", "nDCG@10=0.99")
    assert status == 0, shown
    assert "2 of 2 questions have relevant papers" in shown
    report = json.loads((out / "report.json").read_text())
    assert report["headline"] == "nDCG@10"
    run_file = list(ir_measures.read_trec_run(str(out / "runs" / "words.trec")))
    qrels = [ir_measures.Qrel("1", "cats", 1), ir_measures.Qrel("2", "d_3", 1)]
    theirs = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], qrels, run_file)
    ours = report["configurations"][0]["measures"]["nDCG@10"]
    assert ours == pytest.approx(next(iter(theirs.values()))) == 1.0
    with pytest.raises(UsageError, match="no measure 'R@700w': there are nDCG@10"):
        call(beir, "--config", words, "--fail-under", "R@700w=0.5")


def test_a_second_run_on_records_reads_nothing_anew(call: Call, beir: Path, tmp_path: Path) -> None:
    out, words = tmp_path / "out", tmp_path / "words.toml"
    call(beir, "--config", words, "--out", out)
    before = sorted((out / "rows").iterdir())[0].read_text()
    call(beir, "--config", words, "--out", out)
    [rows] = (out / "rows").iterdir()
    assert rows.read_text() == before


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
