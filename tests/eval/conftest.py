"""A small data set, and the commands that measure it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli.evaluate import evaluate
from eval.datasets import load_dataset
from eval.experiment import library_for, prepare
from rag.config import Embedder, Ingest, Settings

METHOD = "We train with Adam and a learning rate of one tenth for ninety epochs in all."
DATA = "The corpus holds four million sentence pairs that were crawled from parliaments."

HASHING = '[embedder]\nkind = "hashing"\n[ingest]\njobs = 1\n'

SETTINGS = Settings(embedder=Embedder(kind="hashing"), ingest=Ingest(jobs=1))

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    (folder / "papers").mkdir(parents=True)
    text = f"# A Title\n\n## 1 Method\n\n{METHOD}\n\n## 2 Data\n\n{DATA}\n"
    (folder / "papers" / "one.md").write_text(text)
    questions = [
        {"id": "q1", "question": "Which learning rate?", "paper": "one", "evidence": [[METHOD]]},
        {
            "id": "q2",
            "question": "How many sentence pairs?",
            "papers": ["one"],
            "evidence": [[DATA]],
        },
        {"id": "q3", "question": "Which GPU?", "paper": "one", "answerable": False, "evidence": []},
        {"id": "q4", "question": "Lost?", "paper": "absent", "evidence": [["words of no paper"]]},
    ]
    lines = [json.dumps(question) for question in questions]
    (folder / "questions.jsonl").write_text("\n".join(lines) + "\n\n")
    (tmp_path / "hashing.toml").write_text(HASHING)
    (tmp_path / "words.toml").write_text(HASHING + '[search]\nretrievers = ["bm25"]\n')
    return folder


@pytest.fixture
def call() -> Call:
    """Runs a command of ``scholium eval``: exit status, output, errors. Errors are raised."""

    def run(*arguments: object, command: str = "retrieval") -> tuple[int, str, str]:
        done = CliRunner().invoke(evaluate, [command, *map(str, arguments)])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout, done.stderr

    return run


@pytest.fixture
def library(dataset: Path, tmp_path: Path) -> Path:
    data = load_dataset(dataset)
    path = library_for(data, SETTINGS, tmp_path / "libraries")
    assert prepare(data, SETTINGS, path, lambda _: None) == []
    return path


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
