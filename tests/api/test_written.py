"""What ``scholium ingest`` and ``reindex`` say of a language model that writes for the indexes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.cli.render.progress import ingesting, rebuilding
from api.cli.tally import Tally, asking_line, summary
from ingest.events import Asked, Elaborated, Estimated
from rag.types import Usage
from tests.ingest.elaborating.conftest import PAPER, writes_contexts
from tests.scripted_llm import ScriptedServer, fails, scripted_server


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path / "cache"))
    with scripted_server() as server:
        server.play(writes_contexts)
        (tmp_path / "paper.md").write_text(PAPER)
        (tmp_path / "scholium.toml").write_text(
            '[embedder]\nkind = "hashing"\n[context]\nkind = "llm"\n[ingest]\njobs = 1\n'
            f'[llm]\nmodel = "openai/gpt-4o-mini"\napi_base = "{server.url}"\nretries = 0\n'
        )
        yield server


def run(folder: Path, *words: str) -> Result:
    given = ["--library", str(folder / "library"), "--config", str(folder / "scholium.toml")]
    return CliRunner().invoke(main, [*given, *words])


def test_tokens_and_dollars_are_told_before_and_after(
    tmp_path: Path, server: ScriptedServer
) -> None:
    done = run(tmp_path, "ingest", str(tmp_path / "paper.md"))
    assert done.exit_code == 0, done.output
    before, stored, after = done.stdout.splitlines()
    assert before.startswith("asking     the model about 2 passages of 1 paper: at most about ")
    assert "$0.00" in before
    assert stored.startswith("stored")
    assert "; written by the model for 100 + " in after
    again = run(tmp_path, "reindex")
    assert again.exit_code == 0, again.output
    assert "model" not in again.stdout  # it was all written before


def test_a_limit_that_cannot_hold_is_told(tmp_path: Path, server: ScriptedServer) -> None:
    config = tmp_path / "scholium.toml"
    config.write_text(config.read_text().replace("gpt-4o-mini", "nobody-knows-it"))
    told = "(no price known for openai/nobody-knows-it: --max-cost can't hold it)"
    done = run(tmp_path, "ingest", str(tmp_path / "paper.md"), "--max-cost", "0.000001")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0].endswith(told)
    (tmp_path / "paper.md").write_text(f"{PAPER}\nOne more word.\n")
    done = run(tmp_path, "ingest", str(tmp_path / "paper.md"), "--max-cost", "0")
    assert done.stdout.startswith("asking")
    assert "no price" not in done.stdout


def test_a_limit_that_is_too_low_leaves_the_paper_out(
    tmp_path: Path, server: ScriptedServer
) -> None:
    done = run(tmp_path, "ingest", str(tmp_path / "paper.md"), "--max-cost", "0.000001", "--json")
    assert done.exit_code == 1
    [row] = map(json.loads, done.stdout.splitlines())
    assert (row["status"], "--max-cost" in row["reason"]) == ("failed", True)
    assert done.stderr.startswith("asking")
    assert server.requests == []


def test_what_the_model_did_not_write_is_told(tmp_path: Path, server: ScriptedServer) -> None:
    server.play(fails(500, "out of order"))
    done = run(tmp_path, "ingest", str(tmp_path / "paper.md"))
    assert done.exit_code == 0, done.output
    lacking = done.stdout.splitlines()[1]
    assert "2 of 2 passages without what the model should write. The model" in lacking
    assert "out of order" in lacking
    shown = json.loads(run(tmp_path, "show", "paper", "--json").stdout)
    assert "2 of 2 passages" in shown["remarks"][0]


def test_the_counts_of_what_is_asked() -> None:
    tally, cost = Tally(), Usage(1200, 300, 0.0123)
    assert "asking" not in ingesting(tally)
    events = [Estimated(2, 30, 3, cost), Asked(12, 4.0), Elaborated("a.md", 12, 1, 5, cost)]
    for event in events:
        tally.add(event, 10.0)
    bar = ingesting(tally)["asking"]
    assert (bar.done, bar.total) == (12, 30)
    assert bar.detail == "12 of 30 passages, 1,200 + 300 tokens, $0.0123"
    assert rebuilding(tally)["asking"] == bar
    assert tally.chunks == 5
    assert summary(tally, 1.0).endswith(
        "; written by the model for 1,200 + 300 tokens, $0.0123, 1 passage without it"
    )
    assert asking_line(Asked(1, 1.0), tally) == ""


def test_what_is_to_come_is_told_once() -> None:
    tally, cost = Tally(files=10, parsed=2), Usage(1200, 300, 0.02)
    first = Estimated(2, 30, 3, cost)
    tally.add(first, 1.0)
    told = "about 1,200 + 300 tokens, $0.0200, and $0.08 for 8 files more"
    assert asking_line(first, tally).endswith(told)
    tally.add(first, 1.0)
    assert asking_line(first, tally) == ""
