"""`scholium chat`: through a pipe, at a terminal, and beside a server of the same library."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.cli.chatting.talk import Talk
from rag import Library
from rag.cache import default_cache
from rag.query.condensing import Condensed
from rag.store.catalog_writer import WritableCatalog
from rag.store.connection import RECORD_CACHE_KIB
from rag.store.conversations import AnswerState, Conversations
from tests.api.hosting import hosted
from tests.copying import copied
from tests.scripted_llm import MODEL, Messages, Reply, ScriptedServer, says, scripted_server

ASKED = "What value does the constant k of reciprocal rank fusion have?"
FOUND = "constant k of reciprocal rank fusion to 60"
RANKINGS = "Two Rankings Are Better Than One: Hybrid Retrieval for Questions About Papers"
CITATIONS = "Checking Citations Before They Are Shown"


@pytest.fixture
def own(small_library: Path, tmp_path: Path) -> Path:
    """A folder with a library and a configuration that a test may change."""
    copied(small_library, tmp_path / "library")
    (tmp_path / "scholium.toml").touch()
    (tmp_path / "cache").mkdir()  # with the model that is there, and a history of its own
    for each in default_cache().iterdir():
        if each.name != "chat-history":
            (tmp_path / "cache" / each.name).symlink_to(each)
    return tmp_path


def at(world: Path) -> list[str]:
    return ["--library", str(world / "library"), "--config", str(world / "scholium.toml")]


def chat(world: Path, *lines: str, options: tuple[str, ...] = ()) -> Result:
    given = "".join(f"{line}\n" for line in lines)
    return CliRunner().invoke(main, [*at(world), "chat", *options], input=given)


def rows(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def paper_id(world: Path, title: str) -> str:
    done = CliRunner().invoke(main, [*at(world), "papers", "--json"])
    found = map(json.loads, done.stdout.splitlines())
    return str(next(row["id"] for row in found if row["title"] == title))


def test_questions_come_by_line_and_answers_are_cited(own: Path) -> None:
    done = chat(own, ASKED, "", "And why that?")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"> {ASKED}\n")
    assert FOUND in " ".join(done.stdout.split())
    assert "[1] (Scholium Contributors 2026, §3.3 Reciprocal Rank Fusion" in done.stdout
    assert "> And why that?" in done.stdout


def test_json_has_a_line_per_answer_and_one_thread(own: Path) -> None:
    first, second = rows(chat(own, ASKED, "/papers", "And why that?", options=("--json",)))
    assert first["thread_id"] == second["thread_id"]
    assert first["citations"][0]["paper"]["title"] == RANKINGS
    assert second["searched"].startswith("And why that? (")


def test_a_thread_goes_on_and_its_citations_survive(own: Path) -> None:
    [first] = rows(chat(own, ASKED, options=("--json",)))
    again = chat(own, "/show 1", options=("--continue",))
    assert again.exit_code == 0, again.output
    assert FOUND in " ".join(again.stdout.split())
    by_id = rows(chat(own, "And how often?", options=("--thread", first["thread_id"], "--json")))
    assert by_id[0]["thread_id"] == first["thread_id"]
    assert by_id[0]["searched"] != "And how often?", "the question before is remembered"


def test_follow_ups_go_to_the_paper_that_was_cited(own: Path) -> None:
    _, follow_up = rows(chat(own, ASKED, "What is the limit in this paper?", options=("--json",)))
    told = [each["note"] for each in follow_up["trace"]["transforms"]]
    assert any(f"only in {RANKINGS[:40]}" in note for note in told)
    assert {hit["paper"]["title"] for hit in follow_up["evidence"]} == {RANKINGS}


def test_a_thread_is_pinned_and_stays_so(own: Path) -> None:
    only = paper_id(own, CITATIONS)
    [pinned] = rows(chat(own, ASKED, options=("--json", "--paper", "checking citations")))
    assert {hit["paper"]["id"] for hit in pinned["evidence"]} == {only}
    again, free = rows(chat(own, ASKED, "/unpin", ASKED, options=("--json", "--continue")))
    assert {hit["paper"]["id"] for hit in again["evidence"]} == {only}
    assert RANKINGS in {hit["paper"]["title"] for hit in free["evidence"]}


def test_commands(own: Path) -> None:
    done = chat(
        own, "/help", "/papers citations", "/pin Checking", "/unpin", ASKED, "/new", "/threads",
        "/open 1", "/show 1", "/quit", "never asked",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    for shown in (
        "Anything else is a question.",
        CITATIONS,
        "Questions go to these papers alone:",
        "Questions go to the whole library.",
        "The next question begins a new thread.",
        f"1  {time.strftime('%Y')}",
        "[1] Scholium Contributors 2026, §3.3",
    ):
        assert shown in done.stdout
    assert "never asked" not in done.stdout


@pytest.mark.parametrize(
    ("lines", "options", "told"),
    [
        (["/dance"], (), "no command /dance: /help lists them"),
        (["/pin nothing"], (), "no paper 'nothing'"),
        (["/unpin checking"], (), "is not pinned: /pin says what is"),
        (["/show 1"], (), "the last answer cites nothing"),
        ([ASKED, "/show 9"], (), "which passage? /show N, with N of [1]"),
        (["/open 7"], (), "no thread '7'"),
        (["/open"], (), "which thread?"),
        (["/quit now"], (), "/quit takes nothing"),
        (["/papers zebra"], (), "no paper has 'zebra' in its title"),
        (["x" * 20_000], (), "the limit is 10,000"),
    ],
)
def test_what_fails_is_named_and_the_rest_goes_on(
    own: Path, lines: list[str], options: tuple[str, ...], told: str
) -> None:
    done = chat(own, *lines, "/help", options=options)
    assert done.exit_code == 1
    assert told in done.stderr
    assert "Traceback" not in done.output
    assert "Anything else is a question." in done.stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--continue",), "there is no thread to continue"),
        (("--thread", "x"), "no thread 'x'"),
        (("--thread", "x", "--continue"), "choose one"),
        (("--paper", "nothing"), "no paper 'nothing'"),
    ],
)
def test_wrong_usage_ends_it(own: Path, options: tuple[str, ...], told: str) -> None:
    done = chat(own, ASKED, options=options)
    assert done.exit_code == 2
    assert told in done.stderr
    assert done.stdout == ""


def test_a_thread_that_was_removed_meanwhile_is_told(own: Path) -> None:
    [first] = rows(chat(own, ASKED, options=("--json",)))
    with hosted(own / "library") as client:
        assert client.delete(f"/v1/threads/{first['thread_id']}").status_code == 204
    done = chat(own, ASKED, options=("--thread", first["thread_id"]))
    assert done.exit_code == 2
    assert "it may have been removed" in done.stderr


def test_a_question_that_a_bug_ends_is_not_lost(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Iterator[object]:
        yield "It is"
        raise ZeroDivisionError

    path = own / "library"
    with Library.open(path) as library, WritableCatalog(path, RECORD_CACHE_KIB) as catalog:
        monkeypatch.setattr(library, "ask_stream", broken)
        talk = Talk(library, Conversations(catalog), lambda turns: Condensed(tuple(turns)))
        with pytest.raises(ZeroDivisionError):
            list(talk.ask(ASKED))
        assert talk.thread_id
        [kept] = talk.conversations.answers(talk.thread_id)
        assert kept.request["question"] == ASKED
        assert kept.state is AnswerState.FAILED
        assert (kept.problem or {})["code"] == "internal"


def test_it_writes_the_thread_while_a_server_runs(own: Path) -> None:
    with hosted(own / "library") as client:
        [asked] = rows(chat(own, ASKED, options=("--json", "--paper", "two rankings")))
        thread = client.get(f"/v1/threads/{asked['thread_id']}").json()
        assert thread["title"] == ASKED
        assert thread["papers"] == [paper_id(own, RANKINGS)]
        [kept] = thread["answers"]
        assert (kept["id"], kept["state"]) == (asked["id"], "done")
        assert kept["citations"][0]["quote"] == asked["citations"][0]["quote"]
        said = {"question": "What is the limit in this paper?", "thread_id": asked["thread_id"]}
        there = client.post("/v1/ask", json=said).json()
        assert there["state"] == "done"
        assert there["request"]["papers"] == thread["papers"]
        back = chat(own, "/threads", "/show 1", options=("--continue",))
        assert back.exit_code == 0, back.output
        assert RANKINGS[:30] in back.stdout


# -- at a terminal -----------------------------------------------------------------------------


PATIENCE_S = 180.0  # for what takes a second or two, on a busy machine


class Session:
    """A chat in a process of its own, with a terminal on both sides; killed if it does not end."""

    def __init__(self, world: Path, *options: str, term: str = "dumb") -> None:
        self._ours, theirs = pty.openpty()
        code = "from api.cli import main; main(prog_name='scholium')"
        command = [sys.executable, "-c", code, *at(world), "chat", *options]
        env = os.environ | {"COLUMNS": "80", "TERM": term, "SCHOLIUM_CACHE": str(world / "cache")}
        streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
        self.process = subprocess.Popen(command, **streams, env=env, start_new_session=True)
        os.close(theirs)
        self.shown = ""

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def expect(self, text: str, seconds: float = PATIENCE_S) -> None:
        """Waits until ``text`` has come since the last time."""
        until = time.monotonic() + seconds
        while text not in self.shown:
            ready, _, _ = select.select([self._ours], [], [], max(0.0, until - time.monotonic()))
            assert ready, f"{text!r} did not come; this did: {self.shown!r}"
            piece = os.read(self._ours, 4096).decode(errors="replace")
            self.shown += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", piece)
        self.shown = self.shown.partition(text)[2]

    def type(self, line: str) -> None:
        os.write(self._ours, line.encode())

    def end(self) -> int:
        return self.process.wait(PATIENCE_S)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as server:
        yield server


@pytest.fixture
def modelled(own: Path, server: ScriptedServer) -> Path:
    quick = "retries = 0\nmax_tokens = 200\n"
    llm = f'[llm]\nmodel = "{MODEL}"\napi_base = "{server.url}"\n{quick}'
    query = "[query]\nhyde = false\nmulti_query = false\ncache = false\n"
    (own / "scholium.toml").write_text(f"{llm}{query}")
    return own


WRITTEN = "The constant k of reciprocal rank fusion is set to 60 [1]."


def test_a_session_streams_answers_and_ends_with_the_input(
    modelled: Path, server: ScriptedServer
) -> None:
    server.play(says(WRITTEN))
    with Session(modelled) as session:
        session.expect("/help lists the commands")
        session.type(f"{ASKED}\n")
        session.expect("set to 60 [1].")
        session.expect("§3.3 Reciprocal Rank Fusion")
        session.type("/show 1\n")
        session.expect(RANKINGS[:30])
        session.expect("\n> ")
        session.type("\x04")
        assert session.end() == 0
    [kept] = (modelled / "cache").glob("chat-history")
    assert ASKED in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0, "what was asked is the user's own"


def test_who_waits_sees_that_more_is_searched_for(modelled: Path, server: ScriptedServer) -> None:
    """By a model of the role that answers alone."""
    settings = modelled / "scholium.toml"
    told = settings.read_text().replace("[llm]", "[llm.roles.answer]")
    settings.write_text(f'{told}[active]\nkind = "multi-hop"\n')

    def model(messages: Messages) -> Reply:
        if "that have to be looked up" in messages[0]["content"]:
            return says("1. Which constant k has rank fusion?", delay_s=0.3)
        return says("ENOUGH" if "First write notes" in messages[0]["content"] else WRITTEN)

    server.play(model)
    with Session(modelled, term="xterm") as session:
        session.expect("/help lists the commands")
        session.type(f"{ASKED}\n")
        session.expect("asking the model")
        session.expect("sub-questions: ")
        session.expect("search: Which constant k has rank fusion?")
        session.expect("set to 60 [1].")
        session.type("/quit\n")
        assert session.end() == 0


def test_ctrl_c_stops_the_answer_and_not_the_session(
    modelled: Path, server: ScriptedServer
) -> None:
    server.play(says("A long answer begins here and", stall_after=3, keep_alive=True))
    with Session(modelled) as session:
        session.expect("/help lists the commands")
        session.type(f"{ASKED}\n")
        session.expect("A long answer")
        session.process.send_signal(signal.SIGINT)
        session.expect("\nstopped\n")
        session.type("/threads\n")
        session.expect("*  1 ")
        session.type("/quit\n")
        assert session.end() == 0
    with hosted(modelled / "library") as client:
        [thread] = client.get("/v1/threads").json()["items"]
        [kept] = client.get(f"/v1/threads/{thread['id']}").json()["answers"]
        assert kept["state"] == "cancelled"


def test_a_terminated_session_ends(own: Path) -> None:
    with Session(own) as session:
        session.expect("/help lists the commands")
        session.process.send_signal(signal.SIGTERM)
        assert session.end() == 130


def test_a_session_greets_with_the_thread_that_goes_on(own: Path) -> None:
    [_] = rows(chat(own, ASKED, options=("--json", "--paper", "two rankings")))
    with Session(own, "--continue") as session:
        session.expect(ASKED)
        session.expect("constant k of reciprocal rank")
        session.expect("Questions go to these papers alone:")
        session.type("/quit\n")
        assert session.end() == 0
