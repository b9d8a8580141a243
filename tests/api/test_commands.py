"""The commands over a real library: Markdown papers, both indexes, the hashing embedder."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from tests.copying import copied
from tests.scripted_llm import (
    MODEL,
    Messages,
    Reply,
    ScriptedServer,
    fails,
    says,
    scripted_server,
)

DROPOUT = """\
---
title: Forgetting on Purpose
authors: Ada Lovelace, Charles Babbage
year: 2017
---

# Forgetting on Purpose

## 1 Introduction

Networks that remember everything generalise badly. We switch units off while training.

## 2 Method

### 2.1 Dropout

Every hidden unit is switched off with a dropout rate of 0.3 at each training step.

## 3 Results

Our network reaches 91.5 percent accuracy on the harbour data set.
"""

PENGUINS = """\
---
title: Counting Penguins
authors: Grace Hopper
year: 2021
---

# Counting Penguins

## 1 Introduction

Penguins stand still, so counting penguins from satellites is possible.

## 2 Data

The data set has 1,200 satellite images of penguin colonies.
"""


BOTH = {"Counting Penguins", "Forgetting on Purpose"}


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with papers, a configuration, and the library made of them."""
    folder = tmp_path_factory.mktemp("world")
    (folder / "papers").mkdir()
    (folder / "papers" / "dropout.md").write_text(DROPOUT)
    (folder / "papers" / "penguins.md").write_text(PENGUINS)
    (folder / "scholium.toml").write_text('[embedder]\nkind = "hashing"\n')
    done = run(folder, "ingest", str(folder / "papers"))
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def own(world: Path, tmp_path: Path) -> Path:
    """A copy of the world that a test may change."""
    return copied(world, tmp_path / "world")


def at(world: Path) -> list[str]:
    return ["--library", str(world / "library"), "--config", str(world / "scholium.toml")]


def run(world: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*at(world), *words])


def answer(done: Result) -> Any:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def paper_id(world: Path, title: str) -> str:
    rows = map(json.loads, run(world, "papers", "--json").stdout.splitlines())
    return str(next(row["id"] for row in rows if row["title"] == title))


# -- ingest ------------------------------------------------------------------------------------


def test_ingest_tells_each_file_and_the_sums(own):
    seals = own / "papers" / "seals.md"
    seals.write_text(PENGUINS.replace("enguin", "eal"))
    assert run(own, "ingest", str(seals)).stdout.splitlines()[-1].startswith("1 paper stored; ")
    seals.write_text(PENGUINS.replace("enguin", "uffin"))
    (own / "papers" / "empty.md").write_text("")
    done = run(own, "ingest", str(own / "papers"), "--jobs", "1")
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert sorted(line.split()[0] for line in lines[:-1]) == [
        "failed", "replaced", "unchanged", "unchanged",
    ]  # fmt: skip
    failed = next(line for line in lines if line.startswith("failed"))
    assert failed == f"failed     {own / 'papers' / 'empty.md'}: the file is empty"
    assert lines[-1].startswith("1 paper stored, 1 of them replaced, 2 unchanged, 1 failed; ")
    assert "\x1b" not in done.stdout


def test_ingest_json_is_one_line_per_file(own):
    (own / "papers" / "empty.md").write_text("")
    done = run(own, "ingest", str(own / "papers"), "--json")
    assert done.exit_code == 1
    rows = {Path(row["source"]).name: row for row in map(json.loads, done.stdout.splitlines())}
    assert {name: row["status"] for name, row in rows.items()} == {
        "dropout.md": "unchanged", "penguins.md": "unchanged", "empty.md": "failed",
    }  # fmt: skip
    assert rows["empty.md"]["reason"] == "the file is empty"
    assert rows["empty.md"]["paper_id"] is None


def test_an_error_sends_the_terminal_no_commands(own):
    done = run(own, "show", "\x1b]0;owned\x07\x1b[31mred")
    assert done.exit_code == 2
    assert "\x1b" not in done.stderr.removeprefix("\x1b[31m")
    assert "\x07" not in done.stderr
    done = run(own, "ingest", str(own / "no\x1b[31mwhere"))
    assert done.exit_code == 2
    assert "\x1b" not in done.stderr


