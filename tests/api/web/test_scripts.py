"""The page's modules that need no page, in the browser they are for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.api.web.serving import Served


@pytest.fixture(scope="module")
def modules(browser: Browser, server: Served) -> Iterator[Page]:
    """A page that may import them. It is shared: nothing is done to it."""
    page = browser.new_page()
    page.goto(server.url)
    yield page
    page.close()


def run(modules: Page, module: str, script: str, given: Any = None) -> Any:
    """What ``script``, a function of the module and of what is given, returns."""
    code = f"async (given) => ({script})(await import('/static/js/{module}.js'), given)"
    return modules.evaluate(code, given)


@pytest.mark.parametrize(
    ("block", "data"),
    [
        ('id: 1.2\nevent: token\ndata: {"text":"a\u2028b\u2029c\x85d"}', "a\u2028b\u2029c\x85d"),
        ('id: 1.2\r\nevent: token\r\ndata: {"text":\r\ndata: "x"}', "x"),
        ('event:token\ndata:{"text":"x"}', "x"),
    ],
)
def test_events_are_read(modules: Page, block: str, data: str) -> None:
    event = run(modules, "stream", "({ parse }, block) => parse(block)", block)
    assert event["event"] == "token"
    assert event["data"] == {"text": data}


def test_comments_are_no_events(modules: Page) -> None:
    assert run(modules, "stream", "({ parse }) => parse(': nothing new')") is None


def test_lists_are_asked_for_in_pages_that_the_server_gives(modules: Page) -> None:
    calls, found = run(
        modules,
        "paging",
        """async ({ firstOf }) => {
          const all = Array.from({ length: 430 }, (_, id) => ({ id }));
          const calls = [];
          const page = async (limit, offset) => {
            calls.push([limit, offset]);
            return { items: all.slice(offset, offset + limit), total: all.length };
          };
          return [calls, (await firstOf(420, page)).items.map(({ id }) => id)];
        }""",
    )
    assert calls == [[200, 0], [200, 200], [20, 400]]
    assert found == list(range(420))


@pytest.mark.parametrize(
    ("address", "route"),
    [
        ("#/threads/t1", {"name": "thread", "id": "t1"}),
        ("#/papers/1706.03762", {"name": "paper", "id": "1706.03762"}),
        ("#/papers/a%2Fb/pages/0", {"name": "paper", "id": "a/b"}),
        (
            "#/papers/p/pages/3?highlight=1,2,3,4&highlight=x",
            {
                "name": "page",
                "id": "p",
                "page": 3,
                "boxes": [{"page": 3, "x0": 1, "y0": 2, "x1": 3, "y1": 4}],
            },
        ),
        ("#/papers/%E0", {"name": "start"}),
        ("#/papers/..", {"name": "start"}),
        ("#/papers/%2e%2E/pages/1", {"name": "start"}),
        ("", {"name": "start"}),
    ],
)
def test_addresses_lead_somewhere(modules: Page, address: str, route: dict[str, Any]) -> None:
    assert run(modules, "routes", "({ parseRoute }, hash) => parseRoute(hash)", address) == route


@pytest.mark.parametrize(
    ("text", "is_over", "shown"),
    [
        ('A [1: "quo', False, "A"),
        ('A [1: "quote"]. B', False, "A 1. B"),
        ("An array a[i", False, "An array a[i"),
        ("Not closed [1 and on", True, "Not closed [1 and on"),
    ],
)
def test_drafts_leave_out_what_may_become_a_marker(
    modules: Page, text: str, is_over: bool, shown: str
) -> None:
    script = """({ draft }, [text, isOver]) => {
      const node = document.createElement("p");
      node.append(...draft(text, isOver));
      return node.textContent;
    }"""
    assert run(modules, "markup", script, [text, is_over]) == shown
