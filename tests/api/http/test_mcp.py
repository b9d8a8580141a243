"""MCP as a path of the server, with the package's own client."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import httpx
import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from api.guard.callers import AT_ONCE
from api.guard.keys import Keys, Scope
from rag.store.catalog_writer import WritableCatalog
from rag.types import Usage
from tests.api.hosting import hosted
from tests.api.http.test_answers import SAID, settings
from tests.scripted_llm import MODEL, Messages, Reply, says, scripted_server

TOOLS = {"search", "ask", "compare", "get_section", "list_papers", "get_citation"}
QUESTION = {"question": "What is in the context line of a chunk?"}


def key(library: Path, *scopes: Scope, **limits: float) -> tuple[str, str]:
    with WritableCatalog(library) as catalog:
        made, text = Keys(catalog).create("assistant", scopes, **limits)
    return made.key_id, text


def test_a_server_without_keys_answers_assistants(client: httpx.Client) -> None:
    async def run() -> None:
        async with Client(f"{client.base_url}/mcp") as assistant:
            tools = {tool.name for tool in (await assistant.list_tools()).tools}
            assert tools == TOOLS
            said = await assistant.call_tool("ask", QUESTION)
            assert not said.is_error
            assert said.structured_content["citations"]

    asyncio.run(run())


def test_keys_hold_for_assistants_too(library: Path) -> None:
    _, reading = key(library, Scope.READ)
    _, writing = key(library, Scope.WRITE)
    poor, asking = key(library, Scope.ASK, budget_usd=0.5)
    with hosted(library) as client:
        url = f"{client.base_url}/mcp"
        assert httpx.post(url, json={}).status_code == 401
        headers = {"Authorization": f"Bearer {writing}"}
        assert httpx.post(url, json={}, headers=headers).status_code == 403

        async def call(token: str, tool: str, arguments: dict[str, Any]) -> Any:
            bearer = {"Authorization": f"Bearer {token}"}
            async with httpx2.AsyncClient(headers=bearer, timeout=60) as http:
                transport = streamable_http_client(url, http_client=http)
                async with Client(transport) as assistant:
                    return await assistant.call_tool(tool, arguments)

        assert not asyncio.run(call(reading, "search", {"query": "chunk"})).is_error
        refused = asyncio.run(call(reading, "ask", QUESTION))
        assert refused.is_error
        assert "scope ask" in refused.content[0].text
        assert asyncio.run(call(reading, "compare", QUESTION)).is_error
        assert not asyncio.run(call(asking, "ask", QUESTION)).is_error
        assert not asyncio.run(call(asking, "compare", QUESTION)).is_error
        for tool, arguments in (("search", {"query": "chunk"}), ("list_papers", {})):
            assert asyncio.run(call(asking, tool, arguments)).is_error
        with WritableCatalog(library) as catalog:
            Keys(catalog).charge(poor, Usage(1, 1, 1.0))
        for tool in ("ask", "compare"):
            refused = asyncio.run(call(asking, tool, QUESTION))
            assert "has spent" in refused.content[0].text


def test_a_key_with_a_budget_has_so_many_answers_at_once(library: Path) -> None:
    """As it has outside of MCP: what they cost is known when they are done."""
    key_id, text = key(library, Scope.ASK, budget_usd=5.0)
    gate = threading.Event()

    def late(_: Messages) -> Reply:
        gate.wait(60)
        return says(SAID)

    async def run(url: str) -> list[bool]:
        bearer = {"Authorization": f"Bearer {text}"}
        async with (
            httpx2.AsyncClient(headers=bearer, timeout=60) as http,
            Client(streamable_http_client(url, http_client=http)) as assistant,
        ):
            calls = [
                asyncio.create_task(assistant.call_tool("ask", QUESTION))
                for _ in range(AT_ONCE + 1)
            ]
            first, _ = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
            [refused] = [call.result() for call in first]
            assert f"{AT_ONCE} answers for this key" in refused.content[0].text
            gate.set()
            return [said.is_error for said in await asyncio.gather(*calls)]

    with scripted_server() as model:
        model.play(late)
        with hosted(library, settings(model)) as client:
            failed = asyncio.run(run(f"{client.base_url}/mcp"))
    assert sum(failed) == 1
    with WritableCatalog(library) as catalog:
        sql = "SELECT answers FROM spending WHERE key_id = ?"
        assert [row[0] for row in catalog.select(sql, [key_id])] == [AT_ONCE]


def test_the_model_that_answered_is_named_and_what_it_took(library: Path) -> None:
    async def run(url: str) -> None:
        async with Client(url) as assistant:
            said = await assistant.call_tool("ask", QUESTION)
            told = said.structured_content
            assert told
            assert (told["model"], told["usage"]["prompt_tokens"]) == (MODEL, 100)
            assert said.content[0].text.endswith(f"Written by {MODEL}.")

    with scripted_server() as model:
        model.play(says(SAID))
        with hosted(library, settings(model)) as client:
            asyncio.run(run(f"{client.base_url}/mcp"))


def test_pages_elsewhere_may_not_reach_it(client: httpx.Client) -> None:
    answer = client.post("/mcp", json={}, headers={"Origin": "https://evil.example"})
    assert answer.json()["code"] == "forbidden"
