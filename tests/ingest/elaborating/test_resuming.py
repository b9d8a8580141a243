"""An ingestion that is killed amid the model's work goes on without paying twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ingest.events import Stored
from rag.config import Settings
from tests.ingest.elaborating.conftest import (
    asked_for,
    elaborated,
    long_paper,
    taken_in,
    writes_contexts,
)
from tests.scripted_llm import Messages, Reply, ScriptedServer

ROOT = Path(__file__).parents[3]
PASSAGES = 72  # six calls
HELD = 2


def test_what_was_written_before_a_kill_is_not_asked_for_again(
    tmp_path: Path, server: ScriptedServer, settings_of: Callable[..., Settings]
) -> None:
    (tmp_path / "long.md").write_text(long_paper(PASSAGES))
    answered: list[list[int]] = []

    def answers_some(messages: Messages) -> Reply:
        """Leaves the last calls without an answer until the process is gone."""
        numbers = asked_for(messages)
        if len(answered) >= 3:
            return Reply(("1",), delay_s=60)
        answered.append(numbers)
        return writes_contexts(messages)

    server.play(answers_some)
    process = _start(tmp_path, settings_of())
    try:
        _wait_for(lambda: len(server.requests) >= 3 + HELD)
        time.sleep(0.5)  # what came back is written down
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    before = len(server.requests)
    server.script = [writes_contexts]
    events = taken_in(tmp_path / "long.md", tmp_path / "library", settings_of())
    assert [event.chunks for event in events if isinstance(event, Stored)] == [PASSAGES]
    assert elaborated(events).lacking == 0
    again = [n for request in server.requests[before:] for n in asked_for(request["messages"])]
    first = [n for numbers in answered for n in numbers]
    assert sorted(first + again) == list(range(1, PASSAGES + 1))


def _start(folder: Path, settings: Settings) -> subprocess.Popen[bytes]:
    given = {
        "SCHOLIUM_EMBEDDER__KIND": "hashing",
        "SCHOLIUM_CONTEXT__KIND": "llm",
        "SCHOLIUM_LLM__MODEL": settings.llm.model,
        "SCHOLIUM_LLM__API_BASE": settings.llm.api_base,
        "SCHOLIUM_LLM__TIMEOUT_S": "60",
        "SCHOLIUM_INGEST__CALLS": str(HELD),
    }
    code = "from api.cli import main; main()"
    return subprocess.Popen(
        [
            *(sys.executable, "-c", code, "ingest"),
            *(str(folder / "long.md"), "--library", str(folder / "library"), "--jobs", "1"),
        ],
        cwd=ROOT,
        env={**os.environ, **given},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < until, "it did not come to it"
        time.sleep(0.05)
