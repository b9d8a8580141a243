"""The whole way through the page: from a file to a citation that outlives the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from tests.api.hosting import free_port
from tests.api.web.conftest import SLOW_S, writes
from tests.api.web.marks import assert_marked
from tests.api.web.serving import PAPERS, QUESTION, QUOTE, Served, served, with_model
from tests.api.web.steps import ask, draft_of, drafts, open_citation, open_page, watch_drafts
from tests.scripted_llm import ScriptedServer


def test_from_a_file_to_a_citation_after_a_restart(
    page: Page, tmp_path: Path, model: ScriptedServer
) -> None:
    model.play(lambda messages: writes(messages, gap_s=SLOW_S))
    port = free_port()  # the same after the restart, as for whoever keeps the page open
    with served(tmp_path / "library", port, **with_model(model.url)) as server:
        open_page(page, server)
        add(page, PAPERS / "structural-chunking.pdf")
        watch_drafts(page)
        turn = ask(page)
        written = draft_of("".join(writes(model.requests[-1]["messages"]).pieces))
        seen = drafts(page)
        assert len(seen) > 5
        assert all(written.startswith(draft.rstrip()) for draft in seen)
        image = open_citation(page, turn)
        before = citations(page, server)
        assert_marked(image, before[0]["boxes"], before[0]["page"])
        assert server.stop() == 0
    with served(tmp_path / "library", port, **with_model(model.url)) as server:
        open_page(page, server)
        page.get_by_role("navigation").get_by_role("link", name=QUESTION).click()
        expect(page.locator(".turn a.citation")).to_have_count(len(before))
        image = open_citation(page, page.locator(".turn"), 1)
        expect(page.locator(".quote blockquote")).to_contain_text(QUOTE)
        assert citations(page, server) == before
        assert_marked(image, before[1]["boxes"], before[1]["page"])


def add(page: Page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator(".welcome").get_by_role("button", name="Choose files").click()
    chooser.value.set_files(file)
    expect(page.locator(".job")).to_have_attribute("data-state", "done")
    expect(page.locator(".papers li")).to_have_count(1)
    page.get_by_role("button", name="Close", exact=True).click()


def citations(page: Page, server: Served) -> list[dict[str, Any]]:
    """Those of the thread that is open, as the server has them."""
    thread = page.url.rpartition("/")[2]
    [answer] = httpx.get(f"{server.url}/v1/threads/{thread}").json()["answers"]
    found: list[dict[str, Any]] = answer["citations"]
    return found
