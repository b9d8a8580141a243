"""Threads in a browser: they stay, and can be renamed and removed."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.api.web.serving import QUESTION, Served
from tests.api.web.steps import ask, open_page


def test_a_reload_finds_the_thread(page: Page, server: Served) -> None:
    open_page(page, server)
    ask(page)
    expect(page).to_have_url(re.compile(r"#/threads/\S+"))
    page.reload()
    expect(page.locator(".turn .question")).to_have_text(QUESTION)
    expect(page.locator(".turn a.citation").first).to_be_visible()


def test_follow_ups_stay_in_the_thread_and_new_ones_begin_another(
    page: Page, server: Served
) -> None:
    open_page(page, server)
    ask(page)
    ask(page, "What does it cost?")
    expect(page.locator(".turn")).to_have_count(2)
    before = page.url
    page.get_by_role("button", name="New thread").click()
    expect(page.locator(".example")).to_have_count(3)
    expect(page.get_by_role("textbox", name="Question")).to_be_focused()
    ask(page)
    assert page.url != before


def test_threads_are_renamed_and_removed(page: Page, server: Served) -> None:
    open_page(page, server)
    ask(page)
    row = page.locator(".threads li.open")
    row.hover()
    row.get_by_role("button", name="Rename").click()
    page.get_by_role("textbox", name="Title").fill("Context lines")
    page.keyboard.press("Enter")
    expect(row.get_by_role("link")).to_have_text("Context lines")
    row.hover()
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator(".threads li", has_text="Context lines")).to_have_count(0)
    expect(page.locator(".example")).to_have_count(3)


def test_an_unknown_thread_says_so(page: Page, server: Served) -> None:
    open_page(page, server, "/#/threads/nosuch")
    expect(page.locator(".failure")).to_contain_text("nosuch")


def test_an_example_is_asked(page: Page, server: Served) -> None:
    open_page(page, server)
    first = page.locator(".example").first
    question = first.inner_text()
    first.click()
    expect(page.locator(".turn .question")).to_have_text(question)
    expect(page.locator(".turn .limits")).to_have_text("Only in 1 paper")
