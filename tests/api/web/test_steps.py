"""The steps of an active method, on the page."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.api.hosting import hosted
from tests.copying import copied
from tests.scripted_llm import MODEL, Messages, Reply, says, scripted_server

QUESTION = "What is in a chunk's context line, and which constant does rank fusion use?"


def model(messages: Messages) -> Reply:
    system = messages[0]["content"]
    if "that have to be looked up" in system:
        return says("1. What does the context line hold?\n2. Which <b>constant</b> is it?")
    return says("ENOUGH" if "First write notes" in system else "NOT FOUND")


def test_a_reader_sees_what_was_asked_on_the_way(
    page: Page, small_library: Path, tmp_path: Path
) -> None:
    library = copied(small_library, tmp_path / "library")
    with scripted_server() as server:
        server.play(model)
        settings = {
            "llm": {"model": MODEL, "api_base": server.url},
            "query": {"hyde": False, "multi_query": False, "cache": False},
            "active": {"kind": "multi-hop"},
        }
        with hosted(library, settings) as client:
            page.goto(str(client.base_url))
            page.get_by_role("textbox", name="Question").fill(QUESTION)
            page.keyboard.press("Enter")
            page.get_by_role("button", name="Why these passages").click()
            steps = page.get_by_role("dialog").locator(".steps > li")
            expect(steps).to_have_count(4)
            expect(steps.nth(0)).to_contain_text("sub-questions")
            expect(steps.nth(1)).to_contain_text("Asked: What does the context line hold?")
            expect(steps.nth(1)).to_contain_text("Found:")
            expect(steps.nth(1)).to_contain_text("§")
            expect(steps.nth(2)).to_contain_text("Which <b>constant</b> is it?")
            expect(steps.nth(3)).to_contain_text("enough to answer")