def test_ingest_of_nothing_is_wrong_usage(own):
    done = run(own, "ingest", str(own / "nowhere"))
    assert done.exit_code == 2
    assert str(own / "nowhere") in done.stderr


# -- the library -------------------------------------------------------------------------------


def test_papers(world):
    rows = [json.loads(line) for line in run(world, "papers", "--json").stdout.splitlines()]
    assert [row["title"] for row in rows] == ["Counting Penguins", "Forgetting on Purpose"]
    assert all(row["chunks"] > 0 for row in rows)
    shown = run(world, "papers")
    assert "Lovelace and Babbage 2017" in shown.output
    assert shown.output.splitlines()[-1].startswith("2 papers, ")


def test_show(world):
    shown = run(world, "show", "dropout")
    assert shown.exit_code == 0
    assert shown.output.startswith(
        "Forgetting on Purpose\nauthors  Ada Lovelace, Charles Babbage\n"
    )
    assert "elements 3 paragraphs\n" in shown.output
    sections = run(world, "show", "dropout", "--sections").output
    assert "2.1 Dropout  method\n" in sections
    assert shown.output.endswith(sections)
    detail = answer(run(world, "show", "dropout", "--json"))
    assert [s["title"] for s in detail["sections"] if s["level"] == 2] == ["Dropout"]
    rate = next(e for e in detail["elements"] if "0.3" in e["text"])
    assert detail["sections"][rate["section"]]["title"] == "Dropout"


def test_show_elements(world):
    listed = run(world, "show", "dropout", "--elements").output.splitlines()
    assert [line.split()[:3] for line in listed if line[:1].isdigit()] == [
        ["0", "paragraph", "1"],
        ["1", "paragraph", "2.1"],
        ["2", "paragraph", "3"],
    ]


def test_show_boxes_of_what_has_no_pages(world, tmp_path):
    done = run(world, "show", "dropout", "--boxes", str(tmp_path / "pictures"))
    assert done.exit_code == 2
    assert "has no pages to draw: it was read from dropout.md" in done.stderr
    assert not (tmp_path / "pictures").exists()


@pytest.mark.parametrize(
    "given",
    [("--boxes", "pictures", "--json"), ("--sections", "--elements"), ("--sections", "--json")],
)
def test_show_answers_one_question_at_a_time(world, given):
    done = run(world, "show", "dropout", *given)
    assert done.exit_code == 2
    assert " and ".join(name for name in given if name != "pictures") in done.stderr


def test_show_boxes(small_library, tmp_path):
    folder = tmp_path / "new" / "pictures"
    done = CliRunner().invoke(
        main,
        ["show", "hybrid-retrieval", "--library", str(small_library), "--boxes", str(folder)],
    )
    assert done.exit_code == 0, done.output
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"page-{n:03}.png" for n in range(1, len(names) + 1)]
    assert (
        done.output
        == f"{len(names)} of {len(names)} pages drawn into {folder}: page-001.png and on\n"
    )


def test_an_unknown_paper_names_the_near_ones(world):
    known = paper_id(world, "Counting Penguins")
    done = run(world, "show", known[:-1] + "~")
    assert done.exit_code == 2
    assert known in done.stderr


def test_papers_complete(world):
    known = paper_id(world, "Counting Penguins")
    env = {"COMP_WORDS": f"scholium show --library {world / 'library'} {known[:4]}"}
    env |= {"COMP_CWORD": "4", "_SCHOLIUM_COMPLETE": "zsh_complete"}
    done = CliRunner(env=env).invoke(main, prog_name="scholium")
    assert done.stdout.splitlines() == ["plain", known, "Counting Penguins"]
    by_stem = env | {"COMP_WORDS": f"scholium show --library {world / 'library'} PENG"}
    done = CliRunner(env=by_stem).invoke(main, prog_name="scholium")
    assert done.stdout.splitlines() == ["plain", "penguins", "Counting Penguins"]
    nowhere = env | {"COMP_WORDS": f"scholium show --library {world / 'none'} {known[:4]}"}
    assert CliRunner(env=nowhere).invoke(main, prog_name="scholium").stdout.strip() == ""


