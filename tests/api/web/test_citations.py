"""From a citation to the words on the page."""

from __future__ import annotations

from typing import Any

import httpx
from playwright.sync_api import BrowserContext, Page, expect

from tests.api.web.marks import assert_marked, marked_share
from tests.api.web.serving import QUOTE, Served
from tests.api.web.steps import ask, open_citation, open_page


def test_a_citation_opens_its_page_with_the_quote_marked(page: Page, server: Served) -> None:
    open_page(page, server)
    turn = ask(page)
    image = open_citation(page, turn)
    assert_marked(image, citation(page, server)["boxes"], page=2)
    assert QUOTE in (image.get_attribute("alt") or "")
    expect(page.locator(".quote blockquote")).to_contain_text(QUOTE)
    expect(page.locator(".position")).to_have_text("Page 2 of 5")
    expect(turn.locator("a.citation").first).to_have_attribute("aria-current", "true")


def test_neighbouring_pages_are_not_marked(page: Page, server: Served) -> None:
    open_page(page, server)
    open_citation(page, ask(page))
    page.get_by_role("button", name="Page after").click()
    expect(page.locator(".position")).to_have_text("Page 3 of 5")
    image = page.get_by_role("img", name="Page 3 of")
    expect(image).to_be_visible()
    assert marked_share(image) == 0


def test_pages_become_larger(page: Page, server: Served) -> None:
    open_page(page, server)
    image = open_citation(page, ask(page))
    before = image.bounding_box()
    page.get_by_role("button", name="Larger").click()
    after = image.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > 1.2 * before["width"]


def test_arrows_walk_through_citations(page: Page, server: Served) -> None:
    open_page(page, server)
    chips = ask(page).locator("a.citation")
    chips.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".walk")).to_contain_text("1 of 2")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".walk")).to_contain_text("2 of 2")
    expect(chips.nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_be_hidden()


def test_links_lead_to_a_place_on_a_page(
    context: BrowserContext, page: Page, server: Served
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, server)
    open_citation(page, ask(page))
    page.get_by_role("button", name="Copy a link").click()
    expect(page.locator("#status")).to_have_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    other = context.new_page()
    other.goto(link)
    image = other.locator(".sheet img")
    expect(image).to_be_visible()
    assert_marked(image, citation(page, server)["boxes"], page=2)


def test_the_file_opens_in_another_tab(page: Page, server: Served) -> None:
    open_page(page, server)
    open_citation(page, ask(page))
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Open PDF").click()
    assert opened.value.url.endswith("/pdf")


def citation(page: Page, server: Served) -> dict[str, Any]:
    """The first citation of the thread that is open, as the server has it."""
    thread = page.url.rpartition("/")[2]
    [answer] = httpx.get(f"{server.url}/v1/threads/{thread}").json()["answers"]
    first: dict[str, Any] = answer["citations"][0]
    return first


def test_the_focus_goes_into_the_panel_and_back(page: Page, server: Served) -> None:
    open_page(page, server)
    chips = ask(page).locator("a.citation")
    chips.first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary").get_by_role("heading").first).to_be_focused()
    page.get_by_role("button", name="Citation after").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".walk")).to_contain_text("2 of 2")
    expect(page.get_by_role("button", name="Citation before")).to_be_focused()
    page.keyboard.press("Escape")
    expect(chips.first).to_be_focused()


def test_chips_are_walked_with_arrows_beside_the_open_page(page: Page, server: Served) -> None:
    open_page(page, server)
    turn = ask(page)
    open_citation(page, turn)
    chips = turn.locator("a.citation")
    chips.first.focus()
    page.keyboard.press("ArrowRight")
    expect(chips.nth(1)).to_be_focused()
    expect(page.locator(".walk")).to_contain_text("2 of 2")
