"""Threads over HTTP: pinned to papers, understood by what they cited, kept over a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from tests.api.hosting import hosted

QUESTION = "What value does the constant k of reciprocal rank fusion have?"


def ask(client: httpx.Client, question: str, **more: object) -> dict[str, Any]:
    answer = client.post("/v1/ask", json={"question": question, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def papers(client: httpx.Client) -> list[str]:
    return [item["id"] for item in client.get("/v1/papers").json()["items"]]


def found_in(answer: dict[str, Any]) -> set[str]:
    return {hit["paper"]["id"] for hit in answer["evidence"]}


def test_a_thread_is_pinned_from_its_beginning_or_later(client: httpx.Client) -> None:
    first, second, *_ = papers(client)
    thread = client.post("/v1/threads", json={"papers": [first]}).json()
    url = f"/v1/threads/{thread['id']}"
    assert thread["papers"] == [first]
    pinned = ask(client, QUESTION, thread_id=thread["id"])
    assert found_in(pinned) == {first}
    assert pinned["request"]["papers"] == [first]
    own = ask(client, QUESTION, thread_id=thread["id"], papers=[second])
    assert found_in(own) == {second}
    assert client.patch(url, json={"papers": [second]}).json()["papers"] == [second]
    assert client.patch(url, json={"title": "Renamed"}).json()["papers"] == [second]
    free = client.patch(url, json={"papers": []}).json()
    assert (free["title"], free["papers"]) == ("Renamed", [])
    assert found_in(ask(client, QUESTION, thread_id=thread["id"])) - {second}
    listed = client.get("/v1/threads").json()["items"]
    assert next(each for each in listed if each["id"] == thread["id"]) == free | {
        "updated": listed[0]["updated"]
    }


def test_a_pin_to_no_paper_of_the_library_is_refused(client: httpx.Client) -> None:
    refused = client.post("/v1/threads", json={"papers": ["nosuch"]})
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown-paper")
    thread = client.post("/v1/threads", json={}).json()
    both = {"title": "Renamed", "papers": ["nosuch"]}
    refused = client.patch(f"/v1/threads/{thread['id']}", json=both)
    assert refused.json()["code"] == "unknown-paper"
    kept = client.get(f"/v1/threads/{thread['id']}").json()
    assert (kept["title"], kept["papers"]) == ("", []), "all of it or nothing"


def test_a_follow_up_goes_to_the_papers_that_were_cited(client: httpx.Client) -> None:
    thread = client.post("/v1/threads", json={}).json()
    cited = ask(client, QUESTION, thread_id=thread["id"])["citations"][0]["paper"]
    follow_up = ask(client, "What are the limitations there?", thread_id=thread["id"])
    assert found_in(follow_up) == {cited["id"]}
    [note] = [t["note"] for t in follow_up["trace"]["transforms"] if t["name"] == "contextualise"]
    assert note.endswith(f"only in {cited['title'][:60]}")


def test_a_client_may_keep_the_conversation_itself(client: httpx.Client) -> None:
    first, second, *_ = papers(client)
    turn = {"question": QUESTION, "answer": "60 [1]. 10 [2].", "papers": [first, second]}
    answer = ask(client, "And which data were used in the second one?", history=[turn])
    assert found_in(answer) == {second}


def test_citations_survive_a_restart(library: Path) -> None:
    with hosted(library) as client:
        thread = client.post("/v1/threads", json={"papers": papers(client)[:2]}).json()
        before = ask(client, QUESTION, thread_id=thread["id"])
        assert before["citations"]
    with hosted(library) as client:
        whole = client.get(f"/v1/threads/{thread['id']}").json()
        assert whole["answers"] == [before]
        assert whole["papers"] == thread["papers"]
        follow_up = ask(client, "What are the limitations there?", thread_id=thread["id"])
        assert found_in(follow_up) == {c["paper"]["id"] for c in before["citations"]}
