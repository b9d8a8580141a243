from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.answering.log import EventLog
from api.guard.keys import Keys, Scope
from rag.errors import LibraryError
from rag.store.catalog import Catalog
from rag.store.catalog_writer import WritableCatalog
from rag.store.conversations import Conversations
from tests.api.hosting import events, free_port, hosted, served
from tests.scripted_llm import MODEL, Reply, ScriptedServer, says, scripted_server

QUESTION = "What is in the context line of a chunk?"
SAID = "The context line is the title of the paper followed by the path of section headings [1]."


@pytest.fixture
def model() -> Iterator[ScriptedServer]:
    with scripted_server() as server:
        server.play(says(SAID))
        yield server


def settings(model: ScriptedServer, **serve: object) -> dict[str, Any]:
    """A language model that only writes answers."""
    llm = {"model": MODEL, "api_base": model.url}
    query = {"hyde": False, "multi_query": False, "cache": False}
    return {"llm": llm, "query": query, "serve": serve}


def ask(client: httpx.Client, question: str = QUESTION, **more: object) -> dict[str, Any]:
    answer = client.post("/v1/ask", json={"question": question, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def streamed(client: httpx.Client, **body: object) -> Iterator[tuple[str, str, Any]]:
    headers = {"Accept": "text/event-stream"}
    with client.stream("POST", "/v1/ask", json=body, headers=headers) as answer:
        assert answer.status_code == 200
        yield from events(answer.iter_lines())


def test_an_answer_is_cited_and_kept(client: httpx.Client) -> None:
    answer = ask(client)
    assert answer["state"] == "done"
    assert answer["citations"]
    for citation in answer["citations"]:
        assert citation["marker"] in answer["answer"]
        assert f'data-marker="{citation["marker"]}"' in answer["html"]
        [hit] = [h for h in answer["evidence"] if h["chunk_id"] == citation["chunk_id"]]
        assert citation["quote"] in hit["text"]
    assert client.get(f"/v1/answers/{answer['id']}").json() == answer


def test_the_events_of_an_answer_come_in_order(client: httpx.Client) -> None:
    seen = list(streamed(client, question=QUESTION))
    kinds = [kind for _, kind, _ in seen]
    assert kinds[:4] == ["status", "evidence", "status", "token"]
    assert kinds[-1] == "done"
    assert set(kinds[4:-1]) == {"citation"}
    assert len({name for name, _, _ in seen}) == len(seen)
    done = seen[-1][2]
    assert [data for _, kind, data in seen if kind == "citation"] == done["citations"]


def test_a_listener_goes_on_after_the_last_event_it_had(client: httpx.Client) -> None:
    first = next(iter(streamed(client, question=QUESTION)))
    answer_id = first[2]["answer_id"]
    url = f"/v1/answers/{answer_id}/events"
    with client.stream("GET", url, headers={"Last-Event-ID": first[0]}) as answer:
        rest = list(events(answer.iter_lines()))
    assert rest[-1][1] == "done"
    assert first not in rest


def test_a_thread_keeps_its_answers_and_what_follow_ups_mean(client: httpx.Client) -> None:
    thread = client.post("/v1/threads", json={}).json()
    ask(client, "How are papers cut into chunks?", thread_id=thread["id"])
    second = ask(client, "And what is in its context line?", thread_id=thread["id"])
    assert "chunks" in second["searched"]
    whole = client.get(f"/v1/threads/{thread['id']}").json()
    assert whole["title"] == "How are papers cut into chunks?"
    assert [answer["request"]["question"] for answer in whole["answers"]] == [
        "How are papers cut into chunks?",
        "And what is in its context line?",
    ]
    assert whole["answers"][1] == second
    assert client.get("/v1/threads").json()["items"][0]["id"] == thread["id"]
    client.patch(f"/v1/threads/{thread['id']}", json={"title": "Chunks"})
    assert client.get(f"/v1/threads/{thread['id']}").json()["title"] == "Chunks"
    assert client.delete(f"/v1/threads/{thread['id']}").status_code == 204
    assert client.get(f"/v1/threads/{thread['id']}").json()["code"] == "unknown-thread"
    assert client.get(f"/v1/answers/{second['id']}").json()["code"] == "unknown-answer"


def test_feedback_replaces_what_was_said_before(client: httpx.Client) -> None:
    answer = ask(client)
    url = f"/v1/answers/{answer['id']}/feedback"
    assert client.put(url, json={"rating": "soso"}).status_code == 422
    client.put(url, json={"rating": "good"})
    client.put(url, json={"rating": "bad", "comment": "too long"})
    kept = client.get(f"/v1/answers/{answer['id']}").json()
    assert kept["feedback"] == {"rating": "bad", "comment": "too long"}
    rated = client.get("/v1/feedback").json()["items"]
    assert [r["comment"] for r in rated if r["answer_id"] == answer["id"]] == ["too long"]


def test_an_answer_can_be_taken_away_as_markdown(client: httpx.Client) -> None:
    answer = ask(client)
    text = client.get(f"/v1/answers/{answer['id']}/markdown").text
    assert text.startswith(answer["answer"].split(" [1]")[0])
    assert "## References" in text


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid"),
        ({"question": ""}, 422, "invalid"),
        ({"question": " "}, 400, "bad-request"),
        ({"question": "x" * 10_001}, 422, "invalid"),
        ({"question": "\ud800"}, 422, "invalid"),
        ({"question": "x", "papers": ["nobody"]}, 404, "unknown-paper"),
        ({"question": "x", "sections": ["cellar"]}, 422, "invalid"),
        ({"question": "x", "year_from": 2020, "year_to": 2010}, 422, "invalid"),
        ({"question": "x", "thread_id": "nothing"}, 404, "unknown-thread"),
        ({"question": "x", "model": "gpt"}, 422, "invalid"),
    ],
)
def test_what_cannot_be_asked_is_told_why(
    client: httpx.Client, body: dict[str, Any], status: int, code: str
) -> None:
    import json

    answer = client.post(
        "/v1/ask", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "served" not in answer.json()["detail"]  # where the library lies


def test_tokens_arrive_while_the_model_writes(library: Path, model: ScriptedServer) -> None:
    model.play(says(SAID, gap_s=0.2))
    with hosted(library, settings(model)) as client:
        stream = streamed(client, question=QUESTION)
        answer_id = next(stream)[2]["answer_id"]
        while next(stream)[1] != "token":
            pass
        with httpx.Client(base_url=client.base_url, timeout=30) as other:
            assert other.get(f"/v1/answers/{answer_id}").json()["state"] == "running"
        kinds = [kind for _, kind, _ in stream]
    assert kinds.count("token") > 3
    assert kinds[-1] == "done"


def test_an_answer_can_be_stopped(library: Path, model: ScriptedServer) -> None:
    model.play(says(SAID, gap_s=0.5))
    with hosted(library, settings(model)) as client:
        stream = streamed(client, question=QUESTION)
        answer_id = next(stream)[2]["answer_id"]
        with httpx.Client(base_url=client.base_url, timeout=30) as other:
            assert other.delete(f"/v1/answers/{answer_id}").json()["state"] == "cancelled"
        assert [kind for _, kind, _ in stream][-1] == "done"
        assert model.hung_up.wait(5)


def test_more_answers_than_there_is_room_for_are_told_to_come_back(
    library: Path, model: ScriptedServer
) -> None:
    model.play(says(SAID, gap_s=0.3))
    with hosted(library, settings(model, answers=1)) as client:
        stream = streamed(client, question=QUESTION)
        next(stream)
        with httpx.Client(base_url=client.base_url, timeout=30) as other:
            refused = other.post("/v1/ask", json={"question": QUESTION})
        assert (refused.status_code, refused.json()["code"]) == (429, "busy")
        assert int(refused.headers["retry-after"]) > 0
        assert [kind for _, kind, _ in stream][-1] == "done"


def test_an_answer_outlives_a_listener_that_hangs_up(library: Path, model: ScriptedServer) -> None:
    model.play(says(SAID, gap_s=0.05))
    with hosted(library, settings(model)) as client:
        stream = streamed(client, question=QUESTION)
        answer_id = next(stream)[2]["answer_id"]
        stream.close()
        with httpx.Client(base_url=client.base_url, timeout=30) as other:
            with other.stream("GET", f"/v1/answers/{answer_id}/events") as answer:
                assert [kind for _, kind, _ in events(answer.iter_lines())][-1] == "done"
            assert other.get(f"/v1/answers/{answer_id}").json()["citations"]


def _environment(model: ScriptedServer) -> dict[str, str]:
    return {
        "SCHOLIUM_LLM__MODEL": MODEL,
        "SCHOLIUM_LLM__API_BASE": model.url,
        "SCHOLIUM_QUERY__HYDE": "false",
        "SCHOLIUM_QUERY__MULTI_QUERY": "false",
        "SCHOLIUM_QUERY__CACHE": "false",
    }


@pytest.mark.slow
def test_a_killed_server_loses_no_question_and_another_answers_it(
    library: Path, tmp_path: Path, model: ScriptedServer
) -> None:
    model.play(says(SAID, gap_s=0.2), says(SAID))
    port, env = free_port(), _environment(model)
    with (
        served(library, tmp_path / "log", port=port, env=env) as first,
        httpx.Client(base_url=first.url, timeout=30) as client,
    ):
        thread = client.post("/v1/threads", json={}).json()["id"]
        had = []
        for event in streamed(client, question=QUESTION, thread_id=thread):
            had.append(event)
            if event[1] == "token":
                break
        first.kill()
    with served(library, tmp_path / "log", port=port, env=env) as second:
        with httpx.Client(base_url=second.url, timeout=30) as client:
            url = f"/v1/answers/{had[0][2]['answer_id']}/events"
            with client.stream("GET", url, headers={"Last-Event-ID": had[-1][0]}) as answer:
                more = list(events(answer.iter_lines()))
            assert more[0][2]["stage"] == "restarted" or more[0][1] == "done"
            assert more[-1][1] == "done"
            [kept] = client.get(f"/v1/threads/{thread}").json()["answers"]
            assert kept == more[-1][2]
            assert kept["citations"]
        assert second.stop() == 0


@pytest.mark.slow
def test_worker_processes_share_answers(
    library: Path, tmp_path: Path, model: ScriptedServer
) -> None:
    model.play(says(SAID, gap_s=0.1))
    options = ("--workers", "2")
    with served(library, tmp_path / "log", *options, env=_environment(model)) as server:
        seen: list[list[str]] = []
        with httpx.Client(base_url=server.url, timeout=30) as client:
            stream = streamed(client, question=QUESTION)
            answer_id = next(stream)[2]["answer_id"]
            for _ in range(6):  # each a connection of its own, so either process may get it
                url = f"{server.url}/v1/answers/{answer_id}/events"
                with httpx.stream("GET", url, timeout=60) as answer:
                    seen.append([kind for _, kind, _ in events(answer.iter_lines())])
            assert [kind for _, kind, _ in stream][-1] == "done"
        assert all(kinds[-1] == "done" for kinds in seen)
        metrics = httpx.get(f"{server.url}/v1/metrics").text
        assert 'scholium_answers_total{state="done"} 1.0' in metrics
        assert server.stop() == 0


@pytest.mark.slow
def test_a_stopped_server_finishes_what_it_can(
    library: Path, tmp_path: Path, model: ScriptedServer
) -> None:
    model.play(says(SAID, gap_s=0.1))
    with served(library, tmp_path / "log", env=_environment(model)) as server:
        with httpx.Client(base_url=server.url, timeout=30) as client:
            stream = streamed(client, question=QUESTION)
            next(stream)
            server.process.terminate()
            assert [kind for _, kind, _ in stream][-1] == "done"
        assert server.process.wait(20) == 0


def test_half_a_character_from_a_model_ends_nothing(library: Path, model: ScriptedServer) -> None:
    model.play(Reply(("Half \ud83d a character. ", SAID)))
    with hosted(library, settings(model)) as client:
        assert "Half ? a character" in ask(client)["answer"]
        assert ask(client)["state"] == "done"


def test_an_outcome_that_cannot_be_kept_ends_the_stream_and_is_tried_again(
    library: Path, model: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, failed = Conversations.finish, []

    def failing_once(self: Conversations, *args: Any, **kwargs: Any) -> bool:
        if not failed:
            failed.append(args)
            raise LibraryError("the disk is full")
        return finish(self, *args, **kwargs)

    monkeypatch.setattr(Conversations, "finish", failing_once)
    with hosted(library, settings(model)) as client:
        seen = list(streamed(client, question=QUESTION))
        assert (seen[-1][1], seen[-1][2]["code"]) == ("error", "library")
        url = f"/v1/answers/{seen[0][2]['answer_id']}"
        until = time.monotonic() + 30
        while (again := client.get(url).json())["state"] == "running":
            assert time.monotonic() < until
            time.sleep(0.2)
        assert again["citations"]


def test_a_place_that_never_was_ends_with_the_answer(library: Path, model: ScriptedServer) -> None:
    model.play(says(SAID, gap_s=0.05))
    with hosted(library, settings(model)) as client:
        stream = streamed(client, question=QUESTION)
        url = f"/v1/answers/{next(stream)[2]['answer_id']}/events"
        headers = {"Last-Event-ID": "1.999999"}
        with (
            httpx.Client(base_url=client.base_url, timeout=30) as other,
            other.stream("GET", url, headers=headers) as answer,
        ):
            assert [kind for _, kind, _ in events(answer.iter_lines())][-1] == "done"


def test_what_is_left_at_the_end_is_taken_up_at_once(library: Path, model: ScriptedServer) -> None:
    model.play(says(SAID, gap_s=1.0), says(SAID))
    with hosted(library, settings(model, drain_s=0.2)) as client:
        stream = streamed(client, question=QUESTION)
        answer_id = next(stream)[2]["answer_id"]
    with EventLog(library / "server" / "answers.sqlite", "test") as log:
        [row] = log.select("SELECT heard FROM writers WHERE answer_id = ?", [answer_id])
        assert row["heard"] == 0
    with hosted(library, settings(model)) as client:
        with client.stream("GET", f"/v1/answers/{answer_id}/events") as answer:
            seen = [data for _, _, data in events(answer.iter_lines())]
        assert seen[-1]["state"] == "done"
    with Catalog(library) as catalog:
        sql = "SELECT attempts FROM answers WHERE answer_id = ?"
        assert [row[0] for row in catalog.select(sql, [answer_id])] == [2]


def test_a_thread_is_its_owners_to_change(library: Path) -> None:
    with WritableCatalog(library) as catalog:
        keys = [
            {"Authorization": f"Bearer {Keys(catalog).create(name, [Scope.ASK])[1]}"}
            for name in ("mine", "yours")
        ]
    with hosted(library) as client:
        thread = client.post("/v1/threads", json={}, headers=keys[0]).json()["id"]
        url = f"/v1/threads/{thread}"
        assert client.get(url, headers=keys[1]).status_code == 200
        asked = {"question": QUESTION, "thread_id": thread}
        assert client.post("/v1/ask", json=asked, headers=keys[1]).status_code == 403
        for change in ({"title": "x"}, {"papers": []}):
            assert client.patch(url, json=change, headers=keys[1]).status_code == 403
        assert client.delete(url, headers=keys[1]).status_code == 403
        assert client.delete(url, headers=keys[0]).status_code == 204


def test_an_answer_is_its_askers_to_stop_and_rate(library: Path, model: ScriptedServer) -> None:
    """And anybody's who knows its id to read, while it is written and afterwards."""
    model.play(says(SAID, gap_s=0.1))
    with WritableCatalog(library) as catalog:
        mine, yours, admins = (
            {"Authorization": f"Bearer {Keys(catalog).create('k', [scope])[1]}"}
            for scope in (Scope.ASK, Scope.ASK, Scope.ADMIN)
        )
    rating = {"rating": "bad"}
    with hosted(library, settings(model)) as client:
        headers = {"Accept": "text/event-stream", **mine}
        with client.stream(
            "POST", "/v1/ask", json={"question": QUESTION}, headers=headers
        ) as answer:
            url = answer.headers["location"].removesuffix("/events")
            with httpx.Client(base_url=client.base_url, timeout=30) as other:
                assert other.delete(url, headers=yours).json()["code"] == "forbidden"
                assert other.put(f"{url}/feedback", json=rating, headers=yours).status_code == 403
                with other.stream("GET", f"{url}/events", headers=yours) as read:
                    heard = [kind for _, kind, _ in events(read.iter_lines())]
            assert heard[-1] == "done"
        assert client.get(url, headers=yours).json()["state"] == "done"
        assert client.get(url, headers=yours).json()["feedback"] is None
        for headers in (mine, admins):
            assert client.put(f"{url}/feedback", json=rating, headers=headers).status_code == 200
            assert client.delete(url, headers=headers).status_code == 200


def test_a_thread_can_be_removed_while_it_is_answered(library: Path, model: ScriptedServer) -> None:
    model.play(says(SAID, gap_s=0.5))
    with hosted(library, settings(model)) as client:
        thread = client.post("/v1/threads", json={}).json()["id"]
        stream = streamed(client, question=QUESTION, thread_id=thread)
        assert "token" in (kind for _, kind, _ in stream), "the model is at it"
        with httpx.Client(base_url=client.base_url, timeout=30) as other:
            assert other.delete(f"/v1/threads/{thread}").status_code == 204
            assert other.get(f"/v1/threads/{thread}").status_code == 404
        assert [kind for _, kind, _ in stream][-1] in {"done", "error"}
        assert model.hung_up.wait(5)


def test_a_stopped_answer_is_not_free(library: Path, model: ScriptedServer) -> None:
    model.play(says(SAID, gap_s=0.2))
    with WritableCatalog(library) as catalog:
        keys = Keys(catalog)
        key, text = keys.create("stopping", [Scope.ASK], budget_usd=5)
        headers = {"Authorization": f"Bearer {text}"}
        with hosted(library, settings(model)) as client:
            accept = {"Accept": "text/event-stream", **headers}
            body = {"question": QUESTION}
            with client.stream("POST", "/v1/ask", json=body, headers=accept) as answer:
                seen = events(answer.iter_lines())
                answer_id = next(seen)[2]["answer_id"]
                while next(seen)[1] != "token":
                    pass
                with httpx.Client(base_url=client.base_url, timeout=30) as other:
                    other.delete(f"/v1/answers/{answer_id}", headers=headers)
        [row] = catalog.select("SELECT tokens FROM spending WHERE key_id = ?", [key.key_id])
        assert row["tokens"] > 100  # what it was given to read
