"""Uploads over real HTTP: what is taken, what is refused, and what is left of either."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.jobs.served import Served, served
from tests.ingest.jobs.shop import notes

EXAMPLES = Path(__file__).parents[3] / "examples" / "papers"
NOTE = b"# A note\n\nIt says little.\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "library"


@pytest.fixture(scope="module")
def server(library: Path) -> Iterator[Served]:
    with served(library) as server:
        yield server


def lying(library: Path) -> list[str]:
    """The files that lie among the uploads."""
    return sorted(
        str(Path(folder, name).relative_to(library / "uploads"))
        for folder, _, names in os.walk(library / "uploads")
        for name in names
    )


def code(response: object) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    return response.status_code, response.json()["code"]  # type: ignore[attr-defined]


def test_a_pdf_is_uploaded_searched_and_removed(server: Served, library: Path) -> None:
    pdf = (EXAMPLES / "hybrid-retrieval.pdf").read_bytes()
    response = server.upload({"../../hybrid-retrieval.pdf": pdf})
    assert response.status_code == 202
    job = response.json()
    assert (job["kind"], job["state"], job["problem"]) == ("ingest", "queued", None)
    [file] = job["files"]
    assert (file["name"], file["size"], file["status"]) == (
        "hybrid-retrieval.pdf", len(pdf), "waiting",
    )  # fmt: skip
    done = server.ended(job["id"])
    assert done["state"] == "done"
    [file] = done["files"]
    assert (file["status"], file["pages"]) == ("stored", 3)
    paper_id = file["paper_id"]
    assert server.client.get(f"/v1/papers/{paper_id}/pdf").content == pdf
    found = server.client.post("/v1/search", json={"query": "reciprocal rank fusion"}).json()
    assert found["hits"][0]["paper"]["id"] == paper_id

    removal = server.client.delete(f"/v1/papers/{paper_id}")
    assert removal.status_code == 202
    assert removal.json()["paper_id"] == paper_id
    assert server.ended(removal.json()["id"])["state"] == "done"
    assert code(server.client.delete(f"/v1/papers/{paper_id}")) == (404, "unknown-paper")
    listed = server.client.get("/v1/jobs?limit=1").json()
    assert listed["total"] == 2
    assert listed["items"][0]["id"] == removal.json()["id"]
    assert str(library) not in server.client.get("/v1/jobs").text


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.pdf": b"MZ\x90\0 a program"}, (415, "unsupported-type")),
        ({"good.md": NOTE, "a.md": b"# \xff\xfe"}, (415, "unsupported-type")),
        ({"a.docx": NOTE}, (415, "unsupported-type")),
        ({"a.md": b"# " + b"x" * (2 << 20)}, (413, "too-large")),
        ({"a.md": b"# " + b"x" * (3 << 19), "b.md": b"# " + b"y" * (3 << 19)}, (413, "too-large")),
        ({f"{i}.md": b"# %d" % i for i in range(41)}, (413, "too-large")),
        ({"a.md": b"# " + b"x" * (20 << 20)}, (413, "too-large")),
    ],
)
def test_what_is_refused(
    server: Served, library: Path, files: dict[str, bytes], expected: tuple[int, str]
) -> None:
    jobs, before = server.client.get("/v1/jobs").json()["total"], lying(library)
    assert code(server.upload(files)) == expected
    assert server.client.get("/v1/jobs").json()["total"] == jobs
    assert lying(library) == before


def test_a_request_that_is_no_upload(server: Served) -> None:
    post = server.client.post
    assert code(post("/v1/papers", json={"files": []})) == (415, "unsupported-type")
    assert code(post("/v1/papers", data={"files": "text"}, files={"other": ("a.md", NOTE)})) == (
        400, "bad-request",
    )  # fmt: skip
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    for body in (b"nonsense", b'--b\r\nContent-Disposition: form-data; name="files"; file', b""):
        assert code(post("/v1/papers", content=body, headers=headers)) == (400, "bad-request")
    long = b"--b\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"
    assert code(post("/v1/papers", content=long, headers=headers)) == (400, "bad-request")
    parts = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n' * 1000 + b"--b--\r\n"
    assert code(post("/v1/papers", content=parts, headers=headers)) == (413, "too-large")


def test_one_that_does_not_say_how_long_it_is(server: Served, library: Path) -> None:
    def endless() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\n'
        for _ in range(300):
            yield b"x" * 100_000

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    before = lying(library)
    response = server.client.post("/v1/papers", content=endless(), headers=headers)
    assert code(response) == (413, "too-large")
    assert lying(library) == before


def test_a_client_that_goes_away_in_the_middle(server: Served, library: Path) -> None:
    jobs, before = server.client.get("/v1/jobs").json()["total"], lying(library)
    head = (
        b"POST /v1/papers HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\n# Half'
    )
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head)
        give_up = time.monotonic() + 20
        while lying(library) == before:
            assert time.monotonic() < give_up
            time.sleep(0.02)
    while lying(library) != before:
        assert time.monotonic() < give_up
        time.sleep(0.02)
    assert server.client.get("/v1/jobs").json()["total"] == jobs


def test_a_queue_that_is_full(tmp_path: Path) -> None:
    from ingest.lock import writing

    with served(tmp_path / "library") as server, writing(tmp_path / "library"):
        jobs = [server.upload({f"{i}.md": b"# %d\n\ntext" % i}).json()["id"] for i in range(4)]
        refused = server.upload({"a.md": NOTE})
        assert code(refused) == (429, "busy")
        assert refused.headers["retry-after"]
        give_up = time.monotonic() + 20
        while not (problem := server.job(jobs[0])["problem"]):
            assert time.monotonic() < give_up
        assert problem["code"] == "library-locked"
        cancelled = server.client.delete(f"/v1/jobs/{jobs[3]}").json()
        assert (cancelled["state"], cancelled["files"][0]["status"]) == ("cancelled", "cancelled")
        assert server.upload({"a.md": NOTE}).status_code == 202


def test_scopes(tmp_path: Path) -> None:
    from api.guard.keys import Keys, Scope
    from rag.store.catalog_writer import WritableCatalog

    with WritableCatalog(tmp_path / "library") as catalog:
        reader = Keys(catalog).create("reader", [Scope.READ, Scope.ASK])
    token = next(part for part in _strings(reader) if part.startswith("sch_"))
    with served(tmp_path / "library") as server:
        assert code(server.upload(notes(1))) == (401, "unauthorized")
        server.client.headers["Authorization"] = f"Bearer {token}"
        assert code(server.upload(notes(1))) == (403, "forbidden")
        for path in ("/v1/jobs", "/v1/jobs/x", "/v1/jobs/x/events"):
            assert code(server.client.get(path)) == (403, "forbidden")
        assert code(server.client.delete("/v1/papers/x")) == (403, "forbidden")


def _strings(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(part) for part in value]  # type: ignore[attr-defined]
