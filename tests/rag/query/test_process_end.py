"""A process may end while a transform that it gave up on is still under way, wherever that is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripted_llm import Reply, ScriptedServer, says

TOGETHER = 2
"""Processes a case: what goes wrong at the end of a process goes wrong now and then."""

LONGEST_S = 240.0
"""On a busy machine, litellm included."""

ENDS = """
import sys
from rag.config import Llm
from rag.litellm_import import import_litellm
from rag.llm import ChatModel
from rag.query.asking import Asking
from rag.query.hyde import HyDE
from rag.query.step_back import StepBack
from rag.transforming import Transforming
from rag.types import Query

url, how, deadline_s = sys.argv[1], sys.argv[2], float(sys.argv[3])
patient = {"timeout_s": 600, "stall_s": 600, "deadline_s": 600}
model = ChatModel(Llm(model="openai/scripted", api_base=url, **patient), {})
if how != "cold":
    import_litellm()
if how == "called":  # the first call imports as much again
    model.complete([{"role": "user", "content": "ping"}])
asking = Asking(model)
transforms = Transforming(deadline_s)
transforms.begin([HyDE(asking), StepBack(asking)], Query("Which dropout rate?"))
transforms.finish()
print([trace.status.value for trace in transforms.traces], flush=True)
"""


def ended(server: ScriptedServer, how: str, deadline_s: float) -> list[tuple[str, int]]:
    """What the processes said, and their status. One that waited for its calls would be killed."""
    command = [sys.executable, "-c", ENDS, server.url, how, str(deadline_s)]
    processes = [
        subprocess.Popen(
            command,
            cwd=Path(__file__).parents[3],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(TOGETHER)
    ]
    try:
        said = [process.communicate(timeout=LONGEST_S)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    return [(text, process.returncode) for text, process in zip(said, processes, strict=True)]


LATE = "['late', 'late']\n"


@pytest.mark.parametrize("deadline_s", [0.01, 0.5])
def test_amid_the_import_of_litellm(server: ScriptedServer, deadline_s: float) -> None:
    assert ended(server, "cold", deadline_s) == [(LATE, 0)] * TOGETHER


@pytest.mark.parametrize(
    "reply",
    [
        says("word " * 5000, gap_s=0.002),
        says("word " * 900, stall_after=1),
        says("word " * 900, stall_after=1, keep_alive=True),
        says("late", delay_s=60),
    ],
    ids=["never finishing", "stalled", "stalled, alive", "silent"],
)
def test_amid_a_call(server: ScriptedServer, reply: Reply) -> None:
    server.play(lambda messages: says("pong") if messages[-1]["content"] == "ping" else reply)
    assert ended(server, "called", 1.0) == [(LATE, 0)] * TOGETHER


def test_amid_the_first_call(server: ScriptedServer) -> None:
    server.play(says("late", delay_s=60))
    assert ended(server, "loaded", 0.5) == [(LATE, 0)] * TOGETHER
