from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from eval.datasets import load_dataset
from eval.experiment import distinct_names
from eval.measures import MEASURES
from eval.outcome import parse_floors
from rag.errors import UsageError

METHOD = "We train with Adam and a learning rate of one tenth for ninety epochs in all."
HASHING = '[embedder]\nkind = "hashing"\n[ingest]\njobs = 1\n'
Call = Callable[..., tuple[int, str, str]]


def test_questions_are_asked_and_scored(call: Call, dataset: Path, tmp_path: Path) -> None:
    run, out = tmp_path / "run.jsonl", tmp_path / "out"
    config = tmp_path / "hashing.toml"
    status, shown, _ = call(dataset, "--config", config, "--run-out", run, "--out", out)
    assert status == 0
    assert "3 of 4 questions" in shown
    rows = [json.loads(line) for line in run.read_text().splitlines()]
    assert [row["id"] for row in rows] == ["q1", "q2", "q3", "q4"]
    best = rows[0]["hits"][0]
    assert best == {"paper": "one", "section": "1 Method", "pages": [], "text": METHOD}
    assert rows[3]["hits"] == []
    assert rows[0]["latency_ms"] > 0
    [report] = json.loads((out / "report.json").read_text())["configurations"]
    assert report["measures"]["MRR"] == pytest.approx(2 / 3)
    assert [q["id"] for q in report["questions"]] == ["q1", "q2", "q4"]


def test_configurations_share_a_library_where_they_agree(
    call: Call, dataset: Path, tmp_path: Path
) -> None:
    out, run = tmp_path / "out", tmp_path / "run.jsonl"
    configs = ["--config", tmp_path / "hashing.toml", "--config", tmp_path / "words.toml"]
    status, shown, _ = call(dataset, *configs, "--out", out, "--run-out", run)
    assert status == 0
    assert "hashing" in shown
    assert "words" in shown
    assert len(list((out / "libraries").iterdir())) == 1
    assert (tmp_path / "run-words.jsonl").exists()


def test_a_floor_that_is_missed_fails(call: Call, dataset: Path, tmp_path: Path) -> None:
    config = tmp_path / "hashing.toml"
    assert call(dataset, "--config", config, "--fail-under", "MRR=0.6")[0] == 0
    status, _, told = call(dataset, "--config", config, "--fail-under", "MRR=0.9")
    assert status == 1
    assert "MRR is 0.667, below 0.9" in told


def test_a_paper_that_cannot_be_read_is_named(call: Call, dataset: Path, tmp_path: Path) -> None:
    (dataset / "papers" / "empty.md").write_text("")
    status, shown, _ = call(dataset, "--config", tmp_path / "hashing.toml")
    assert status == 1
    assert "empty.md" in "".join(shown.split())


def test_the_configuration_before_the_command_counts(dataset: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.toml"
    done = CliRunner().invoke(main, ["--config", str(words), "eval", "retrieval", str(dataset)])
    assert done.exit_code == 0, done.output
    assert "words" in done.stdout
    later = ["--config", str(tmp_path / "hashing.toml")]
    line = ["--config", str(words), "eval", "retrieval", str(dataset), *later]
    shown = CliRunner().invoke(main, line).stdout
    assert "hashing" in shown
    assert "words" not in shown


@pytest.mark.parametrize("command", ["retrieval", "ablation"])
def test_the_configuration_of_the_environment_has_its_name(
    call: Call, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("SCHOLIUM_CONFIG", str(tmp_path / "hashing.toml"))
    _, shown, _ = call(dataset, command=command)
    assert "hashing" in shown
    assert "default" not in shown


def test_configurations_of_one_file_name_are_told_apart(
    call: Call, dataset: Path, tmp_path: Path
) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.toml").write_text(HASHING)
    configs = ["--config", tmp_path / "a" / "same.toml", "--config", tmp_path / "b" / "same.toml"]
    status, shown, _ = call(dataset, *configs, "--run-out", tmp_path / "run.jsonl")
    assert status == 0
    assert "a-same" in shown
    assert "b-same" in shown
    assert {path.name for path in tmp_path.glob("run-*")} == {
        "run-a-same.jsonl",
        "run-b-same.jsonl",
    }


def test_one_configuration_twice_is_refused(tmp_path: Path) -> None:
    assert distinct_names([]) == {}
    assert list(distinct_names([Path("a/x.toml")])) == ["x"]
    with pytest.raises(UsageError, match="one name"):
        distinct_names([Path("a/x.toml"), Path("a/../a/x.toml")])


@pytest.mark.parametrize("columns", [30, 40, 70, 80])
def test_the_scores_can_be_read_at_any_width(
    call: Call, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    (tmp_path / "fixed-windows.toml").write_text(HASHING)
    configs = ["--config", tmp_path / "fixed-windows.toml", "--config", tmp_path / "words.toml"]
    status, shown, _ = call(dataset, *configs)
    assert status == 0
    assert all(len(line) <= columns for line in shown.splitlines())
    assert "fixed-windows" in shown
    for name in ("MRR", "RR@10", "R@1500w", "median", "p95"):
        assert re.search(rf"{name}\b", shown)
    assert "…" not in shown
    if columns >= 70:
        assert re.search(r"^configuration +MRR +RR@10 ", shown, re.MULTILINE)


@pytest.mark.parametrize("text", ["MRR=nan", "MRR=inf", "MRR=60", "MRR=-0.1"])
def test_a_floor_that_no_measure_can_have_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="between 0 and 1"):
        parse_floors([text], MEASURES)


@pytest.mark.parametrize("text", ["MRR", "MRR=high", "nDCG=0.5"])
def test_a_bad_floor_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_floors([text], MEASURES)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "holds no question"),
        ("{not json}", "line 1"),
        ('{"id": "a", "question": "b"}', "line 1.*paper"),
    ],
)
def test_a_bad_question_set_is_explained(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "questions.jsonl").write_text(content)
    with pytest.raises(UsageError, match=said):
        load_dataset(tmp_path)


def test_a_folder_without_questions_is_no_data_set(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs papers/"):
        load_dataset(tmp_path)
