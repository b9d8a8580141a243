"""One request at a time, on a real wire."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from ingest.enrich import semantic_scholar
from ingest.enrich.answers import Answers
from ingest.enrich.fetching import MAX_BYTES, Fetcher, hold_s
from ingest.enrich.lookup import LookUp
from ingest.enrich.pace import MOST_FAILURES, Pace, Unreachable
from ingest.enrich.service import Question, Service
from rag.types import Metadata
from tests.ingest.enrich.server import Asked, RecordServer, Reply, nothing, recorded, serving

QUESTION = Question("/graph/v1/paper/ARXIV:2101.00001", {"fields": "title"})
PAPER = Metadata(title="Cutting Papers Into Useful Parts", arxiv_id="2101.00001")
FOREVER = float("inf")


def service(server: RecordServer, **how: object) -> Service:
    asked = {"pause_s": 0.0, **how}
    return Service(
        "Some Service",
        server.url,
        questions=semantic_scholar.questions,
        read=semantic_scholar.read,
        **asked,  # type: ignore[arg-type]
    )


def fetch(script: Callable[[Asked, int], Reply], timeout_s: float = 5.0) -> bytes | None:
    with serving(script) as server, Fetcher(timeout_s, "me@example.org") as fetcher:
        return fetcher.fetch(service(server), QUESTION, FOREVER)


def test_an_answer_and_none() -> None:
    assert fetch(lambda *_: Reply(b"{}")) == b"{}"
    assert fetch(nothing) is None


def test_who_asks_says_so_and_keys_go_along() -> None:
    with serving(lambda *_: Reply(b"{}")) as server, Fetcher(5.0, "me@example.org") as fetcher:
        keyed = service(server, headers={"x-api-key": "secret"}, parameters={"mailto": "me@e.org"})
        fetcher.fetch(keyed, QUESTION, FOREVER)
        (asked,) = server.asked
    agent = f"scholium/{version('scholium')} (mailto:me@example.org)"
    assert asked.headers["User-Agent"] == agent
    assert asked.headers["x-api-key"] == "secret"
    assert asked.parameters == {"fields": "title", "mailto": "me@e.org"}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"x", 500), "status 500"),
        (Reply(b"", 301, {"Location": "http://127.0.0.1:1/"}), "status 301"),
        (Reply(b"x" * (MAX_BYTES + 1)), "more than 2 MiB"),
        (Reply(b"{}", delay_s=30), "in time"),
        (Reply(b"{}" * 500, piece=1, gap_s=0.05), "in time"),
    ],
)
def test_what_is_no_answer(reply: Reply, reason: str) -> None:
    with pytest.raises(Unreachable, match=reason):
        fetch(lambda *_: reply, timeout_s=0.3)


def test_nobody_there() -> None:
    with serving(nothing) as server:
        gone = service(server)
    with Fetcher(1.0) as fetcher, pytest.raises(Unreachable, match="can't be reached"):
        fetcher.fetch(gone, QUESTION, FOREVER)


def test_a_service_that_asks_to_wait_is_asked_once_more_after_that() -> None:
    def script(_: Asked, number: int) -> Reply:
        return Reply(b"", 429, {"Retry-After": "1"}) if number == 1 else Reply(b"{}")

    with serving(script) as server, Fetcher(5.0) as fetcher:
        assert fetcher.fetch(service(server), QUESTION, FOREVER) == b"{}"
        first, second = server.asked
    assert second.at - first.at >= 1.0


def test_who_asks_for_a_long_wait_is_passed_over_at_once() -> None:
    with serving(lambda *_: Reply(b"", 429, {"Retry-After": "600"})) as server, Fetcher(5.0) as f:
        for _ in range(2):
            with pytest.raises(Unreachable, match="wait for"):
                f.fetch(service(server), QUESTION, FOREVER)
        assert len(server.asked) == 1


def test_there_is_no_waiting_past_the_deadline() -> None:
    with (
        serving(lambda *_: Reply(b"", 503, {"Retry-After": "20"})) as server,
        Fetcher(5.0) as fetcher,
        pytest.raises(Unreachable, match="wait for"),
    ):
        fetcher.fetch(service(server), QUESTION, time.monotonic() + 5)


def test_a_service_that_fails_again_and_again_is_given_up() -> None:
    with serving(lambda *_: Reply(b"", 500)) as server, Fetcher(5.0) as fetcher:
        for _ in range(MOST_FAILURES + 2):
            with pytest.raises(Unreachable):
                fetcher.fetch(service(server), QUESTION, FOREVER)
        assert len(server.asked) == MOST_FAILURES


def test_an_answer_forgives_failures() -> None:
    def script(_: Asked, number: int) -> Reply:
        return Reply(b"{}") if number % 3 == 0 else Reply(b"", 500)

    with serving(script) as server, Fetcher(5.0) as fetcher:
        for number in range(1, 10):
            if number % 3:
                with pytest.raises(Unreachable):
                    fetcher.fetch(service(server), QUESTION, FOREVER)
            else:
                assert fetcher.fetch(service(server), QUESTION, FOREVER) == b"{}"


def test_requests_of_all_threads_keep_the_pause() -> None:
    with serving(lambda *_: Reply(b"{}")) as server, Fetcher(5.0) as fetcher:
        calm = service(server, pause_s=0.2)
        threads = [
            threading.Thread(target=fetcher.fetch, args=(calm, QUESTION, FOREVER)) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        times = sorted(asked.at for asked in server.asked)
    assert times[-1] - times[0] >= 0.5


def test_closing_wakes_who_waits() -> None:
    pace, stopped, told = Pace(30.0), threading.Event(), []
    pace.wait(FOREVER, stopped)

    def wait() -> None:
        with pytest.raises(Unreachable) as caught:
            pace.wait(FOREVER, stopped)
        told.append(str(caught.value))

    thread = threading.Thread(target=wait)
    thread.start()
    stopped.set()
    thread.join(10)
    assert told == ["not asked any more"]


@pytest.mark.parametrize(
    ("written", "least", "most"),
    [
        ("7", 7, 7),
        ("999999999", 3600, 3600),
        ("soon", 5, 5),
        ("", 5, 5),
    ],
)
def test_how_long_to_wait(written: str, least: float, most: float) -> None:
    assert least <= hold_s({"Retry-After": written}) <= most


def test_how_long_to_wait_until_a_date() -> None:
    now = datetime.now(UTC)
    coming, gone = (format_datetime(now + timedelta(seconds=s)) for s in (600, -60))
    assert 1 <= hold_s({"Retry-After": coming}) <= 600
    assert hold_s({"Retry-After": gone}) == 0


def look_up(server: RecordServer, folder: Path, fetcher: Fetcher, days: float = 1) -> LookUp:
    return LookUp((service(server),), fetcher, Answers(folder, days))


def test_answers_are_kept_on_disk_and_expire(tmp_path: Path) -> None:
    with (
        serving(lambda *_: recorded("semantic-scholar.json")) as server,
        Fetcher(5.0) as fetcher,
    ):
        first = look_up(server, tmp_path, fetcher)(PAPER)
        assert look_up(server, tmp_path, fetcher)(PAPER) == first
        assert len(server.asked) == 1
        look_up(server, tmp_path, fetcher, days=0)(PAPER)
        assert len(server.asked) == 2


def test_that_there_is_no_such_work_is_kept_too(tmp_path: Path) -> None:
    with serving(nothing) as server, Fetcher(5.0) as fetcher:
        for _ in range(2):
            assert look_up(server, tmp_path, fetcher)(PAPER).metadata == PAPER
        assert len(server.asked) == 1


@pytest.mark.parametrize("reply", [Reply(b"<html>"), Reply(b"", 500)])
def test_what_is_no_answer_is_not_kept(tmp_path: Path, reply: Reply) -> None:
    with serving(lambda *_: reply) as server, Fetcher(5.0) as fetcher:
        for asked in (1, 2):
            found = look_up(server, tmp_path, fetcher)(PAPER)
            assert (found.metadata, found.remarks) == (PAPER, ())
            assert found.unreached[0].startswith("Some Service: answered with")
            assert len(server.asked) == asked


def test_a_damaged_cache_is_asked_past(tmp_path: Path) -> None:
    with (
        serving(lambda *_: recorded("semantic-scholar.json")) as server,
        Fetcher(5.0) as fetcher,
    ):
        first = look_up(server, tmp_path, fetcher)(PAPER)
        for file in tmp_path.iterdir():
            file.write_bytes(b"\x00 damaged")
        assert look_up(server, tmp_path, fetcher)(PAPER) == first
        assert len(server.asked) == 2


def test_a_record_of_another_work_is_left(tmp_path: Path) -> None:
    other = Metadata(title="Pasting Papers Together", arxiv_id="2101.00001")
    with (
        serving(lambda *_: recorded("semantic-scholar.json")) as server,
        Fetcher(5.0) as fetcher,
    ):
        assert look_up(server, tmp_path, fetcher)(other).metadata == other
