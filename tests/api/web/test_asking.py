"""Asking in a browser: an answer arrives, and can be stopped, rated and taken away."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.api.web.cable import cable
from tests.api.web.conftest import writes
from tests.api.web.serving import QUESTION, QUOTE, Served, port_of, served, with_model
from tests.api.web.steps import ask, draft_of, drafts, open_page, watch_drafts
from tests.scripted_llm import Messages, Reply, ScriptedServer, says


def test_an_answer_is_seen_while_it_is_written(
    page: Page, server: Served, model: ScriptedServer
) -> None:
    open_page(page, server)
    watch_drafts(page)
    turn = ask(page)
    seen = drafts(page)
    assert len(seen) > 5
    assert all(written(model).startswith(draft.rstrip()) for draft in seen)
    expect(turn.locator("a.citation").first).to_have_text("§3.3 p. 2")
    expect(turn.locator("math")).to_have_count(1)


def written(model: ScriptedServer) -> str:
    """What the model wrote last, as a draft of it is shown."""
    return draft_of("".join(writes(model.requests[-1]["messages"]).pieces))


def test_an_answer_ends_in_a_page_that_nobody_sees(page: Page, server: Served) -> None:
    page.add_init_script("window.requestAnimationFrame = () => 1")  # no frames in the background
    open_page(page, server)
    expect(ask(page).locator("a.citation").first).to_have_text("§3.3 p. 2")


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


def test_an_abstention_says_what_was_looked_for_and_quotes_the_nearest(
    page: Page, own_library: Path
) -> None:
    """As the answer has it that no model wrote, but with places that open."""
    with served(own_library) as offline:
        open_page(page, offline)
        turn = ask(page, "What is the capital of Mongolia?")
        box = turn.locator(".abstained")
        expect(box).to_contain_text("No passage found speaks of")
        expect(box).to_contain_text("“Mongolia”")
        expect(box.get_by_text("Not found in these papers")).to_have_count(1)
        expect(box).not_to_contain_text("The nearest things found:")
        nearest = box.locator(".nearest button")
        expect(nearest.locator("q").first).not_to_be_empty()
        quote = nearest.locator("q").first.inner_text()
        nearest.first.click()
        expect(page.locator(".quote blockquote")).to_contain_text(quote[:20])
        expect(turn.locator(".used")).to_have_count(0)


def test_a_sentence_with_a_formula_is_marked_too(
    page: Page, server: Served, model: ScriptedServer
) -> None:
    def said(messages: Messages) -> Reply:
        invented = "Here $\\lambda$ is the momentum of Ada and $\\theta_t$ what she weighs."
        return says(f"{''.join(writes(messages).pieces)} {invented} It is $$a^2 + b^2$$.")

    model.play(said)
    open_page(page, server)
    turn = ask(page)
    marked = turn.locator("mark.unsupported")
    expect(marked).to_have_text(
        [
            "It was first proposed by Ada Lovelace in 1843.",
            "Here ",
            "is the momentum of Ada and",
            "what she weighs.",
        ]
    )
    expect(turn.locator(".note")).to_contain_text("sentences that no citation supports are marked")


def test_an_answer_says_who_wrote_it_and_what_that_took(page: Page, server: Served) -> None:
    open_page(page, server)
    turn = ask(page)
    expect(turn.locator(".used")).to_have_text(re.compile(r"openai/scripted · 1\d\d tokens"))


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
        watch_drafts(page)
        page.get_by_role("textbox", name="Question").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator(".draft")).not_to_be_empty()
        line.cut()
        expect(page.locator(".turn")).to_have_attribute("data-state", "done")
    assert resumed[0].headers["last-event-id"]
    seen = drafts(page)
    assert len(seen) > 5
    assert all(written(model).startswith(draft.rstrip()) for draft in seen)
    expect(page.locator(".turn a.citation").first).to_have_text("§3.3 p. 2")


def test_a_killed_server_finishes_after_its_restart(
    page: Page, own_library: Path, model: ScriptedServer
) -> None:
    model.play(
        lambda messages: writes(messages, gap_s=0.5), lambda messages: writes(messages, gap_s=0.03)
    )
    with served(own_library, **with_model(model.url)) as server:
        open_page(page, server)
        page.get_by_role("textbox", name="Question").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator(".draft")).not_to_be_empty()
        server.kill()
    expect(page.locator(".stages.lost")).to_be_visible()
    watch_drafts(page)
    with served(own_library, port_of(server), **with_model(model.url)):
        with suppress(PlaywrightTimeout):  # the page tries by itself, too, and may come first
            page.get_by_role("button", name="Try now").click(timeout=5000)
        expect(page.locator(".turn a.citation").first).to_have_text("§3.3 p. 2")
    # The first server's words are forgotten: what the second wrote does not follow them.
    assert all(written(model).startswith(draft.rstrip()) for draft in drafts(page))


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


@pytest.mark.parametrize(
    ("status", "code", "title"),
    [
        (429, "rate-limited", "Too many questions just now"),
        (413, "too-large", "Too large"),
        (403, "forbidden", "This key may not do that"),
    ],
)
def test_a_refusal_is_told_and_the_question_can_be_asked_again(
    page: Page, server: Served, status: int, code: str, title: str
) -> None:
    open_page(page, server)
    said = {"status": status, "code": code, "title": "Too large", "detail": "try in a minute"}
    page.route("**/v1/ask", lambda route: route.fulfill(status=status, json=said), times=1)
    page.get_by_role("textbox", name="Question").fill(QUESTION)
    page.keyboard.press("Enter")
    failure = page.locator(".turn .failure")
    expect(failure).to_contain_text(title)
    expect(failure).to_contain_text("try in a minute")
    failure.get_by_role("button", name="Try again").click()
    expect(page.locator(".turn a.citation").first).to_be_visible()


def test_a_busy_server_is_asked_for_the_rest_once_more(
    page: Page, server: Served, model: ScriptedServer
) -> None:
    model.play(lambda messages: writes(messages, gap_s=0.2))
    open_page(page, server)
    refused = {"status": 429, "code": "rate-limited", "title": "", "detail": ""}
    page.route("**/events", lambda route: route.fulfill(status=429, json=refused), times=1)
    with cable(port_of(server)) as line:
        page.goto(line.url)
        page.get_by_role("textbox", name="Question").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator(".draft")).not_to_be_empty()
        line.cut()
        expect(page.locator(".turn")).to_have_attribute("data-state", "done")
    assert len(model.requests) == 1


def test_stop_counts_before_anything_has_come(
    page: Page, server: Served, model: ScriptedServer
) -> None:
    model.play(lambda messages: writes(messages, gap_s=1.0))
    open_page(page, server)
    held: list[Route] = []
    page.route("**/v1/ask", lambda route: held.append(route), times=1)
    with page.expect_request("**/v1/ask"):
        page.get_by_role("textbox", name="Question").fill(QUESTION)
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Stop").click()
    held[0].continue_()
    expect(page.locator(".turn")).to_have_attribute("data-state", "cancelled")
    expect(page.locator("#status")).to_have_text("Stopped")


def test_a_line_separator_is_a_character_like_others(
    page: Page, server: Served, model: ScriptedServer
) -> None:
    model.play(says("It holds\u2028the title.\u2029And more."))
    open_page(page, server)
    expect(ask(page)).to_contain_text("the title")


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
    # The button says so too, but not for long.
    expect(page.locator("#status")).to_have_text("Copied as Markdown")
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
