"""The widget on pages of another origin."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from api.web.sanitise import ATTRIBUTES, MATH_TAGS, TEXT_TAGS
from tests.api.web.cable import cable
from tests.api.web.conftest import writes
from tests.api.web.host import Host
from tests.api.web.marks import assert_marked
from tests.api.web.serving import QUESTION, QUOTE, REPOSITORY, Served, port_of
from tests.scripted_llm import ScriptedServer, says

STATIC = REPOSITORY / "api" / "web" / "static"


def embedded(page: Page, host: Host, library: Served) -> Locator:
    host.library = library.url
    page.goto(host.origin)
    return page.locator("scholium-chat")


def ask(widget: Locator, question: str = QUESTION) -> None:
    widget.get_by_role("textbox").fill(question)
    widget.get_by_role("button", name="Ask", exact=True).click()


def test_it_is_small() -> None:
    assert (STATIC / "widget.js").stat().st_size < 40 * 1024


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("TEXT_TAGS", TEXT_TAGS),
        ("MATH_TAGS", MATH_TAGS),
        ("MATH_ATTRIBUTES", ATTRIBUTES["math"]),
    ],
)
def test_it_takes_what_the_servers_sanitiser_lets_through(
    name: str, listed: frozenset[str]
) -> None:
    script = (STATIC / "widget.js").read_text(encoding="utf-8")
    [words] = re.findall(rf'const {name} = new Set\("([^"]+)"', script)
    assert set(words.split()) == listed


def test_it_answers_with_citations_that_open(page: Page, host: Host, server: Served) -> None:
    widget = embedded(page, host, server)
    page.evaluate("addEventListener('scholium-answer', (event) => (window.told = event.detail))")
    ask(widget)
    chip = widget.locator(".chip").first
    expect(chip).to_have_text("§3.3 p. 2")
    expect(widget.locator(".unsupported")).to_have_count(1)
    [cited, *_] = page.evaluate("window.told.citations")
    chip.click()
    dialog = widget.get_by_role("dialog")
    expect(dialog).to_contain_text(QUOTE)
    image = dialog.get_by_role("img")
    expect(image).to_be_visible()
    assert_marked(image, cited["boxes"], cited["page"])
    dialog.get_by_role("button", name="Page after").click()
    expect(dialog.get_by_role("img", name="Page 3 of")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_text_is_seen_while_it_is_written(
    page: Page, host: Host, server: Served, model: ScriptedServer
) -> None:
    widget = embedded(page, host, server)
    watch(widget)
    ask(widget)
    expect(widget.locator(".chip")).to_have_count(2)
    written = "".join(writes(model.requests[-1]["messages"]).pieces)
    shown = re.sub(r'(\[\d+): "[^"]*"\]', r"\1]", written)
    drafts = [text for text in page.evaluate("window.drafts") if "§" not in text]
    assert len(drafts) > 5
    assert [draft for draft in drafts if not shown.startswith(draft.rstrip())] == []


def watch(widget: Locator) -> None:
    """Begins to note each text that is shown of an answer."""
    widget.evaluate(
        """(widget) => {
          window.drafts = [];
          const note = () => {
            const text = widget.shadowRoot.querySelector(".text")?.textContent;
            if (text && text !== window.drafts.at(-1)) window.drafts.push(text);
          };
          new MutationObserver(note).observe(widget.shadowRoot, { subtree: true, childList: true });
        }"""
    )


def test_a_reload_finds_the_thread_and_follow_ups_join_it(
    page: Page, host: Host, server: Served
) -> None:
    widget = embedded(page, host, server)
    ask(widget)
    expect(widget.locator(".chip")).to_have_count(2)
    page.reload()
    expect(widget.locator(".chip")).to_have_count(2)
    ask(widget, "And what is it good for?")
    expect(widget.locator(".turn")).to_have_count(2)
    expect(widget.get_by_role("button", name="New")).to_be_enabled()
    page.reload()
    expect(widget.locator(".turn")).to_have_count(2)
    widget.get_by_role("button", name="New").click()
    expect(widget.locator(".turn")).to_have_count(0)


def test_an_origin_that_is_not_allowed_is_told_what_to_do(
    page: Page, host: Host, server: Served
) -> None:
    host.library = server.url
    page.goto(host.other_origin)
    widget = page.locator("scholium-chat")
    ask(widget)
    failure = widget.locator(".failure")
    expect(failure).to_contain_text("serve.origins")
    expect(failure).to_contain_text(host.other_origin)


def test_a_library_that_is_away_is_named(page: Page, host: Host, server: Served) -> None:
    widget = embedded(page, host, server)
    page.route(f"{server.url}/**", lambda route: route.abort())
    ask(widget)
    expect(widget.locator(".failure")).to_contain_text(f"No answer from {server.url}")


def test_it_looks_as_its_page_wants(page: Page, host: Host, server: Served) -> None:
    widget = embedded(page, host, server)
    button = widget.get_by_role("button", name="Ask", exact=True)
    expect(button).to_have_css("background-color", "rgb(29, 92, 99)")
    expect(widget.get_by_role("heading")).to_have_css("font-style", "italic")
    box = widget.locator(".box")
    light = box.evaluate("(node) => getComputedStyle(node).backgroundColor")
    widget.evaluate("(node) => node.setAttribute('theme', 'dark')")
    assert box.evaluate("(node) => getComputedStyle(node).backgroundColor") != light


def test_it_opens_and_closes(page: Page, host: Host, server: Served) -> None:
    widget = embedded(page, host, server)
    widget.get_by_role("button", name="Close").click()
    launcher = widget.get_by_role("button", name="Ask the papers on hybrid retrieval")
    expect(launcher).to_be_focused()
    launcher.click()
    expect(widget.get_by_role("textbox")).to_be_visible()


def test_its_limits_go_along(page: Page, host: Host, server: Served) -> None:
    widget = embedded(page, host, server)
    paper = page.request.get(f"{server.url}/v1/papers").json()["items"][0]["id"]
    widget.evaluate("(node) => node.setAttribute('sections', 'method, related work')")
    widget.evaluate("(node, id) => node.setAttribute('papers', ` ${id} `)", paper)
    with page.expect_request("**/v1/ask") as asked:
        ask(widget)
    body: dict[str, Any] = asked.value.post_data_json
    assert body["sections"] == ["method", "related work"]
    assert body["papers"] == [paper]


def test_an_answer_is_found_again_while_it_is_written(
    page: Page, host: Host, server: Served, model: ScriptedServer
) -> None:
    model.play(lambda messages: writes(messages, gap_s=0.6))
    widget = embedded(page, host, server)
    ask(widget)
    expect(widget.locator(".text")).to_contain_text("It holds")
    page.reload()
    expect(widget.get_by_role("button", name="Stop")).to_be_visible()
    expect(widget.locator(".chip")).to_have_count(2)
    assert len(model.requests) == 1


def test_a_lost_connection_is_found_again(
    page: Page, host: Host, server: Served, model: ScriptedServer
) -> None:
    model.play(lambda messages: writes(messages, gap_s=0.2))
    with cable(port_of(server)) as line:
        host.library, host.body = line.url, "<scholium-chat open></scholium-chat>"
        page.goto(f"{host.origin}/bare")
        widget = page.locator("scholium-chat")
        ask(widget)
        expect(widget.locator(".text")).to_contain_text("It holds")
        line.cut()
        expect(widget.locator(".chip")).to_have_count(2)


def test_an_answer_is_stopped(
    page: Page, host: Host, server: Served, model: ScriptedServer
) -> None:
    model.play(lambda messages: writes(messages, gap_s=1.0))
    widget = embedded(page, host, server)
    ask(widget)
    widget.get_by_role("button", name="Stop").click()
    expect(widget.get_by_text("Stopped.")).to_be_visible()
    expect(widget.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_a_removed_thread_is_begun_anew(page: Page, host: Host, server: Served) -> None:
    widget = embedded(page, host, server)
    ask(widget)
    expect(widget.locator(".chip")).to_have_count(2)
    thread = page.evaluate("Object.values(sessionStorage)[0]")
    assert page.request.delete(f"{server.url}/v1/threads/{thread}").status == 204
    ask(widget)
    expect(widget.locator(".chip")).to_have_count(4)


def test_two_on_a_page_do_not_share_a_thread(page: Page, host: Host, server: Served) -> None:
    host.library, host.body = server.url, "<scholium-chat open></scholium-chat>" * 2
    page.goto(f"{host.origin}/bare")
    first, second = page.locator("scholium-chat").nth(0), page.locator("scholium-chat").nth(1)
    ask(first)
    expect(first.locator(".chip")).to_have_count(2)
    page.reload()
    expect(first.locator(".turn")).to_have_count(1)
    expect(second.locator(".turn")).to_have_count(0)


def test_it_may_be_taken_away_and_put_back(
    page: Page, host: Host, server: Served, model: ScriptedServer
) -> None:
    model.play(lambda messages: writes(messages, gap_s=0.2))
    widget = embedded(page, host, server)
    ask(widget)
    expect(widget.locator(".text")).to_contain_text("It holds")
    with page.expect_event("requestfailed", lambda request: "/v1/ask" in request.url):
        widget.evaluate("(node) => { window.parked = node; node.remove(); }")
    page.evaluate("document.querySelector('main').append(window.parked)")
    expect(widget.locator(".turn")).to_have_count(1)
    expect(widget.locator(".chip")).to_have_count(2)


@pytest.mark.parametrize("library", ["javascript:alert(1)", "ftp://papers.example", "http://"])
def test_a_library_is_a_web_address(page: Page, host: Host, server: Served, library: str) -> None:
    widget = embedded(page, host, server)
    widget.evaluate("(node, library) => node.setAttribute('library', library)", library)
    ask(widget)
    expect(widget.locator(".failure")).to_contain_text("https://")


def test_a_line_separator_is_a_character_like_others(
    page: Page, host: Host, server: Served, model: ScriptedServer
) -> None:
    model.play(says("It holds\u2028the title.\u2029NOT FOUND"), says("It holds\u2028the title."))
    widget = embedded(page, host, server)
    ask(widget)
    expect(widget.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(widget.locator(".bars, .failure")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_obstacle(
    page: Page, host: Host, server: Served, violations: Callable[[Page], list[str]], scheme: str
) -> None:
    host.library = server.url
    host.body = f'<main><scholium-chat open theme="{scheme}"></scholium-chat></main>'
    page.goto(f"{host.origin}/bare")
    widget = page.locator("scholium-chat")
    ask(widget)
    expect(widget.locator(".chip")).to_have_count(2)
    assert violations(page) == []
    widget.locator(".chip").first.click()
    expect(widget.get_by_role("img")).to_be_visible()
    assert violations(page) == []