def test_remove_and_reindex(own):
    gone = paper_id(own, "Counting Penguins")
    assert run(own, "remove", "penguins").output == f"removed {gone}\n"
    assert answer(run(own, "search", "penguin", "--json"))["hits"][0]["paper"]["id"] != gone
    before = answer(run(own, "search", "dropout rate", "--json"))["hits"]
    assert run(own, "reindex").output.startswith("indexed 1 paper, ")
    assert answer(run(own, "search", "dropout rate", "--json"))["hits"] == before
    assert run(own, "remove", "penguins").exit_code == 2


def test_other_settings_are_refused_until_reindexed(own):
    (own / "scholium.toml").write_text('[embedder]\nkind = "hashing"\n[chunker]\nmax_tokens = 99\n')
    done = run(own, "search", "penguin")
    assert done.exit_code == 2
    assert "'220'" in done.stderr
    assert "'99'" in done.stderr
    assert "scholium reindex" in done.stderr
    assert run(own, "reindex").exit_code == 0
    assert run(own, "search", "penguin").exit_code == 0


# -- questions ---------------------------------------------------------------------------------


def test_search_finds_and_explains(world):
    found = answer(run(world, "search", "dropout", "rate", "-k", "2", "--json"))
    assert found["query"] == "dropout rate"
    assert len(found["hits"]) == 2
    best = found["hits"][0]
    assert best["section"]["number"] == "2.1"
    assert best["section"]["path"][-2:] == ["2 Method", "2.1 Dropout"]
    assert "0.3" in best["text"]
    shown = run(world, "search", "dropout rate", "-k", "2", "--explain")
    assert "§2.1 Dropout" in shown.output
    assert "duplicates" in shown.output
    assert best["chunk_id"] in shown.output
    assert not any(line.endswith(" ") for line in shown.output.splitlines())


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        (["--year", "2018-"], {"Counting Penguins"}),
        (["--year", "2017"], {"Forgetting on Purpose"}),
        (["--paper", "dropout"], {"Forgetting on Purpose"}),
        (["--section", "data", "--section", "method"], BOTH),
        (["--section", "data"], {"Counting Penguins"}),
        (["--year", "-1990"], set()),
    ],
)  # fmt: skip
def test_filters(world, words, titles):
    found = answer(run(world, "search", "training data", "--json", *words))
    assert {hit["paper"]["title"] for hit in found["hits"]} == titles


@pytest.mark.parametrize("command", ["search", "ask"])
def test_unusable_questions(world, command):
    for question, complaint in [("", "empty"), (" ", "empty"), ("a" * 100_000, "100,000")]:
        done = run(world, command, question)
        assert done.exit_code == 2
        assert complaint in done.stderr
    done = run(world, command, "what is \udcff?")
    assert done.exit_code == 2
    assert "valid UTF-8" in done.stderr


def test_ask_quotes_the_papers(world):
    replied = answer(run(world, "ask", "What dropout rate is used for hidden units?", "--json"))
    assert set(replied) >= {
        "question", "answer", "abstained", "citations", "evidence", "usage", "trace",
    }  # fmt: skip
    ids = {hit["chunk_id"] for hit in replied["evidence"]}
    for citation in replied["citations"]:
        assert citation["chunk_id"] in ids
        assert citation["marker"] in replied["answer"]
    few = answer(run(world, "ask", "dropout rate", "-k", "1", "--json"))
    assert len(few["evidence"]) == 1


# -- a language model --------------------------------------------------------------------------


@pytest.fixture
def server():
    with scripted_server() as running:
        yield running


