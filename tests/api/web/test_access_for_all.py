"""By keyboard, by screen reader, on a phone, in the dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.web.conftest import writes
from tests.api.web.serving import QUESTION, Served
from tests.api.web.steps import ask, open_citation, open_library, open_page
from tests.scripted_llm import ScriptedServer

Violations = Callable[[Page], list[str]]
PHONE = {"width": 360, "height": 740}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_obstacle(
    page: Page, server: Served, violations: Violations, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_page(page, server)
    assert violations(page) == []
    turn = ask(page)
    assert violations(page) == []
    open_citation(page, turn)
    assert violations(page) == []
    turn.get_by_role("button", name="Why these passages").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    open_library(page).get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Limit the question").click()
    assert violations(page) == []


def test_axe_sees_an_obstacle_where_there_is_one(
    page: Page, server: Served, violations: Violations
) -> None:
    open_page(page, server)
    page.evaluate("document.querySelector('#question').removeAttribute('aria-label')")
    page.evaluate("document.querySelector('#question').removeAttribute('placeholder')")
    assert violations(page) != []


def test_all_can_be_done_without_a_mouse(page: Page, server: Served) -> None:
    open_page(page, server)
    page.keyboard.press("Tab")
    expect(page.locator("#skip")).to_be_focused()
    page.keyboard.press("Enter")
    question = page.get_by_role("textbox", name="Question")
    expect(question).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Control+Enter")
    expect(page.locator("a.citation").first).to_be_visible()
    page.locator("a.citation").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sheet img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_be_hidden()
    page.keyboard.press("/")
    expect(question).to_be_focused()


def test_the_keys_are_listed(page: Page, server: Served) -> None:
    open_page(page, server)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Write a question")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_nothing_scrolls_sideways_on_a_phone(
    page: Page, server: Served, violations: Violations
) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    open_page(page, server)
    assert overflow(page) == 0
    turn = ask(page)
    assert overflow(page) == 0
    open_citation(page, turn)
    assert overflow(page) == 0
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("navigation")).to_be_in_viewport()
    assert violations(page) == []
    open_library(page)
    assert overflow(page) == 0
    page.get_by_role("button", name="Close", exact=True).click()
    turn.get_by_role("button", name="Why these passages").click()
    assert overflow(page) == 0


def test_the_drawer_closes_before_anything_else(
    page: Page, server: Served, model: ScriptedServer
) -> None:
    model.play(lambda messages: writes(messages, gap_s=0.2))
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    open_page(page, server)
    page.get_by_role("textbox", name="Question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".draft")).not_to_be_empty()
    menu = page.get_by_role("button", name="Menu", exact=True)
    menu.click()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    menu.click()
    page.locator(".threads li.open a").click()
    expect(page.get_by_role("navigation")).not_to_be_in_viewport()
    expect(page.locator(".turn")).to_have_attribute("data-state", "done")


def test_axe_finds_no_serious_obstacle_where_something_failed(
    page: Page, server: Served, violations: Violations
) -> None:
    open_page(page, server)
    page.route("**/v1/ask", lambda route: route.abort(), times=1)
    page.get_by_role("textbox", name="Question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".turn .failure")).to_be_visible()
    file = {"name": "picture.gif", "mimeType": "image/gif", "buffer": b"GIF89a"}
    open_library(page).locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    expect(page.locator(".job .failure")).to_be_visible()
    assert violations(page) == []


def test_an_unsupported_sentence_is_told_by_more_than_its_colour(
    page: Page, server: Served
) -> None:
    open_page(page, server)
    expect(ask(page).locator(".prose")).to_contain_text("in 1843. (no citation supports this)")


def overflow(page: Page) -> int:
    """By how much what the page shows is wider than the screen."""
    return int(
        page.evaluate(
            """() => {
              const meant = ".picture-frame, .table-frame, .sheet, .prose table, .prose pre, math";
              const frames = [...document.querySelectorAll("body, body *")].filter((node) =>
                node.clientWidth && !node.matches(meant) &&
                (node === document.body || getComputedStyle(node).overflowX !== "visible") &&
                getComputedStyle(node).textOverflow !== "ellipsis" &&
                !node.matches(".visually-hidden, svg, input, textarea"));
              return Math.max(...frames.map((node) => node.scrollWidth - node.clientWidth));
            }"""
        )
    )


def test_the_theme_is_kept(page: Page, server: Served) -> None:
    open_page(page, server)
    light = background(page)
    page.get_by_role("button", name="Theme").click()
    assert background(page) == light
    page.get_by_role("button", name="Theme: light").click()
    dark = background(page)
    assert dark != light
    page.reload()
    assert background(page) == dark
    page.get_by_role("button", name="Theme: dark").click()
    assert background(page) == light


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_system_may_be_dark(browser: Browser, server: Served) -> None:
    backgrounds = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        open_page(page, server)
        backgrounds.append(background(page))
        context.close()
    assert backgrounds[0] != backgrounds[1]
