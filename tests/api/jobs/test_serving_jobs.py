"""Jobs of servers that are killed and stopped, and what clients hear of them."""

from __future__ import annotations

import signal
import socket
import time
from itertools import islice
from pathlib import Path

import psutil
import pytest

from rag.build import open_library
from rag.config import Settings
from tests.api.jobs.served import served
from tests.ingest.jobs.shop import notes

SETTINGS = Settings.model_validate({"embedder": {"kind": "hashing"}})
HALF = (
    b"POST /v1/papers HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
    b"Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\n# Half'
)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


def papers(library: Path) -> int:
    with open_library(library, SETTINGS) as opened:
        assert opened.check() == []
        return len(opened.papers())


def test_killed_during_an_upload(library: Path) -> None:
    incoming = library / "uploads" / ".incoming"
    with served(library) as server, socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(HALF)
        give_up = time.monotonic() + 20
        while not any(incoming.glob("*")):
            assert time.monotonic() < give_up
            time.sleep(0.02)
        server.end(signal.SIGKILL)
        assert client.recv(100) == b"", "nothing was acknowledged"
    with served(library) as server:
        assert server.client.get("/v1/jobs").json() == {"items": [], "total": 0}
        job = server.upload(notes(1)).json()
        assert server.ended(job["id"])["files"][0]["status"] == "stored"
        assert not any(incoming.glob("*")), "the half is swept away"


def test_killed_during_an_ingestion(library: Path) -> None:
    with served(library) as server:
        job_id = server.upload(notes(20)).json()["id"]
        later = server.upload(notes(1, start=70)).json()["id"]
        while server.settled(job_id) < 4:
            time.sleep(0.02)
        children = psutil.Process(server.process.pid).children(recursive=True)
        server.end(signal.SIGKILL)
        _, alive = psutil.wait_procs(children, timeout=20)
        assert not alive
    with served(library) as server:
        done = server.ended(job_id)
        assert (done["state"], {file["status"] for file in done["files"]}) == ("done", {"stored"})
        assert server.ended(later)["state"] == "done"
    assert papers(library) == 21


def test_stopped_during_an_ingestion_it_goes_on_where_it_was(library: Path) -> None:
    with served(library) as server:
        job_id = server.upload(notes(20)).json()["id"]
        last, heard = 0, []
        for number, kind, _ in server.events(job_id):
            last, heard = number, [*heard, kind]
            if heard.count("progress") == 1:
                server.process.send_signal(signal.SIGTERM)
        assert "done" not in heard, "it was stopped in the middle"
        assert server.process.wait(60) in {0, -signal.SIGTERM}
    with served(library) as server:
        rest = list(server.events(job_id, str(last)))
        assert rest[0][0] > last
        numbers = [number for number, _, _ in rest]
        assert numbers == sorted(set(numbers))
        assert heard.count("file") + [kind for _, kind, _ in rest].count("file") == 20
        assert rest[-1][1] == "done"
    assert papers(library) == 20


def test_what_the_events_tell(library: Path) -> None:
    with served(library) as server:
        job_id = server.upload({**notes(3), "bad.pdf": b"%PDF-1.7 no more"}).json()["id"]
        events = list(server.events(job_id))
        assert [number for number, _, _ in events] == sorted({number for number, _, _ in events})
        states = [data["state"] for _, kind, data in events if kind == "status"]
        assert states == ["queued", "running", "done"]
        assert all("files" not in data for _, kind, data in events if kind == "status")
        files = [data for _, kind, data in events if kind == "file"]
        assert {data["position"]: data["status"] for data in files} == {
            0: "stored", 1: "stored", 2: "stored", 3: "failed",
        }  # fmt: skip
        progress = [data for _, kind, data in events if kind == "progress"]
        assert progress
        assert set(progress[-1]) == {"stage", "files", "done", "chunks", "embedded"}
        assert events[-1][1:] == ("done", server.job(job_id))
        again = list(server.events(job_id))
        assert [kind for _, kind, _ in again].count("progress") == 1, "superseded"
        assert list(server.events(job_id, str(events[-2][0]))) == events[-1:]
        end = {"Last-Event-ID": str(events[-1][0])}
        assert server.client.get(f"/v1/jobs/{job_id}/events", headers=end).status_code == 204
        assert list(islice(server.events(job_id, "no number"), 1)) == events[:1]
        unknown = server.client.get("/v1/jobs/x/events")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-job")


def test_several_worker_processes(library: Path) -> None:
    with served(library, workers=2) as server:
        jobs = []
        for number in range(4):
            server.client.headers["Connection"] = "close"  # so that either worker is asked
            jobs.append(server.upload(notes(3, start=10 * number)).json()["id"])
        for job_id in jobs:
            events = list(server.events(job_id))
            states = [data["state"] for _, kind, data in events if kind == "status"]
            assert states == ["queued", "running", "done"]
    assert papers(library) == 12
