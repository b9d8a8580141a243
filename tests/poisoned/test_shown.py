"""No link or picture that a paper brings along reaches what is shown of an answer.

The model repeats whatever leads elsewhere; see ``obedient``.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from markdown_it import MarkdownIt
from mcp import Client
from rich.console import Console

from api.cli.options import without_model
from api.cli.render.answer import answered
from api.cli.render.hits import hit_list
from api.cli.stream import Typewriter
from api.unlinked import unlinked
from api.web.answer_html import answer_html
from rag.build import open_library
from rag.types import Filter, Query, Retrieval, Trace
from tests.api.hosting import events, hosted
from tests.api.mcp.serving import at_port
from tests.poisoned.conftest import Poisoned
from tests.poisoned.papers import EVIL, Poison
from tests.scripted_llm import MODEL

LEADING = {"src", "href", "xlink:href", "srcset", "style", "action", "poster", "data", "background"}
STRANGERS = {"script", "img", "svg", "iframe", "object", "embed", "link", "style", "video", "form"}
_COLOURS = re.compile(r"\x1b\[[\d;]*m")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LEADS = {
    *("picture", "link", "reference", "autolink", "html", "schemes", "css", "citations"),
    *("title", "page_plain", "latex_plain", "terminal"),
}


class Leads(HTMLParser):
    """What in a page leads away from it, or is no text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in STRANGERS:
            self.found.append(tag)
        for name, value in attrs:
            own = tag == "a" and name == "href" and re.fullmatch(r"#citation-\d+", value or "")
            if (name in LEADING or name.startswith("on")) and not own:
                self.found.append(f"{tag} {name}={value}")


def leading(library: Poisoned) -> list[Poison]:
    """The papers that have something that leads elsewhere."""
    found = [p for p in library.papers if p.path.stem.partition("-")[2] in LEADS]
    assert len(found) == len(LEADS)
    return found


@pytest.fixture(scope="module")
def client(library: Poisoned) -> Iterator[httpx.Client]:
    """Of a server of the library whose model writes answers only."""
    settings = {
        "embedder": {"kind": "hashing"},
        "context": {"kind": "llm"},
        "llm": {"model": MODEL, "api_base": library.server.url, "retries": 0},
        "query": {"hyde": False, "multi_query": False, "cache": False},
    }
    with hosted(library.library, settings) as made:
        yield made


def body(library: Poisoned, paper: Poison) -> dict[str, Any]:
    return {
        "question": f"What is the step size of {paper.name}?",
        "papers": [library.ids[paper.name]],
    }


