"""What can become of a request to a language model, and what a reader has of it then."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

from tests.scripted_llm import Messages, Reply, fails, says

_FIRST = re.compile(r"<evidence \S+ 1>\n.*?Text:\s*(.*?)\n</evidence", re.S)
FOR_EVER_S = 600.0
LIMIT = "This model's maximum context length is 4096 tokens, your messages resulted in 9000"


def quoting(messages: Messages, *, marker: str = "1") -> str:
    """A sentence that the first passage bears out, made of words of its own."""
    found = _FIRST.search(messages[-1]["content"])
    assert found, "no evidence was given"
    plain = re.sub(r'["\[\]|*]', "", " ".join(found[1].split()[:12]))
    return f"The paper says: {plain} [{marker}]."


def answers(**how: object) -> Callable[[Messages], Reply]:
    """A model that is well, but for ``how`` it sends."""
    return lambda messages: says(quoting(messages), **how)


def reads_at_most(passages: int) -> Callable[[Messages], Reply]:
    """A model with a small window."""

    def reply(messages: Messages) -> Reply:
        shown = len(re.findall(r"<evidence \S+ \d+>", messages[-1]["content"]))
        return says(quoting(messages)) if shown <= passages else fails(400, LIMIT)

    return reply


class Failing:
    """Plays ``turns`` for requests for an answer, the last for ever, and fails all others."""

    def __init__(self, *turns: Reply | Callable[[Messages], Reply]) -> None:
        self._turns = turns
        self._next = 0
        self._lock = threading.Lock()

    def __call__(self, messages: Messages) -> Reply:
        if "<evidence" not in messages[-1]["content"]:
            return fails(500, "boom")
        with self._lock:
            turn = self._turns[min(self._next, len(self._turns) - 1)]
            self._next += 1
        return turn if isinstance(turn, Reply) else turn(messages)


@dataclass(frozen=True)
class Case:
    """``note`` is what the reader is told; ``written``: it is the model's answer all the same."""

    name: str
    turns: tuple[Reply | Callable[[Messages], Reply], ...]
    note: str = ""
    written: bool = False


def _sse(text: str) -> Reply:
    return Reply(body=text.encode(), headers={"Content_Type": "text/event-stream"})


TEN = "There are ten of them, I should think, and they are all of one kind."
LONG = "It is so, and so on. " * 4000

CASES = (
    Case("429, then well", (fails(429, "slow down", retry_after="0"), answers()), written=True),
    Case("429 for an hour", (fails(429, "slow", retry_after="3600"),), "is called too often"),
    Case("no quota", (fails(429, "You exceeded your current quota"),), "has no quota left"),
    Case("500, then well", (fails(500, "boom"), answers()), written=True),
    Case("500", (fails(500, "boom"),), r"failed \(.*boom"),
    Case("503, then well", (fails(503, "busy"), answers()), written=True),
    Case("503", (fails(503, "busy"),), r"failed \(.*busy"),
    Case("401", (fails(401, "bad key"),), "refused the key"),
    Case("404", (fails(404, "no such model"),), "was not found"),
    Case("stall before", (answers(delay_s=FOR_EVER_S),), "did not answer|did not finish"),
    Case("stall amid", (says(TEN, stall_after=3),), "stopped for|did not finish"),
    Case(
        "stall amid, kept alive",
        (says(TEN, stall_after=3, keep_alive=True),),
        "stopped for|did not finish",
    ),
    Case("goes on and on", (says(LONG, gap_s=0.05),), "did not finish within"),
    Case("slow drip", (answers(gap_s=0.05),), written=True),
    Case("cut before, then well", (says(TEN, cut_after=0), answers()), written=True),
    Case("cut amid", (says(TEN, cut_after=3),), "broke off"),
    Case("reset", (Reply(reset=True),), "can't be reached|broke off|failed"),
    Case("reset, then well", (Reply(reset=True), answers()), written=True),
    Case("no JSON", (Reply(body=b'{"choices": [{"message"'),), "sent no valid answer"),
    Case("a web page", (Reply(body=b"<html><body>Hello"),), "sent no valid answer"),
    Case("nothing at all", (Reply(body=b""),), "sent no valid answer"),
    Case("garbage for events", (_sse("data: {not json\n\ndata: [DONE]\n\n"),), "no valid answer"),
    Case("no events", (_sse("Hello, this is no stream.\n\n"),), "no valid answer"),
    Case(
        "half an event amid", (says(TEN, broken=b'data: {"choices": [{"del\n\n'),), "answer|failed"
    ),
    Case(
        "an error amid",
        (says(TEN, broken=b'data: {"error": {"message": "out of memory", "code": 500}}\n\n'),),
        "out of memory|broke off|no valid answer",
    ),
    Case("text for a stream", (answers(headers={"Content_Type": "text/plain"}),), written=True),
    Case("empty", (says(""),), "wrote nothing"),
    Case("no markers", (says(TEN),), "cited nothing"),
    Case("wrong markers", (lambda m: says(quoting(m, marker="99")),), "cited nothing"),
    Case("over-long", (answers(finish="length"),), "was cut off", written=True),
    Case("endless repetition", (says(LONG[:8_000], finish="length"),), "cited nothing"),
    Case("small window", (reads_at_most(3),), "was given fewer", written=True),
    Case("no window", (fails(400, LIMIT),), "can't read a prompt of this length"),
    Case("half a character", (lambda m: says(quoting(m) + "\ud83d"),), written=True),
)
