from __future__ import annotations

import json
import logging
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from api.cli import main
from api.guard.keys import Keys, Scope
from rag.store.catalog_writer import WritableCatalog
from rag.types import Usage
from tests.api.hosting import hosted
from tests.copying import copied

ELSEWHERE = "https://blog.example"
ASKED = {"question": "What is a chunk?"}


def key(library: Path, *scopes: Scope, **limits: float) -> dict[str, str]:
    """The headers of a new key."""
    with WritableCatalog(library) as catalog:
        _, text = Keys(catalog).create("test", scopes, **limits)
    return {"Authorization": f"Bearer {text}"}


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


CALLS = [
    ("GET", "/v1/papers", {Scope.READ}),
    ("GET", "/v1/papers/nobody", {Scope.READ, Scope.ASK}),
    ("GET", "/v1/papers/nobody/pdf", {Scope.READ}),
    ("GET", "/v1/papers/nobody/elements", {Scope.READ}),
    ("GET", "/v1/bibtex?paper=nobody", {Scope.READ, Scope.ASK}),
    ("POST", "/v1/papers", {Scope.WRITE}),
    ("DELETE", "/v1/papers/nobody", {Scope.WRITE}),
    ("GET", "/v1/papers/nobody/pages/1.png", {Scope.READ, Scope.ASK}),
    ("GET", "/v1/papers/nobody/elements/1.png", {Scope.READ, Scope.ASK}),
    ("GET", "/v1/jobs", {Scope.WRITE}),
    ("GET", "/v1/jobs/nothing", {Scope.WRITE}),
    ("DELETE", "/v1/jobs/nothing", {Scope.WRITE}),
    ("GET", "/v1/jobs/nothing/events", {Scope.WRITE}),
    ("POST", "/v1/search", {Scope.READ}),
    ("POST", "/v1/ask", {Scope.ASK}),
    ("POST", "/v1/compare", {Scope.ASK}),
    ("GET", "/v1/answers/nothing", {Scope.ASK}),
    ("GET", "/v1/answers/nothing/events", {Scope.ASK}),
    ("GET", "/v1/answers/nothing/markdown", {Scope.ASK}),
    ("DELETE", "/v1/answers/nothing", {Scope.ASK}),
    ("PUT", "/v1/answers/nothing/feedback", {Scope.ASK}),
    ("GET", "/v1/feedback", set()),
    ("POST", "/v1/threads", {Scope.ASK}),
    ("GET", "/v1/threads", {Scope.READ}),
    ("GET", "/v1/threads/nothing", {Scope.ASK}),
    ("PATCH", "/v1/threads/nothing", {Scope.ASK}),
    ("DELETE", "/v1/threads/nothing", {Scope.ASK}),
    ("GET", "/v1/evals", {Scope.READ}),
    ("GET", "/v1/evals/nothing", {Scope.READ}),
    ("GET", "/v1/evals/nothing/page", {Scope.READ}),
    ("POST", "/v1/chat/completions", {Scope.ASK}),
    ("GET", "/v1/models", {Scope.READ, Scope.ASK}),
    ("GET", "/v1/metrics", set()),
]


@pytest.fixture(scope="module")
def guarded(
    small_library: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[httpx.Client, dict[Scope, dict[str, str]]]]:
    """A server that requires keys, and one key a scope."""

    library = copied(small_library, tmp_path_factory.mktemp("guarded") / "library")
    keys = {scope: key(library, scope) for scope in Scope}
    with hosted(library, {"serve": {"origins": [ELSEWHERE]}}) as client:
        yield client, keys


@pytest.mark.parametrize(("method", "path", "reaching"), CALLS)
def test_a_call_takes_a_key_with_its_scope(
    guarded: tuple[httpx.Client, dict[Scope, dict[str, str]]],
    method: str,
    path: str,
    reaching: set[Scope],
) -> None:
    client, keys = guarded
    body = {} if method in {"GET", "DELETE"} else {"json": {}}
    without = client.request(method, path, **body)
    assert (without.status_code, without.json()["code"]) == (401, "unauthorized")
    assert without.headers["www-authenticate"] == "Bearer"
    for scope, headers in keys.items():
        status = client.request(method, path, headers=headers, **body).status_code
        if scope in {Scope.ADMIN, *reaching}:
            assert status not in {401, 403}, scope
        else:
            assert status == 403, scope