def htmls(value: Any, key: str = "") -> Iterator[str]:
    """All HTML in a JSON value."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from htmls(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from htmls(each, key)
    elif isinstance(value, str) and "html" in key:
        yield value


def test_the_model_did_repeat_what_leads_elsewhere(library: Poisoned) -> None:
    """Else the tests below could not fail."""
    said = [p.path.name for p in leading(library) if EVIL in library.answers[p.name].text]
    assert len(said) >= 8
    pictures = "![chart]" in library.answers[leading(library)[0].name].text
    assert pictures


def test_answers_as_html_lead_nowhere(library: Poisoned) -> None:
    for paper in library.papers:
        answer = library.answers[paper.name]
        html = answer_html(answer.text, [c.marker for c in answer.citations])
        assert Leads(html).found == [], paper.path.name


def test_answers_without_a_model_lead_nowhere(library: Poisoned) -> None:
    """They are quoted from the papers, links included."""
    quoted = ""
    with open_library(library.library, without_model(library.settings)) as opened:
        for paper in leading(library):
            within = Filter(frozenset({library.ids[paper.name]}))
            answer = opened.ask(
                f"Where is more on {paper.name}, and what is its step size?", within
            )
            quoted += answer.text
            html = answer_html(answer.text, [c.marker for c in answer.citations])
            assert Leads(html).found == [], paper.path.name
            assert shown(unlinked(answer.text)) == [], paper.path.name
    assert "step size of Fox" in quoted


def test_the_apis_html_leads_nowhere(library: Poisoned, client: httpx.Client) -> None:
    for paper in library.papers:
        answer = client.post("/v1/ask", json=body(library, paper))
        assert answer.status_code == 200, answer.text
        found = list(htmls(answer.json()))
        assert found
        assert [lead for html in found for lead in Leads(html).found] == [], paper.path.name


def test_streams_lead_nowhere(library: Poisoned, client: httpx.Client) -> None:
    headers = {"Accept": "text/event-stream"}
    for paper in leading(library):
        with client.stream("POST", "/v1/ask", json=body(library, paper), headers=headers) as got:
            told = [data for _, _, data in events(got.iter_lines())]
        found = list(htmls(told))
        assert found
        assert [lead for html in found for lead in Leads(html).found] == [], paper.path.name


def shown(text: str) -> list[str]:
    """What leads elsewhere in Markdown, in a program that trusts whoever wrote it."""
    return Leads(MarkdownIt("commonmark", {"html": True}).enable("table").render(text)).found


def test_texts_for_openais_clients_lead_nowhere(library: Poisoned, client: httpx.Client) -> None:
    for paper in leading(library):
        asked = {
            "model": f"scholium/{library.ids[paper.name]}",
            "messages": [{"role": "user", "content": f"What is the step size of {paper.name}?"}],
        }
        whole = client.post("/v1/chat/completions", json=asked).json()
        text = whole["choices"][0]["message"]["content"]
        assert f"The step size of {paper.name}" in text
        assert shown(text) == [], paper.path.name
        assert f"https://{EVIL}" not in text
        with client.stream("POST", "/v1/chat/completions", json={**asked, "stream": True}) as got:
            lines = [line.removeprefix("data: ") for line in got.iter_lines()]
        pieces = [
            choice["delta"].get("content") or ""
            for line in lines
            if line.startswith("{")
            for choice in json.loads(line).get("choices", [])
        ]
        assert f"The step size of {paper.name}" in "".join(pieces)
        assert shown("".join(pieces)) == [], paper.path.name


def test_answers_to_take_away_lead_nowhere(library: Poisoned, client: httpx.Client) -> None:
    for paper in leading(library):
        answer = client.post("/v1/ask", json=body(library, paper)).json()
        text = client.get(f"/v1/answers/{answer['id']}/markdown").text
        assert f"The step size of {paper.name}" in text
        assert shown(text) == [], paper.path.name


def test_texts_for_assistants_lead_nowhere(library: Poisoned) -> None:
    async def told(url: str) -> None:
        async with Client(url, read_timeout_seconds=120) as assistant:
            for paper in leading(library):
                within = [library.ids[paper.name]]
                asked = {"question": f"What is the step size of {paper.name}?", "papers": within}
                sought = {"query": "step size tracks", "papers": within}
                for tool, arguments in (("ask", asked), ("search", sought)):
                    result = await assistant.call_tool(tool, arguments)
                    assert not result.is_error, result
                    text = "\n".join(block.text for block in result.content)
                    assert paper.name in text
                    assert shown(text) == [], (tool, paper.path.name)

    with open_library(library.library, library.settings) as opened, at_port(opened) as url:
        asyncio.run(told(url))


def printed(what: Any) -> str:
    """As a terminal is sent it, colours left out."""
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    console.print(what)
    return _COLOURS.sub("", console.file.getvalue())  # type: ignore[attr-defined]


def test_terminals_are_sent_text_alone(library: Poisoned) -> None:
    for paper in library.papers:
        answer = library.answers[paper.name]
        found = Retrieval(Query("x"), Query("x"), answer.evidence, Trace())
        typed = Typewriter(100)
        texts = [
            printed(answered(answer)),
            printed(hit_list(found, full=True)),
            typed.feed(answer.text) + typed.end(),
        ]
        for text in texts:
            assert not _CONTROL.search(text), paper.path.name
            assert "\x1b" not in text
