"""What searches again while it answers is measured as any other configuration is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.eval.answers.test_answers_command import QUESTIONS
from tests.eval.conftest import HASHING
from tests.scripted_llm import MODEL, Messages, Reply, says, scripted_server

Call = Callable[..., tuple[int, str, str]]

KINDS = ("none", "flare", "multi-hop", "astute")


def writes(messages: Messages) -> Reply:
    """An answer whose second sentence nothing supports, and one for whoever asks about that."""
    if "rewrite" in messages[0]["content"].lower() and "END" in messages[0]["content"]:
        return says("END")
    return says("The learning rate is one tenth [1]. The corpus holds five million pairs.")


def test_each_method_is_switched_on_by_its_configuration(
    call: Call, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path / "cache"))
    (dataset / "questions.jsonl").write_text("\n".join(map(json.dumps, QUESTIONS)) + "\n")
    given: list[object] = []
    with scripted_server() as server:
        server.play(writes)
        table = f'[llm]\nmodel = "{MODEL}"\napi_base = "{server.url}"\n'
        for kind in KINDS:
            path = tmp_path / f"{kind}.toml"
            path.write_text(
                f"{HASHING}{table}[query]\nhyde = false\nmulti_query = false\n"
                f'[answer]\nevidence = 1\nwiden = "none"\n[active]\nkind = "{kind}"\n'
            )
            given += ["--config", path]
        status, shown, _ = call(dataset, *given, "--out", tmp_path / "out", command="answers")
    assert status == 0, shown
    found = json.loads((tmp_path / "out" / "report.json").read_text())["configurations"]
    assert [each["name"] for each in found] == [*KINDS, "top paragraph"]
    spent = {each["name"]: each["usage"]["prompt_tokens"] for each in found[:4]}
    assert all(spent[kind] > spent["none"] > 0 for kind in KINDS[1:]), spent
    assert all(each["asked"] == 3 and not each["errors"] for each in found[:4])
