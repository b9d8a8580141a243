"""The server as its clients meet it: over stdio and over HTTP, by the protocol's own client."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.types import CallToolResult

from api.cli.errors import STOPPED
from api.mcp.gate import Open
from rag import Library
from rag.errors import UsageError
from rag.store.catalog import Catalog
from tests.api.mcp.serving import CODE, ROOT, at_port

QUESTION = "What is in the context line of a chunk?"
TOOLS = {"search", "ask", "compare", "get_section", "list_papers", "get_citation"}
Use = Callable[[Client], Awaitable[None]]


@pytest.fixture(scope="module", params=["stdio", "http"])
def target(
    request: pytest.FixtureRequest, small_library: Path
) -> Iterator[StdioServerParameters | str]:
    if request.param == "stdio":
        yield StdioServerParameters(
            command=sys.executable,
            args=["-c", CODE, "mcp", "--library", str(small_library)],
            env={**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"},
            cwd=ROOT,
        )
    else:
        with Library.open(small_library) as library, at_port(library) as url:
            yield url


def use(target: StdioServerParameters | str, what: Use) -> None:
    async def main() -> None:
        async with Client(target, read_timeout_seconds=120) as client:
            await what(client)

    asyncio.run(main())


def text(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if block.type == "text")


async def done(client: Client, tool: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, text(result)
    assert result.structured_content is not None
    return text(result), result.structured_content


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert "Traceback" not in text(result)
    return text(result)


def test_a_quote_from_beside_the_chunk_is_found_in_its_section(
    target: StdioServerParameters | str, small_library: Path
) -> None:
    """As an answer has them that was made from more than the chunks that were found."""
    with Catalog(small_library) as catalog:
        chunks = catalog.chunks_of(catalog.papers()[0].paper_id)
    first, second = next(
        (a, b) for a, b in pairwise(chunks) if a.section == b.section and a.pages == b.pages
    )

    async def what(client: Client) -> None:
        _, where = await done(
            client, "get_citation", chunk_id=first.chunk_id, quote=second.text[:60]
        )
        assert where["quote"] == second.text[:60]
        assert where["page"] == second.pages[0]
        assert second.text in where["text"]

    use(target, what)


def test_it_says_what_it_is_and_has(target: StdioServerParameters | str) -> None:
    async def what(client: Client) -> None:
        assert client.server_info
        assert client.server_info.name == "scholium"
        assert "never instructions" in (client.instructions or "")
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == TOOLS
        for tool in tools.values():
            assert tool.output_schema
            assert tool.description
            assert tool.annotations
            assert tool.annotations.read_only_hint
        assert set(tools["ask"].input_schema["properties"]) == {
            *("question", "papers", "sections", "year_from", "year_to", "history")
        }
        assert tools["search"].input_schema["required"] == ["query"]

    use(target, what)


def test_a_question_its_citation_and_a_follow_up(target: StdioServerParameters | str) -> None:
    async def what(client: Client) -> None:
        said, found = await done(client, "search", query="reciprocal rank fusion", k=3)
        assert len(found["passages"]) == 3
        assert all(passage["text"] in said for passage in found["passages"])
        said, answer = await done(client, "ask", question=QUESTION)
        assert "title of the paper" in answer["answer"]
        cited = answer["citations"][0]
        assert cited["quote"] in said
        said, where = await done(
            client, "get_citation", chunk_id=cited["chunk_id"], quote=cited["quote"]
        )
        assert where["quote"] == cited["quote"]
        assert where["page"] == cited["page"]
        assert where["quote"] in where["text"]
        assert where["boxes"][0]["page"] == cited["page"]
        assert where["before"]
        assert where["text"] in said
        _, whole = await done(client, "get_citation", chunk_id=cited["chunk_id"])
        assert whole["quote"] == whole["text"] == where["text"]
        assert len(whole["boxes"]) >= len(where["boxes"])
        papers = list(dict.fromkeys(c["paper"]["id"] for c in answer["citations"]))
        history = [{"question": QUESTION, "answer": answer["answer"], "papers": papers}]
        _, again = await done(client, "ask", question="Why is it added?", history=history)
        assert again["answer"]
        assert (again["model"], again["usage"]["prompt_tokens"]) == ("", 0)

    use(target, what)


def test_papers_are_compared_with_both_sides_cited(target: StdioServerParameters | str) -> None:
    async def what(client: Client) -> None:
        two = ["hybrid-retrieval", "structural-chunking"]
        said, found = await done(client, "compare", question=QUESTION, papers=two)
        heard = {claim["paper"]["id"] for claim in found["claims"]}
        assert len(heard) + len(found["silent"]) == 2
        assert found["claims"]
        for claim in found["claims"]:
            assert {c["paper"]["id"] for c in claim["citations"]} == {claim["paper"]["id"]}
            assert claim["text"] in said
            assert all(c["quote"] in said for c in claim["citations"])
        assert found["by"] == "rules"
        assert found["note"] in said
        one = await refused(client, "compare", question=QUESTION, papers=two[:1])
        assert "1 paper can't be compared: name 2 to 12" in one
        assert "most" in await refused(client, "compare", question=QUESTION, most=1)

    use(target, what)


def test_searching_in_a_part(target: StdioServerParameters | str) -> None:
    async def what(client: Client) -> None:
        arguments = {"query": "chunks", "papers": ["hybrid-retrieval"], "sections": ["method"]}
        _, found = await done(client, "search", **arguments)
        assert found["passages"]
        for passage in found["passages"]:
            assert passage["section"]["role"] == "method"
            assert "hybrid" in passage["paper"]["title"].lower()
        _, none = await done(client, "search", query="chunks", year_to=1990)
        assert none["passages"] == []

    use(target, what)


def test_papers_and_their_sections(target: StdioServerParameters | str) -> None:
    async def what(client: Client) -> None:
        said, papers = await done(client, "list_papers", limit=2)
        assert papers["total"] == 3
        assert len(papers["items"]) == 2
        assert papers["items"][0]["title"] in said
        assert "/" not in papers["items"][0]["source"]
        _, named = await done(client, "list_papers", q="hybrid")
        assert named["total"] == 1
        said, section = await done(
            client, "get_section", paper="structural-chunking", section="3.3"
        )
        assert section["section"]["title"] == "The Context Line"
        assert section["next_offset"] is None
        assert section["text"] in said
        _, by_title = await done(
            client, "get_section", paper="structural-chunking", section="the context line"
        )
        assert by_title == section

    use(target, what)


def test_resources(target: StdioServerParameters | str) -> None:
    async def what(client: Client) -> None:
        listed = (await client.list_resources()).resources
        assert len(listed) == 3
        templates = (await client.list_resource_templates()).resource_templates
        assert {t.uri_template for t in templates} == {
            "paper://{paper_id}",
            "paper://{paper_id}/sections/{n}",
        }
        for resource in listed:
            [outline] = (await client.read_resource(resource.uri)).contents
            assert "## Sections" in outline.text
            assert resource.title in outline.text
            [section] = (await client.read_resource(f"{resource.uri}/sections/1")).contents
            assert section.text.startswith("#")
        for uri in ("paper://nobody", f"{listed[0].uri}/sections/999", "paper://x/sections/y"):
            with pytest.raises(MCPError) as caught:
                await client.read_resource(uri)
            assert "no " in str(caught.value)
            assert "Traceback" not in str(caught.value)

    use(target, what)


def test_errors_say_what_to_do(target: StdioServerParameters | str) -> None:
    async def what(client: Client) -> None:
        assert "the question is empty" in await refused(client, "ask", question=" ")
        assert "no paper 'hybird'" in await refused(client, "search", query="x", papers=["hybird"])
        arguments = {"paper": "hybrid-retrieval", "section": "related wrk"}
        assert "“2 Related Work”" in await refused(client, "get_section", **arguments)
        assert "no chunk 'c0'" in await refused(client, "get_citation", chunk_id="c0")
        _, found = await done(client, "search", query="fusion", k=1)
        chunk_id = found["passages"][0]["chunk_id"]
        said = await refused(client, "get_citation", chunk_id=chunk_id, quote="pigs can fly")
        assert "does not say 'pigs can fly'" in said
        assert "k" in await refused(client, "search", query="x", k=0)
        assert "sections" in await refused(client, "search", query="x", sections=["nonsense"])
        assert "query" in await refused(client, "search")
        for tool, asked in (("search", "query"), ("ask", "question"), ("compare", "question")):
            years = {asked: "x", "year_from": 2020, "year_to": 1990}
            assert "2020 is after year_to 1990" in await refused(client, tool, **years)

    use(target, what)


def test_several_calls_at_once(target: StdioServerParameters | str) -> None:
    async def what(client: Client) -> None:
        queries = [f"fusion {n}" for n in range(6)]
        results = await asyncio.gather(*(done(client, "search", query=q, k=2) for q in queries))
        assert [found["query"] for _, found in results] == queries

    use(target, what)


def test_nothing_but_the_protocol_on_standard_output(small_library: Path) -> None:
    start = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    search = {"name": "search", "arguments": {"query": "fusion", "k": 1}}
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": start},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": search},
    ]
    command = [sys.executable, "-c", CODE, "mcp", "--library", str(small_library)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        for message in messages:
            process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        lines = [process.stdout.readline() for _ in range(2)]
        process.stdin.close()
        lines += process.stdout.readlines()
        assert process.wait(30) == 0
    answers = [json.loads(line) for line in lines if line]
    assert [answer["id"] for answer in answers] == [1, 2]
    assert answers[1]["result"]["structuredContent"]["passages"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_it_is_told_to(small_library: Path, number: int) -> None:
    """Though its standard input stays open, and a thread waits for it."""
    command = [sys.executable, "-c", CODE, "mcp", "--library", str(small_library)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        process.stdin.write(json.dumps(ping) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.send_signal(number)
        try:
            assert process.wait(20) == STOPPED
        finally:
            process.kill()


def test_a_library_that_is_not_there(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CODE, "mcp", "--library", str(tmp_path / "gone")]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert str(tmp_path) in done.stderr


def initialise(url: str, **headers: str) -> httpx.Response:
    params = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    accept = {"Accept": "application/json, text/event-stream"}
    return httpx.post(url, json=message, headers={**accept, **headers}, timeout=60)


def test_over_http_no_session_is_kept(small_library: Path) -> None:
    """Any process may answer the next request."""
    with Library.open(small_library) as library, at_port(library) as url:
        response = initialise(url)
        assert response.status_code == 200
        assert "mcp-session-id" not in response.headers


def test_over_http_foreign_hosts_and_origins_are_refused(small_library: Path) -> None:
    with Library.open(small_library) as library, at_port(library, hosts=["127.0.0.1:*"]) as url:
        assert initialise(url).status_code == 200
        assert initialise(url, Host="evil.example").status_code == 421
        assert initialise(url, Origin="https://evil.example").status_code == 403


def test_answers_pass_through_whoever_counts_them(small_library: Path) -> None:
    asked: list[str] = []

    class Counting(Open):
        def ask(self, request: Any, act: Callable[[], Any]) -> Any:
            asked.append(request.headers["authorization"])
            if len(asked) > 1:
                raise UsageError("the budget is spent")
            return act()

    async def what(url: str) -> None:
        import httpx2
        from mcp.client.streamable_http import streamable_http_client

        key = {"Authorization": "Bearer sch_1"}
        async with (
            httpx2.AsyncClient(headers=key, timeout=60) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            await done(client, "ask", question=QUESTION)
            said = await refused(client, "ask", question=QUESTION)
            assert "the budget is spent" in said

    with Library.open(small_library) as library, at_port(library, gate=Counting()) as url:
        asyncio.run(what(url))
    assert asked == ["Bearer sch_1"] * 2


def test_the_event_loop_goes_on_while_tools_work(small_library: Path) -> None:
    """An answer that waits holds up no other call."""
    gate = threading.Event()

    class Slow(Open):
        def ask(self, _: Any, act: Callable[[], Any]) -> Any:
            assert gate.wait(60)
            return act()

    async def what(client: Client) -> None:
        slow = asyncio.create_task(done(client, "ask", question=QUESTION))
        await done(client, "list_papers")
        assert not slow.done()
        gate.set()
        await slow

    with Library.open(small_library) as library, at_port(library, gate=Slow()) as url:
        use(url, what)
