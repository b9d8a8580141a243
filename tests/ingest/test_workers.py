from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from ingest.fences import within
from ingest.workers import Limits, Outcome, parse_files
from rag.errors import SourceError
from rag.types import Paper
from tests.values import make_paper

if TYPE_CHECKING:
    import pytest

# Every worker imports this module: what few of them need is imported in the functions.


class Unpicklable(Exception):
    """Can be sent but not received: it is made of two values and keeps one."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(f"{what} at {where}")


def behave(path: Path) -> Paper:
    """A parser whose files say what it does with them."""
    match path.name.partition("-")[0]:
        case "hang":
            time.sleep(60)
        case "eat":
            _ = bytearray(3_000_000_000)
        case "die":
            os._exit(11)
        case "bug":
            raise KeyError("nobody thought of this")
        case "bad":
            raise SourceError(str(path), "is no paper")
        case "exit":
            sys.exit(3)
        case "odd":
            raise Unpicklable("a knot", "line 3")
        case "mute":
            raise ValueError
        case "knot":
            return lambda: path  # type: ignore[return-value]
        case "slow":
            time.sleep(1)
        case "loop":
            loop_in_c()
    return make_paper({"A": [path.name]})


def loop_in_c() -> None:
    """Holds the interpreter for ever: no thread or signal handler of Python's gets to run."""
    re.match(r"(a+)+$", "a" * 60 + "b")


def load(_: Path) -> None:
    from ingest.parsers.pdf.mupdf import load_engine

    load_engine()


def outcomes(*names: str, jobs: int = 2) -> dict[str, Outcome]:
    limits = Limits(timeout_s=2.5, memory_mb=2048)
    done = parse_files([Path(n) for n in names], behave, limits, jobs)
    return {outcome.source.name: outcome for outcome in done}


def reason(outcome: Outcome) -> str:
    assert isinstance(outcome.result, SourceError)
    return outcome.result.reason


def test_each_failure_is_its_files_own() -> None:
    done = outcomes("good-1", "hang-1", "eat-1", "die-1", "bug-1", "bad-1", "good-2", "good-3")
    assert isinstance(done["good-1"].result, Paper)
    assert isinstance(done["good-2"].result, Paper)
    assert isinstance(done["good-3"].result, Paper)
    assert "longer than 2.5 s" in reason(done["hang-1"])
    assert "2048 MB" in reason(done["eat-1"])
    assert "exit status 11" in reason(done["die-1"])
    assert "KeyError" in reason(done["bug-1"])
    assert reason(done["bad-1"]) == "is no paper"


def test_every_file_has_an_outcome() -> None:
    names = [f"good-{i}" for i in range(30)]
    assert set(outcomes(*names)) == set(names)


def test_nothing_to_parse() -> None:
    assert outcomes() == {}


def test_files_are_taken_only_as_they_are_wanted() -> None:
    taken: list[str] = []

    def names() -> object:
        for i in range(100):
            taken.append(str(i))
            yield Path(f"good-{i}")

    done = parse_files(names(), behave, Limits(30, 2048), 1)  # type: ignore[arg-type]
    next(iter(done))
    assert len(taken) < 10
    done.close()  # type: ignore[attr-defined]


def test_a_bug_of_any_kind_is_its_files_own() -> None:
    done = outcomes("exit-1", "odd-1", "mute-1", "good-1", jobs=1)
    assert reason(done["exit-1"]) == "can't be read: SystemExit: 3"
    assert reason(done["odd-1"]) == "can't be read: Unpicklable: a knot at line 3"
    assert reason(done["mute-1"]) == "can't be read: ValueError"
    assert isinstance(done["good-1"].result, Paper)


def test_outcomes_come_in_the_order_of_the_files() -> None:
    names = [
        "slow-1",
        "good-1",
        "bad-1",
        "good-2",
        "slow-2",
        "die-1",
        *(f"good-{i}" for i in range(3, 12)),
    ]
    assert list(outcomes(*names)) == names


