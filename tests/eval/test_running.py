"""Runs from question to report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import ir_measures
import pytest

from eval.datasets import load_dataset
from eval.experiment import DEEP, HITS, over_whole_library, prepare, run
from rag import build
from rag.errors import UsageError
from rag.library import Library
from rag.types import Filter, Retrieval
from tests.eval.conftest import HASHING, METHOD, SETTINGS
from tests.scripted_llm import MODEL, says, scripted_server

Call = Callable[..., tuple[int, str, str]]


def test_papers_of_one_name_are_searched_together(dataset: Path, library: Path) -> None:
    (dataset / "papers" / "other").mkdir()
    (dataset / "papers" / "other" / "one.md").write_text("# Other\n\nNo rate is told.\n")
    data = load_dataset(dataset)
    prepare(data, SETTINGS, library, lambda _: None)
    with build.open_library(library, SETTINGS) as opened:
        first, *_ = run(data.questions, opened, data.corpus)
    assert {"No rate is told.", METHOD} <= {hit.text for hit in first.hits}


def test_papers_that_are_not_there_are_named(call: Call, dataset: Path, tmp_path: Path) -> None:
    """The newcomer's mistake: the name of a paper has no ending."""
    path, out = dataset / "questions.jsonl", tmp_path / "out"
    path.write_text(path.read_text().replace('"paper": "one"', '"paper": "one.md"'))
    _, shown, _ = call(dataset, "--config", tmp_path / "hashing.toml", "--out", out)
    remark = "3 questions are about papers that are not there: one.md, absent"
    assert remark in " ".join(shown.split())
    assert remark in (out / "report.html").read_text()
    [report] = json.loads((out / "report.json").read_text())["configurations"]
    assert report["latency_ms"]["median"] > 0  # three of four were not searched for


@pytest.mark.parametrize(("sections", "hits"), [(8, DEEP), (1, HITS)])
def test_where_whole_papers_are_judged_more_hits_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sections: int, hits: int
) -> None:
    (tmp_path / "papers").mkdir()
    parts = [f"## {n} Part {n}\n\nPart {n} tells of cats.\n" for n in range(sections)]
    (tmp_path / "papers" / "one.md").write_text("\n".join(["# Cats\n", *parts]))
    (tmp_path / "queries.tsv").write_text("1\tWho tells of cats?\n")
    (tmp_path / "qrels.txt").write_text("1 0 one 1\n")
    data, wanted = load_dataset(tmp_path), list[int]()
    prepare(data, SETTINGS, tmp_path / "library", lambda _: None)
    search = Library.search

    def noted(self: Library, text: str, where: Filter = Filter(), k: int = 10) -> Retrieval:
        wanted.append(k)
        return search(self, text, where, k)

    monkeypatch.setattr(Library, "search", noted)
    with build.open_library(tmp_path / "library", SETTINGS) as opened:
        list(run(data.questions, opened, data.corpus))
    assert wanted == [1, hits]


def test_every_configuration_pays_for_its_own_model(
    call: Call, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were answers kept for the next, or those of the warm-up for the first question, they would
    cost nothing.
    """
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path / "cache"))
    with scripted_server() as server:
        server.play(says("Every hidden unit is switched off with a rate of one half."))
        table = f'[llm]\nmodel = "{MODEL}"\napi_base = "{server.url}"\n'
        configs: list[object] = []
        for fusion in ("rrf", "score-sum"):
            path = tmp_path / f"{fusion}.toml"
            path.write_text(
                f"{HASHING}{table}[query]\nmulti_query = false\ndeadline_s = 60\n"
                f'[search]\nfusion = "{fusion}"\n'
            )
            configs += ["--config", path]
        call(dataset, *configs, "--out", tmp_path / "out")
        asked = len(server.requests)
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    first, second = (each["usage"] for each in report["configurations"])
    assert asked == 2 * (1 + 3)  # the warm-up and three questions of a paper that is there
    assert first == second
    assert first["prompt_tokens"] > 0


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