def test_every_call_of_the_document_is_among_those(
    guarded: tuple[httpx.Client, dict[Scope, dict[str, str]]],
) -> None:
    client, _ = guarded
    open_to_all = {"/v1/info", "/v1/health", "/v1/ready"}
    document = client.get("/v1/openapi.json").json()
    tried = [(method, path.partition("?")[0]) for method, path, _ in CALLS]
    for template, calls in document["paths"].items():
        pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", template))
        for method in calls:
            fits = any(m == method.upper() and pattern.fullmatch(path) for m, path in tried)
            assert fits or template in open_to_all, (method, template)


@pytest.mark.parametrize("text", ["sch_", "sch_00000000_", "sch_00000000_xxx", "sch__x", "sch_é_é"])
def test_a_wrong_key_is_no_key_even_where_none_is_needed(client: httpx.Client, text: str) -> None:
    headers = {"Authorization": f"Bearer {text}".encode()}
    answer = client.get("/v1/papers", headers=headers)
    assert answer.status_code == 401


def test_half_of_a_key_does_not_open(
    guarded: tuple[httpx.Client, dict[Scope, dict[str, str]]],
) -> None:
    client, keys = guarded
    text = keys[Scope.READ]["Authorization"].removeprefix("Bearer ")
    assert client.get("/v1/papers", headers=bearer(text)).status_code == 200
    for wrong in (text[:-1], text + "A", text.swapcase(), text.rpartition("_")[0]):
        assert client.get("/v1/papers", headers=bearer(wrong)).status_code == 401


def test_keys_are_made_listed_and_revoked_on_the_command_line(library: Path) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(main, ["keys", *words, "--library", str(library)])
        assert not done.exception, done.output
        return done.stdout

    made = json.loads(run("create", "laptop", "--scope", "read", "--json"))
    assert made["scopes"] == ["read"]
    assert made["key"] not in run("list", "--json")
    secret = made["key"].split("_", 2)[2]
    assert len(secret) > 40
    for file in library.glob("catalog.sqlite*"):
        assert secret.encode() not in file.read_bytes()
    with hosted(library) as client:
        assert client.get("/v1/papers").status_code == 401
        assert client.get("/v1/papers", headers=bearer(made["key"])).status_code == 200
        run("revoke", made["id"])
        assert client.get("/v1/papers", headers=bearer(made["key"])).status_code == 401
    assert "revoked" in run("list")


def test_threads_are_listed_to_their_owner_alone(library: Path) -> None:
    mine = key(library, Scope.READ, Scope.ASK)
    yours = key(library, Scope.READ, Scope.ASK)
    with hosted(library) as client:
        thread = client.post("/v1/threads", json={"title": "mine"}, headers=mine).json()
        assert client.get("/v1/threads", headers=mine).json()["total"] == 1
        assert client.get("/v1/threads", headers=yours).json()["total"] == 0
        assert len(thread["id"]) >= 20


def test_a_key_has_its_rate(library: Path) -> None:
    slow, quick = key(library, Scope.READ, per_minute=3), key(library, Scope.READ)
    with hosted(library) as client:
        got = [client.get("/v1/papers", headers=slow) for _ in range(5)]
        assert [answer.status_code for answer in got] == [200, 200, 200, 429, 429]
        assert got[-1].json()["code"] == "rate-limited"
        assert 0 < int(got[-1].headers["retry-after"]) <= 60
        assert client.get("/v1/papers", headers=quick).status_code == 200