def wait_for_others(path: Path) -> Paper:
    """A parser that has done with the file "first" only when it has read seven others."""
    if path.name != "first":
        path.touch()
    end = time.monotonic() + 30
    while path.name == "first" and len(list(path.parent.iterdir())) < 7:
        assert time.monotonic() < end
        time.sleep(0.02)
    return make_paper({"A": [path.name]})


def test_a_slow_file_does_not_keep_the_other_workers_waiting(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ["first", *"abcdefg"]]
    done = parse_files(paths, wait_for_others, Limits(40, 2048), 2)
    assert all(isinstance(outcome.result, Paper) for outcome in done)


def test_memory_short_of_what_the_engine_needs_is_no_damage(tmp_path: Path) -> None:
    import pymupdf

    from ingest.build import ParseFile

    path = tmp_path / "long.pdf"
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 80), "A page with a very long word", fontname="helv")
    stream = document.get_new_xref()
    document.update_object(stream, "<<>>")
    document.update_stream(stream, b"BT /helv 4 Tf (" + b"a" * 40_000_000 + b") Tj ET")
    document.xref_set_key(page.xref, "Contents", f"[{page.get_contents()[0]} 0 R {stream} 0 R]")
    document.save(path, deflate=True)
    document.close()
    [outcome] = parse_files([path], ParseFile(10), Limits(60, 150), 1, load)
    assert reason(outcome) == "needs more than 150 MB of memory ([parser] memory_mb)"


def test_a_limit_below_what_a_worker_takes_fails_the_large_file_alone() -> None:
    [eaten, good] = parse_files([Path("eat-1"), Path("good-1")], behave, Limits(30, 20), 1)
    assert reason(eaten) == "needs more than 20 MB of memory ([parser] memory_mb)"
    assert isinstance(good.result, Paper)


def test_workers_that_die_idle_are_replaced() -> None:
    names = [f"good-{i}" for i in range(12)]
    done = parse_files([Path(n) for n in names], behave, Limits(10, 2048), 1)
    first = next(done)
    time.sleep(0.5)
    for worker in psutil.Process().children():
        if "spawn_main" in " ".join(worker.cmdline()):
            worker.kill()
    time.sleep(0.5)
    outcomes = [first, *done]
    assert [o.source.name for o in outcomes] == names
    assert all(isinstance(o.result, Paper) for o in outcomes)


def refuse(*_: object) -> None:
    os._exit(1)


def test_workers_that_cannot_start_fail_each_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.workers._begin", refuse)
    done = outcomes("good-1", "good-2", "good-3", jobs=1)
    assert all(reason(o).startswith("no process could read it: ") for o in done.values())
    assert len(done) == 3


def python(code: str) -> list[str]:
    return [sys.executable, "-c", f"from tests.ingest.test_workers import *\n{code}"]


ROOT = Path(__file__).parents[2]

LEFT_BEHIND = """
paths = [Path("good-1"), Path("loop-1"), Path("loop-2"), Path("hang-1")]
for _ in parse_files(paths, behave, Limits(30, 2048), 3):
    print("begun", flush=True)
"""


def test_workers_die_with_the_process_that_started_them() -> None:
    with subprocess.Popen(python(LEFT_BEHIND), stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"begun\n"
        time.sleep(1)
        workers = psutil.Process(parent.pid).children(recursive=True)
        parent.kill()
        _, alive = psutil.wait_procs(workers, timeout=3)
        for process in alive:
            process.kill()
    assert len(workers) >= 3
    assert not alive


def test_a_loop_in_c_ends_by_itself_when_its_time_is_up() -> None:
    code = "with within(2048, 0.3): loop_in_c()"
    ended = subprocess.run(python(code), timeout=30, cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGALRM


def test_a_file_read_in_time_leaves_no_alarm() -> None:
    with within(100_000, 100):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
