"""Threads in a browser: they stay, and can be renamed and removed."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.api.web.conftest import writes
from tests.api.web.serving import QUESTION, Served
from tests.api.web.steps import ask, open_library, open_page
from tests.scripted_llm import ScriptedServer


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
    page.get_by_role("button", name="New thread", exact=True).click()
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


def test_an_answer_goes_on_while_another_thread_is_open(
    page: Page, server: Served, model: ScriptedServer
) -> None:
    model.play(lambda messages: writes(messages, gap_s=0.2), lambda messages: writes(messages))
    open_page(page, server)
    page.get_by_role("textbox", name="Question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".draft")).not_to_be_empty()
    first = page.url
    # Its stream is let go: a browser has few connections for one server.
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/v1/ask")):
        page.get_by_role("button", name="New thread", exact=True).click()
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, "What is the line of context that chunks have?")
    expect(page.locator(".turn")).to_have_count(1)
    page.goto(first)
    expect(page.locator(".turn .question")).to_have_text(QUESTION)
    expect(page.locator(".turn a.citation")).to_have_count(2)
    assert len(model.requests) == 2


def test_a_question_waits_for_the_thread_that_is_opened(page: Page, server: Served) -> None:
    open_page(page, server)
    ask(page)
    thread = page.url
    page.get_by_role("button", name="New thread", exact=True).click()
    expect(page.locator(".example")).to_have_count(3)
    held: list[Route] = []
    page.route("**/v1/threads/*", lambda route: held.append(route), times=1)
    with page.expect_request("**/v1/threads/*"):
        page.evaluate("(address) => (location.href = address)", thread)
    page.get_by_role("textbox", name="Question").fill("What does it cost?")
    page.keyboard.press("Enter")
    held[0].continue_()
    expect(page.locator(".turn .question")).to_have_text([QUESTION, "What does it cost?"])
    expect(page.locator(".turn").last).to_have_attribute("data-state", "done")


def test_a_thread_that_fails_late_leaves_the_one_that_is_open(page: Page, server: Served) -> None:
    open_page(page, server)
    ask(page)
    thread = page.url
    page.get_by_role("button", name="New thread", exact=True).click()
    held: list[Route] = []
    page.route("**/v1/threads/slow", lambda route: held.append(route))
    with page.expect_request("**/v1/threads/slow"):
        page.evaluate("location.hash = '#/threads/slow'")
    page.evaluate("(address) => (location.href = address)", thread)
    expect(page.locator(".turn a.citation")).to_have_count(2)
    with page.expect_event("requestfailed"):
        held[0].abort()
    page.evaluate("new Promise((done) => setTimeout(done))")
    expect(page.locator(".turn a.citation")).to_have_count(2)
    expect(page.locator(".failure")).to_have_count(0)


def test_an_address_that_is_none_leads_to_the_start(page: Page, server: Served) -> None:
    open_page(page, server, "/#/papers/%E0")
    expect(page.locator(".example")).to_have_count(3)


def test_a_thread_is_pinned_to_a_paper_and_stays_so(page: Page, server: Served) -> None:
    open_page(page, server)
    library = open_library(page)
    library.get_by_role("checkbox", name=re.compile("Cutting Papers")).check()
    page.get_by_role("button", name="Pin the thread to this paper").click()
    pinned = page.get_by_role("list", name="The thread is pinned to")
    expect(pinned).to_contain_text("Cutting Papers Along Their Structure")
    expect(page.get_by_role("list", name="The question is limited to")).to_be_hidden()
    ask(page)
    page.reload()
    expect(pinned).to_contain_text("Cutting Papers Along Their Structure")
    ask(page, "What does it cost?")
    asked = page.evaluate(
        """async () => {
          const id = location.hash.split("/").at(-1);
          const { papers, answers } = await (await fetch(`/v1/threads/${id}`)).json();
          return [papers, ...answers.map((answer) => answer.request.papers ?? [])];
        }"""
    )
    assert len(asked[0]) == 1
    assert asked == [asked[0]] * 3
    pinned.get_by_role("button", name=re.compile("Unpin")).click()
    expect(pinned).to_be_hidden()
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    expect(pinned).to_be_hidden()
