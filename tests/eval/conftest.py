"""A small data set, and the commands that measure it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli.evaluate import evaluate

METHOD = "We train with Adam and a learning rate of one tenth for ninety epochs in all."
DATA = "The corpus holds four million sentence pairs that were crawled from parliaments."

HASHING = '[embedder]\nkind = "hashing"\n[ingest]\njobs = 1\n'

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