@pytest.fixture
def modelled(own: Path, server: ScriptedServer) -> Path:
    with (own / "scholium.toml").open("a") as file:
        file.write(f'[llm]\nmodel = "{MODEL}"\napi_base = "{server.url}"\nretries = 0\n')
        file.write("[query]\nhyde = false\nmulti_query = false\n")
    return own


@pytest.fixture
def rewriting(modelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, and the model is asked for other forms of the question too."""
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path / "cache"))
    settings = modelled / "scholium.toml"
    settings.write_text(settings.read_text().partition("[query]")[0])
    return modelled


def rewrites(messages: Messages) -> Reply:
    task = messages[0]["content"]
    if "search queries" in task:
        return says("1. units switched off\n2. method: dropout")
    passage = "Every hidden unit is switched off with a dropout rate of one half."
    return says(passage if "Write the passage" in task else WRITTEN)


def on_terminal(*words: str, columns: int = 80) -> tuple[int, str]:
    """Runs the command line with a terminal as its standard output."""
    ours, theirs = pty.openpty()
    code = "from api.cli import main; main(prog_name='scholium')"
    env = os.environ | {"COLUMNS": str(columns), "TERM": "xterm"}
    process = subprocess.Popen([sys.executable, "-c", code, *words], stdout=theirs, env=env)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:
        pass  # how Linux says that the other end is closed
    os.close(ours)
    # What stays on the screen: all that comes after the spinner is erased, without colours.
    kept = shown.decode().replace("\r\n", "\n").rpartition("\x1b[2K")[2]
    return process.wait(60), re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", kept)


WRITTEN = "The hidden units are dropped with a dropout rate of 0.3 [1]."


def test_a_models_answer_is_cited(modelled, server):
    server.play(says(WRITTEN))
    replied = answer(run(modelled, "ask", "Which dropout rate?", "--json"))
    assert replied["answer"] == WRITTEN
    assert replied["citations"][0]["quote"] in replied["evidence"][0]["text"]
    assert replied["usage"]["prompt_tokens"] == 100
    assert len(server.requests) == 1


def test_ask_explains_what_was_read_and_why(modelled, server):
    server.play(says(WRITTEN))
    done = run(modelled, "ask", "Which dropout rate?", "--explain")
    assert done.exit_code == 0
    answered, _, below = done.stdout.partition("Made from")
    assert "dropout rate of 0.3 [1]" in answered
    assert " 1  §2.1" in below
    for name in ("relevance", "bring along", "merge", "condense", "order", "select", "generate"):
        assert f"\n{name} " in below


def test_no_llm_calls_none(modelled, server):
    assert run(modelled, "ask", "Which dropout rate?", "--no-llm").exit_code == 0
    assert server.requests == []


def test_on_a_terminal_the_answer_is_typed_and_its_citations_follow(modelled, server):
    server.play(says(WRITTEN))
    status, shown = on_terminal(*at(modelled), "ask", "Which dropout rate?", columns=40)
    assert status == 0
    typed, _, below = shown.partition("\n\n")
    assert " ".join(typed.split()) == WRITTEN
    assert max(map(len, shown.splitlines())) <= 40
    assert below.startswith("[1] (Lovelace and Babbage 2017, §2.1")


def test_a_stream_that_breaks_off_is_replaced(modelled, server):
    server.play(says(WRITTEN, cut_after=4))
    status, shown = on_terminal(*at(modelled), "ask", "Which dropout rate?")
    assert status == 0
    assert "That was a draft." in shown
    assert "note: " in shown


def test_a_model_that_fails_leaves_the_extracted_answer_and_the_reason(modelled, server):
    server.play(fails(500, "out of order"))
    done = run(modelled, "ask", "Which dropout rate?")
    assert done.exit_code == 0
    assert "note: " in done.stdout
    assert "Traceback" not in done.output


def test_a_search_uses_what_the_model_makes_of_the_query(rewriting, server):
    server.play(rewrites)
    found = answer(run(rewriting, "search", "Which dropout rate?", "--json"))
    names = ["original", "multi-query-1", "multi-query-2", "hyde"]
    assert [variant["name"] for variant in found["trace"]["variants"]] == names
    shown = run(rewriting, "search", "Which dropout rate?", "--explain").stdout
    assert re.search(r"^multi-query-1 +units switched off$", shown, re.M)
    assert re.search(r"^hyde +done +[\d.]+ ms +answered from the cache$", shown, re.M)
    assert len(server.requests) == 2


@pytest.mark.parametrize("command", ["search", "ask"])
def test_without_a_model_the_question_is_searched_for_as_it_is(rewriting, server, command):
    done = answer(run(rewriting, command, "Which dropout rate?", "--no-llm", "--json"))
    assert [variant["name"] for variant in done["trace"]["variants"]] == ["original"]
    assert server.requests == []


def test_an_answer_is_written_from_what_the_rewritings_found_too(rewriting, server):
    server.play(rewrites)
    replied = answer(run(rewriting, "ask", "Which dropout rate?", "--json"))
    assert replied["answer"] == WRITTEN
    assert replied["usage"]["prompt_tokens"] == 300
    assert "hyde" in [variant["name"] for variant in replied["trace"]["variants"]]


def test_a_model_that_stalls_delays_a_search_by_its_deadline_at_most(rewriting, server):
    server.play(says("1. dropout", stall_after=1, keep_alive=True))
    with (rewriting / "scholium.toml").open("a") as file:
        file.write("[query]\ndeadline_s = 0.5\n")
    start = time.monotonic()
    done = run(rewriting, "search", "Which dropout rate?", "--explain")
    assert time.monotonic() - start < 10.0
    assert done.exit_code == 0
    assert "Forgetting on Purpose" in done.stdout
    assert re.search(r"^hyde +late .*not there after 0\.5 s: raise query", done.stdout, re.M)


# -- doctor ------------------------------------------------------------------------------------


def test_doctor_finds_nothing_wrong_with_a_good_library(world):
    found = answer(run(world, "doctor", "--json"))
    assert found["ok"]
    levels = {check["name"]: check["level"] for check in found["checks"]}
    assert {levels[name] for name in ("python", "packages", "configuration", "embedder")} == {"ok"}
    assert {levels[name] for name in ("library", "writing", "settings", "consistency")} == {"ok"}


def test_doctor_says_how_to_mend_what_it_finds(own):
    shutil.rmtree(own / "library" / "indexes")
    done = run(own, "doctor")
    assert done.exit_code == 1
    assert "scholium reindex" in done.stdout
    assert run(own, "reindex").exit_code == 0
    assert run(own, "doctor").exit_code == 0


def test_doctor_names_a_wrong_configuration(own):
    (own / "scholium.toml").write_text("[llm]\nmodle = 1\n")
    done = run(own, "doctor")
    assert done.exit_code == 1
    assert "llm.modle" in done.stdout


def test_doctor_asks_the_model_of_each_role_and_tells_the_days_budget(
    modelled, server, tmp_path, monkeypatch
):
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SCHOLIUM_LLM__ROLES__JUDGE__MODEL", "openai/judge")
    monkeypatch.setenv("SCHOLIUM_LLM__FALLBACKS", '["openai/spare"]')
    monkeypatch.setenv("SCHOLIUM_LLM__BUDGET__DAY_USD", "2.5")
    server.play(says("pong"))
    said = " ".join(run(modelled, "doctor").stdout.split())
    assert f"{MODEL} answers (for answer; rewrite), at no known price" in said
    assert "openai/judge answers (for judge)" in said
    assert "openai/spare answers (for answer, fallback; rewrite, fallback; judge, fallback)" in said
    assert "0 tokens and 0.0000 of 2.50 USD taken today" in said


def test_doctor_asks_the_configured_model(modelled, server):
    server.play(says("pong"))
    assert "language model  openai/scripted answers" in run(modelled, "doctor").stdout
    server.play(fails(401, "bad key"))
    done = run(modelled, "doctor")
    assert done.exit_code == 1
    assert "fail  language model" in done.stdout
