"""``scholium compare`` over two papers that disagree."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from ingest.commands import ingest
from rag.config import Settings
from tests.api.hosting import hosted
from tests.copying import copied
from tests.scripted_llm import MODEL, Messages, Reply, says, scripted_server

# All but alike, as papers are that measure the same thing: a search folds one into the other.
PAPERS = {
    "forgetting.md": (
        "Forgetting on Purpose",
        2017,
        "Hidden units are dropped with a rate of 0.3.",
    ),
    "remembering.md": ("Remembering Well", 2019, "Hidden units are dropped with a rate of 0.5."),
}
QUESTION = "With which rate are hidden units dropped?"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compare")
    for name, (title, year, sentence) in PAPERS.items():
        text = f"---\ntitle: {title}\nauthors: Ada Lovelace\nyear: {year}\n---\n\n# {title}\n\n"
        (folder / name).write_text(f"{text}## 1 Method\n\n{sentence} We train for long.\n")
    settings = Settings.model_validate({"embedder": {"kind": "hashing"}})
    list(ingest([folder], folder / "library", settings))
    return folder / "library"


def run(library: Path, *words: str, **environ: str) -> Result:
    environ = {"SCHOLIUM_EMBEDDER__KIND": "hashing", "COLUMNS": "100", **environ}
    arguments = ["compare", QUESTION, "--library", str(library), *words]
    return CliRunner(env=environ).invoke(main, arguments, prog_name="scholium")


def test_both_sides_of_a_conflict_are_cited(library: Path) -> None:
    result = run(library)
    assert result.exit_code == 0, result.output
    first, _, rest = result.stdout.partition("\n\n")
    assert first.startswith(("conflict: 0.3 against 0.5", "conflict: 0.5 against 0.3"))
    assert "Hidden units are dropped with a rate of 0.3." in first
    assert "(Lovelace 2017, §1 Method" in first
    assert "(Lovelace 2019, §1 Method" in first
    assert "Pairs were found by rule" in rest


def test_json_has_all_of_it(library: Path) -> None:
    found = json.loads(run(library, "--json").stdout)
    [pair] = [pair for pair in found["pairs"] if pair["relation"] == "conflict"]
    sides = [found["claims"][pair[side]] for side in ("first", "second")]
    assert {side["paper"]["title"] for side in sides} == {title for title, *_ in PAPERS.values()}
    for side in sides:
        assert side["citations"][0]["quote"] in side["text"]
    assert (found["by"], found["silent"]) == ("rules", [])


def test_a_model_judges_where_one_is_configured(library: Path) -> None:
    def model(messages: Messages) -> Reply:
        if "Find the pairs of claims" in messages[0]["content"]:
            return says('{"first": 1, "second": 2, "relation": "conflict", "why": "Rates differ."}')
        said = messages[-1]["content"]
        rate = "0.3" if "rate of 0.3" in said else "0.5"
        return says(f'Units are dropped with a rate of {rate} [1: "with a rate of {rate}"].')

    with scripted_server() as server:
        server.play(model)
        variables = {"SCHOLIUM_LLM__MODEL": MODEL, "SCHOLIUM_LLM__API_BASE": server.url}
        off = {f"SCHOLIUM_QUERY__{key}": "false" for key in ("HYDE", "MULTI_QUERY", "CACHE")}
        found = json.loads(run(library, "--json", **variables, **off).stdout)
        assert len(server.requests) == 3
    assert found["by"] == "model"
    assert [pair["why"] for pair in found["pairs"]] == ["Rates differ."]
    assert found["usage"]["prompt_tokens"] == 300


def test_a_single_paper_is_refused(library: Path) -> None:
    result = run(library, "--paper", "forgetting")
    assert result.exit_code == 2
    assert "1 paper can't be compared: name 2 to 12" in result.stderr


def test_the_server_compares_too(library: Path, tmp_path: Path) -> None:
    copy = copied(library, tmp_path / "library")
    with hosted(copy, {"embedder": {"kind": "hashing"}}) as client:
        found = client.post("/v1/compare", json={"question": QUESTION})
        assert found.status_code == 200, found.text
        ids = [claim["paper"]["id"] for claim in found.json()["claims"]]
        assert [pair["relation"] for pair in found.json()["pairs"]] == ["conflict"]
        one = client.post("/v1/compare", json={"question": QUESTION, "papers": ids[:1]})
        assert one.status_code == 400
        assert "1 paper can't be compared" in one.json()["detail"]


def test_a_paper_that_is_named_is_not_the_only_one(library: Path) -> None:
    words = [
        "compare",
        "What does Forgetting on Purpose say of the rate of hidden units?",
        "--json",
    ]
    runner = CliRunner(env={"SCHOLIUM_EMBEDDER__KIND": "hashing"})
    result = runner.invoke(main, [*words, "--library", str(library)], prog_name="scholium")
    found = json.loads(result.stdout)
    titles = [claim["paper"]["title"] for claim in found["claims"]]
    titles += [paper["title"] for paper in found["silent"]]
    assert list(dict.fromkeys(titles)) == ["Forgetting on Purpose", "Remembering Well"]
