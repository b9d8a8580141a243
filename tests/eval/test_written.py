"""Configurations that have a language model write for the indexes, compared by the command."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.eval.conftest import DATA, HASHING, METHOD
from tests.ingest.elaborating.conftest import writes_contexts, writes_propositions
from tests.scripted_llm import MODEL, Messages, Reply, ScriptedServer, says, scripted_server

Call = Callable[..., tuple[int, str, str]]

WORDS = '[search]\nretrievers = ["bm25"]\n[query]\nhyde = false\nmulti_query = false\n'
KINDS = {
    "plain": "",
    "contexts": '[context]\nkind = "llm"\n',
    "propositions": '[chunker]\nkind = "propositions"\n',
    "windows": '[chunker]\nkind = "fixed"\n[context]\nkind = "none"\n',
}


def writes(messages: Messages) -> Reply:
    system = messages[0]["content"]
    if "into propositions" in system:
        return writes_propositions(messages)
    return writes_contexts(messages) if "findable" in system else says("?")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path / "cache"))
    with scripted_server() as server:
        server.play(writes)
        yield server


def test_each_way_of_cutting_has_its_own_library(
    call: Call, dataset: Path, tmp_path: Path, server: ScriptedServer
) -> None:
    llm = f'[llm]\nmodel = "{MODEL}"\napi_base = "{server.url}"\n'
    given: list[object] = []
    for name, tables in KINDS.items():
        (tmp_path / f"{name}.toml").write_text(HASHING + WORDS + llm + tables)
        given += ["--config", tmp_path / f"{name}.toml"]
    out = tmp_path / "out"
    status, shown, _ = call(dataset, *given, "--out", out)
    assert status == 0, shown
    assert len(list((out / "libraries").iterdir())) == len(KINDS)
    found = {
        name: [
            json.loads(line) for line in (out / "runs" / f"{name}.jsonl").read_text().splitlines()
        ]
        for name in KINDS
    }
    for rows in found.values():
        texts = {hit["text"] for row in rows for hit in row["hits"]}
        assert any(METHOD in text for text in texts)
        assert any(DATA in text for text in texts)
    reported = json.loads((out / "report.json").read_text())["configurations"]
    assert [each["name"] for each in reported] == list(KINDS)
    asked = len(server.requests)
    assert asked == 2  # for the contexts and for the propositions of the one paper
    call(dataset, *given)  # without --out the libraries are made anew
    assert len(server.requests) == asked
