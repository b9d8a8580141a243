"""What people do on the page."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.api.web.serving import QUESTION, Served


def open_page(page: Page, server: Served, path: str = "/") -> None:
    """Opens the page and waits until it has looked around."""
    page.goto(server.url + path)
    expect(page.locator(".about")).not_to_be_empty()


def ask(page: Page, question: str = QUESTION) -> Locator:
    """Asks and waits for the answer: the new turn."""
    page.get_by_role("textbox", name="Question").fill(question)
    page.keyboard.press("Enter")
    turn = page.locator(".turn").last
    expect(turn).to_have_attribute("data-state", "done")
    return turn


def open_citation(page: Page, turn: Locator, number: int = 0) -> Locator:
    """Chooses a chip: the image of its page."""
    turn.locator("a.citation").nth(number).click()
    image = page.locator(".sheet img")
    expect(image).to_be_visible()
    return image


def open_library(page: Page) -> Locator:
    """Opens the library: its panel."""
    page.get_by_role("navigation").get_by_role("button", name="Library").click()
    expect(page.locator(".papers li")).not_to_have_count(0)
    return page.get_by_role("complementary", name="Library")


def watch_drafts(page: Page) -> None:
    """Begins to note each text that is shown of an answer while it is written."""
    page.evaluate(
        """() => {
          window.drafts = [];
          const note = () => {
            const draft = document.querySelector(".draft")?.textContent;
            if (draft && draft !== window.drafts.at(-1)) window.drafts.push(draft);
          };
          new MutationObserver(note).observe(document.body, { subtree: true, childList: true });
        }"""
    )


def drafts(page: Page) -> list[str]:
    """What was noted, in order."""
    noted: list[str] = page.evaluate("window.drafts")
    return noted


def draft_of(text: str) -> str:
    """How the page shows a whole answer that was not checked yet: markers without quotes."""
    return re.sub(r'\[(\d+)(?:: "[^"]*")?\]', r"\1", text)