def test_an_address_has_the_rate_of_the_configuration(library: Path) -> None:
    with hosted(library, {"serve": {"per_minute": 2}}) as client:
        statuses = [client.get("/v1/papers").status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        assert client.get("/v1/health").status_code == 200


def test_a_key_that_has_spent_its_budget_may_not_ask(library: Path) -> None:
    with WritableCatalog(library) as catalog:
        keys = Keys(catalog)
        poor, text = keys.create("poor", [Scope.ASK, Scope.READ], budget_usd=0.5)
        with hosted(library) as client:
            assert client.post("/v1/ask", json=ASKED, headers=bearer(text)).status_code == 200
            keys.charge(poor.key_id, Usage(1000, 100, 0.75))
            refused = client.post("/v1/ask", json=ASKED, headers=bearer(text))
            assert (refused.status_code, refused.json()["code"]) == (429, "over-budget")
            assert client.get("/v1/papers", headers=bearer(text)).status_code == 200


@pytest.mark.parametrize("path", ["/v1/papers", "/v1/nothing", "/v1/papers/nobody", "/v1/health"])
def test_every_response_is_strict(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


def test_other_origins_are_refused_unless_allowed(
    client: httpx.Client, guarded: tuple[httpx.Client, dict[Scope, dict[str, str]]]
) -> None:
    foreign = {"Origin": ELSEWHERE}
    assert client.post("/v1/ask", json=ASKED, headers=foreign).json()["code"] == "forbidden"
    assert "access-control-allow-origin" not in client.get("/v1/info", headers=foreign).headers
    preflight = {**foreign, "Access-Control-Request-Method": "POST"}
    assert client.options("/v1/ask", headers=preflight).status_code == 403
    assert client.post("/v1/ask", json=ASKED, headers={"Origin": "null"}).status_code == 403

    allowing, keys = guarded
    asked = allowing.post("/v1/ask", json=ASKED, headers={**foreign, **keys[Scope.ASK]})
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == ELSEWHERE
    assert "access-control-allow-credentials" not in asked.headers
    preflight |= {"Access-Control-Request-Headers": "authorization,content-type"}
    granted = allowing.options("/v1/ask", headers=preflight)
    assert granted.status_code == 200
    assert granted.headers["access-control-allow-origin"] == ELSEWHERE
    other = {"Origin": "https://evil.example", **keys[Scope.ASK]}
    assert allowing.post("/v1/ask", json=ASKED, headers=other).status_code == 403


def test_a_page_of_the_server_itself_may_call_it(client: httpx.Client) -> None:
    own = {"Origin": str(client.base_url).rstrip("/")}
    assert client.post("/v1/ask", json=ASKED, headers=own).status_code == 200


def test_a_name_that_is_not_the_servers_is_refused(client: httpx.Client, library: Path) -> None:
    rebound = client.get("/v1/papers", headers={"Host": "evil.example"})
    assert (rebound.status_code, rebound.json()["code"]) == (403, "forbidden")
    port = client.base_url.port
    for name in ("localhost", f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"):
        assert client.get("/v1/health", headers={"Host": name}).status_code == 200
    with hosted(library, {"serve": {"hosts": ["papers.example"]}}) as named:
        behind = named.get("/v1/papers", headers={"Host": "papers.example"})
        assert behind.json()["code"] == "unauthorized"  # reached from beyond, so by key alone


def test_a_body_has_its_size_whatever_it_says_of_itself(client: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        yield b'{"question": "'
        for _ in range(1000):
            yield b"x" * 4096

    headers = {"Content-Type": "application/json"}
    answer = client.post("/v1/ask", content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert "256 KB" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "kilobytes", "told"),
    [
        ("/v1/ask", 300, "256 KB"),
        ("/v1/compare", 300, "256 KB"),
        ("/v1/threads", 300, "256 KB"),
        ("/mcp", 300, "256 KB"),
        ("/v1/chat/completions", 8200, "8,192 KB"),
    ],
)
def test_a_body_that_says_it_is_too_large_is_refused_as_all_else(
    client: httpx.Client, path: str, kilobytes: int, told: str
) -> None:
    answer = client.post(path, json={"question": "x" * 1024 * kilobytes})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert told in answer.json()["detail"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_a_conversation_may_be_longer_than_other_bodies(client: httpx.Client) -> None:
    before = [{"role": "assistant", "content": "x" * 90_000}] * 5
    messages = [*before, {"role": "user", "content": "What is a chunk?"}]
    answer = client.post("/v1/chat/completions", json={"model": "scholium", "messages": messages})
    assert answer.status_code == 200


def test_a_client_that_stalls_is_let_go(library: Path) -> None:
    with hosted(library, {"serve": {"send_timeout_s": 0.5}}) as client:
        with socket.create_connection(("127.0.0.1", client.base_url.port or 0)) as stalling:
            stalling.settimeout(10)
            stalling.sendall(
                b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: 100\r\n\r\n{"
            )
            assert stalling.recv(4096).partition(b"\r\n")[0] in {
                b"",
                b"HTTP/1.1 400 Bad Request",
            }
        assert client.get("/v1/health").status_code == 200


def test_beyond_loopback_a_key_has_to_exist_first(library: Path) -> None:
    words = ["serve", "--host", "0.0.0.0", "--port", "0", "--library", str(library)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "scholium keys create" in done.stderr


def test_a_request_has_an_id_and_the_log_no_secret(
    library: Path, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {**key(library, Scope.READ), "X-Request-Id": "trace-7"}
    with caplog.at_level(logging.INFO, "scholium"), hosted(library) as client:
        assert client.get("/v1/papers", headers=headers).headers["x-request-id"] == "trace-7"
        odd = {**headers, "X-Request-Id": "a b<script>"}
        assert client.get("/v1/papers", headers=odd).headers["x-request-id"] != "a b<script>"
        client.get("/v1/x%0aINFO forged")
    lines = [record.getMessage() for record in caplog.records]
    assert any(getattr(record, "request_id", "") == "trace-7" for record in caplog.records)
    assert not any("\n" in line for line in lines)
    secret = headers["Authorization"].split("_", 2)[2]
    assert not any(secret in repr(record.__dict__) for record in caplog.records)


def test_whoever_waits_for_a_writer_holds_up_no_reader(library: Path) -> None:
    headers = key(library, Scope.READ, Scope.ASK)
    with hosted(library) as client, WritableCatalog(library) as other:
        done = threading.Event()

        def ask() -> None:
            with httpx.Client(base_url=client.base_url, timeout=60) as asking:
                assert asking.post("/v1/ask", json=ASKED, headers=headers).status_code == 200
            done.set()

        with other.transaction():
            asking = threading.Thread(target=ask)
            asking.start()
            for _ in range(20):
                assert client.get("/v1/papers", headers=headers).status_code == 200
            assert not done.is_set()
        asking.join(60)
        assert done.is_set()


def test_what_nobody_foresaw_is_a_problem_with_all_headers(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.papers.listed", lambda *_: 1 / 0)
    with hosted(library, {"serve": {"origins": [ELSEWHERE]}}) as client:
        answer = client.get("/v1/papers", headers={"Origin": ELSEWHERE})
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")
        assert answer.headers["x-request-id"] == answer.json()["request_id"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["access-control-allow-origin"] == ELSEWHERE
        assert "ZeroDivision" not in answer.text
        assert 'status="500"' in client.get("/v1/metrics").text


@pytest.mark.parametrize("origin", ["http://[", "null", "http://localhost:1", "x" * 2000])
def test_an_odd_origin_is_refused(client: httpx.Client, origin: str) -> None:
    answer = client.post("/v1/ask", json=ASKED, headers={"Origin": origin})
    assert answer.status_code == 403


def test_what_a_proxy_passes_on_needs_a_key(client: httpx.Client) -> None:
    forwarded = client.get("/v1/papers", headers={"X-Forwarded-For": "203.0.113.7"})
    assert (forwarded.status_code, forwarded.json()["code"]) == (401, "unauthorized")


def test_the_last_key_revoked_lets_nobody_in(library: Path) -> None:
    with WritableCatalog(library) as catalog:
        made, _ = Keys(catalog).create("only", [Scope.READ])
        Keys(catalog).revoke(made.key_id)
    with hosted(library) as client:
        assert client.get("/v1/papers").status_code == 401
