"""Asking in a browser: an answer arrives, and can be stopped, rated and taken away."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.api.web.cable import cable
from tests.api.web.conftest import writes
from tests.api.web.serving import QUESTION, QUOTE, Served, port_of, served, with_model
from tests.api.web.steps import ask, open_page
from tests.scripted_llm import Reply, ScriptedServer


def test_an_answer_is_seen_while_it_is_written(page: Page, server: Served) -> None:
    open_page(page, server)
    page.evaluate(
        """() => {
          window.seen = new Set();
          new MutationObserver(() => {
            const draft = document.querySelector(".draft");
            if (draft) window.seen.add(draft.textContent.length);
            const stage = document.querySelector(".stages .now");
            if (stage) window.seen.add(stage.textContent);
          }).observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )
    turn = ask(page)
    seen = page.evaluate("[...window.seen]")
    assert len([length for length in seen if isinstance(length, int)]) > 5
    assert "Writing" in seen
    expect(turn.locator("a.citation").first).to_have_text("§3.3 p. 2")
    expect(turn.locator("math")).to_have_count(1)


def test_what_nothing_supports_is_marked_and_said(page: Page, server: Served) -> None:
    open_page(page, server)
    turn = ask(page)
    expect(turn.locator("mark.unsupported")).to_have_text(
        "It was first proposed by Ada Lovelace in 1843."
    )
    expect(turn.locator(".note")).to_contain_text("1 sentence that no citation supports")
    expect(turn.locator(".prose")).not_to_contain_text("[unsupported]")


def test_screen_readers_are_told_the_stages_and_not_the_words(page: Page, server: Served) -> None:
    open_page(page, server)
    page.evaluate(
        """() => {
          window.said = [];
          const status = document.querySelector("#status");
          new MutationObserver(() => window.said.push(status.textContent))
            .observe(status, { childList: true });
        }"""
    )
    ask(page)
    said = page.evaluate("window.said")
    assert said[-1].startswith("Answered with")
    assert "Writing" in said
    assert len(said) < 8


def test_nothing_found_says_so_and_shows_the_nearest(page: Page, server: Served) -> None:
    open_page(page, server)
    turn = ask(page, "Which weather will Paris have tomorrow?")
    expect(turn.locator(".abstained")).to_contain_text("Not found in these papers")
    turn.locator(".nearest button").first.click()
    expect(page.locator(".quote blockquote")).not_to_be_empty()


def test_stop_ends_an_answer(page: Page, server: Served, model: ScriptedServer) -> None:
    model.play(lambda messages: writes(messages, gap_s=1.0))
    open_page(page, server)
    page.get_by_role("textbox", name="Question").fill(QUESTION)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".draft")).not_to_be_empty()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".turn")).to_have_attribute("data-state", "cancelled")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_a_lost_connection_is_found_again(
    page: Page, server: Served, model: ScriptedServer
) -> None:
    model.play(lambda messages: writes(messages, gap_s=0.2))
    resumed: list[Request] = []
    page.on("request", lambda request: resumed.append(request) if "/events" in request.url else 0)
    with cable(port_of(server)) as line:
        page.goto(line.url)
        page.get_by_role("textbox", name="Question").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator(".draft")).not_to_be_empty()
        line.cut()
        expect(page.locator(".turn")).to_have_attribute("data-state", "done")
    assert resumed[0].headers["last-event-id"]
    expect(page.locator(".turn a.citation").first).to_have_text("§3.3 p. 2")


def test_a_killed_server_finishes_after_its_restart(
    page: Page, own_library: Path, model: ScriptedServer
) -> None:
    model.play(lambda messages: writes(messages, gap_s=0.5), lambda messages: writes(messages))
    with served(own_library, **with_model(model.url)) as server:
        open_page(page, server)
        page.get_by_role("textbox", name="Question").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator(".draft")).not_to_be_empty()
        server.kill()
    expect(page.locator(".stages.lost")).to_be_visible()
    with served(own_library, port_of(server), **with_model(model.url)):
        expect(page.locator(".turn a.citation").first).to_have_text("§3.3 p. 2")


def test_a_failure_shows_its_reason_and_can_be_tried_again(
    page: Page, server: Served, model: ScriptedServer
) -> None:
    open_page(page, server)
    page.route("**/v1/ask", lambda route: route.abort(), times=1)
    page.get_by_role("textbox", name="Question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".failure")).to_contain_text("can't be reached")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".turn a.citation").first).to_be_visible()


def test_a_model_that_fails_leaves_quotes_and_a_note(
    page: Page, server: Served, model: ScriptedServer
) -> None:
    model.play(Reply(status=500, body=b"{}"))
    open_page(page, server)
    turn = ask(page)
    expect(turn.locator(".note").first).to_be_visible()
    expect(turn.locator("a.citation").first).to_be_visible()


def test_answers_are_copied_as_markdown(
    context: BrowserContext, page: Page, server: Served
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, server)
    turn = ask(page)
    turn.get_by_role("button", name="Copy").click()
    expect(turn.get_by_role("button", name="Copied as Markdown")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert QUOTE in copied
    assert "§3.3" in copied


def test_the_cited_papers_are_exported(page: Page, server: Served) -> None:
    open_page(page, server)
    turn = ask(page)
    with page.expect_download() as download:
        turn.get_by_role("button", name="BibTeX").click()
    assert "Cutting Papers Along Their Structure" in download.value.path().read_text()


def test_thumbs_and_comments_are_kept(page: Page, server: Served) -> None:
    open_page(page, server)
    turn = ask(page)
    turn.get_by_role("button", name="Bad answer").click()
    turn.get_by_role("textbox", name="What was good or wrong").fill("Ada Lovelace?")
    with page.expect_response("**/feedback"):
        page.keyboard.press("Enter")
    page.reload()
    pressed = page.get_by_role("button", name="Bad answer")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".comment input")).to_have_attribute("value", "Ada Lovelace?")
