from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.judge.asked import LLMJudge
from rag.judge.entailment import EntailmentJudge
from rag.llm import ChatModel
from tests.rag.rerank.conftest import make_cross_encoder
from tests.scripted_llm import Messages, Reply, ScriptedServer, says

LABELS = {"0": "contradiction", "1": "entailment", "2": "neutral"}


def make_inference_model(folder: Path, labels: dict[str, str] = LABELS) -> Path:
    """A cross-encoder of random weights whose classes are called as those for inference are."""
    config = make_cross_encoder(folder, scores=len(labels)) / "config.json"
    called = {name: int(at) for at, name in labels.items()}
    saved = json.loads(config.read_text()) | {"id2label": labels, "label2id": called}
    config.write_text(json.dumps(saved))
    return folder


@pytest.fixture(scope="session")
def inference_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_inference_model(tmp_path_factory.mktemp("inference"))


@pytest.fixture(scope="session")
def entailment(inference_model: Path) -> EntailmentJudge:
    return EntailmentJudge(str(inference_model), batch_size=3)


def by_dropout(messages: Messages) -> Reply:
    """Says yes to the statements that speak of dropout."""
    parts = messages[-1]["content"].split("<statement ")[1:]
    words = ["yes" if "dropout" in part else "no" for part in parts]
    return says("\n".join(f"{number}: {word}" for number, word in enumerate(words, 1)))


@pytest.fixture
def llm(server: ScriptedServer, make_model: Callable[..., ChatModel]) -> LLMJudge:
    server.play(by_dropout)
    return LLMJudge(make_model())
