"""The widget on pages of another origin."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.api.web.conftest import SLOW_S, writes
from tests.api.web.serving import QUESTION, QUOTE, REPOSITORY, Served, served, with_model
from tests.api.web.steps import yellow_share
from tests.scripted_llm import ScriptedServer

STATIC = REPOSITORY / "api" / "web" / "static"
EXAMPLES = REPOSITORY / "examples"


class Host(ThreadingHTTPServer):
    """A site of somebody else's: the example page, with a strict policy of its own."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Pages)
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"
        self.library = ""

    def page(self) -> str:
        text = (EXAMPLES / "widget.html").read_text(encoding="utf-8")
        assert "http://localhost:8000" in text
        return text.replace("http://localhost:8000", self.library)


class _Pages(BaseHTTPRequestHandler):
    server: Host

    def log_message(self, *args: object) -> None:
        """Keeps quiet."""

    def do_GET(self) -> None:
        style = self.path.endswith(".css")
        text = (EXAMPLES / "widget.css").read_text() if style else self.server.page()
        library = self.server.library
        policy = (
            f"default-src 'none'; script-src {library}; connect-src {library}; "
            "img-src blob: data:; style-src 'self'"
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/css" if style else "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(text.encode())


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    server = Host()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def allowing(
    host: Host,
    small_library: Path,
    model: ScriptedServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """A server that pages of ``host`` may ask."""
    library = tmp_path_factory.mktemp("embedded") / "library"
    shutil.copytree(small_library, library)
    origins = {"SCHOLIUM_SERVE__ORIGINS": f'["{host.origin}"]'}
    with served(library, **with_model(model.url), **origins) as server:
        yield server


@pytest.fixture(autouse=True)
def answers(model: ScriptedServer) -> None:
    model.play(lambda messages: writes(messages, gap_s=SLOW_S))


def embedded(page: Page, host: Host, library: Served) -> Locator:
    host.library = library.url
    page.goto(host.origin)
    return page.locator("scholium-chat")


def ask(widget: Locator, question: str = QUESTION) -> None:
    widget.get_by_role("textbox").fill(question)
    widget.get_by_role("button", name="Ask", exact=True).click()


def test_it_is_small() -> None:
    assert (STATIC / "widget.js").stat().st_size < 40 * 1024


def test_it_answers_with_citations_that_open(page: Page, host: Host, allowing: Served) -> None:
    widget = embedded(page, host, allowing)
    page.evaluate("addEventListener('scholium-answer', (event) => (window.told = event.detail))")
    ask(widget)
    chip = widget.locator(".chip").first
    expect(chip).to_have_text("§3.3 p. 2")
    expect(widget.locator(".unsupported")).to_have_count(1)
    assert page.evaluate("window.told.citations.length") >= 1
    chip.click()
    dialog = widget.get_by_role("dialog")
    expect(dialog).to_contain_text(QUOTE)
    image = dialog.get_by_role("img")
    expect(image).to_be_visible()
    assert yellow_share(page, image) > 0.0005
    dialog.get_by_role("button", name="Page after").click()
    expect(dialog.get_by_role("img", name="Page 3 of")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_text_is_seen_while_it_is_written(page: Page, host: Host, allowing: Served) -> None:
    widget = embedded(page, host, allowing)
    ask(widget)
    expect(widget.locator(".text")).to_contain_text("It holds the title")
    expect(widget.locator(".chip")).to_have_count(2)


def test_a_reload_finds_the_thread_and_follow_ups_join_it(
    page: Page, host: Host, allowing: Served
) -> None:
    widget = embedded(page, host, allowing)
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
    widget = embedded(page, host, server)
    ask(widget)
    failure = widget.locator(".failure")
    expect(failure).to_contain_text("serve.origins")
    expect(failure).to_contain_text(host.origin)


def test_a_library_that_is_away_is_named(page: Page, host: Host, allowing: Served) -> None:
    widget = embedded(page, host, allowing)
    page.route(f"{allowing.url}/**", lambda route: route.abort())
    ask(widget)
    expect(widget.locator(".failure")).to_contain_text(f"No answer from {allowing.url}")


def test_it_looks_as_its_page_wants(page: Page, host: Host, allowing: Served) -> None:
    widget = embedded(page, host, allowing)
    button = widget.get_by_role("button", name="Ask", exact=True)
    expect(button).to_have_css("background-color", "rgb(29, 92, 99)")
    expect(widget.get_by_role("heading")).to_have_css("font-style", "italic")
    box = widget.locator(".box")
    light = box.evaluate("(node) => getComputedStyle(node).backgroundColor")
    widget.evaluate("(node) => node.setAttribute('theme', 'dark')")
    assert box.evaluate("(node) => getComputedStyle(node).backgroundColor") != light


def test_it_opens_and_closes(page: Page, host: Host, allowing: Served) -> None:
    widget = embedded(page, host, allowing)
    widget.get_by_role("button", name="Close").click()
    launcher = widget.get_by_role("button", name="Ask the papers on hybrid retrieval")
    expect(launcher).to_be_focused()
    launcher.click()
    expect(widget.get_by_role("textbox")).to_be_visible()


def test_its_limits_go_along(page: Page, host: Host, allowing: Served) -> None:
    widget = embedded(page, host, allowing)
    widget.evaluate("(node) => node.setAttribute('sections', 'method, related work')")
    with page.expect_request("**/v1/ask") as asked:
        ask(widget)
    assert asked.value.post_data_json["sections"] == ["method", "related work"]


def test_axe_finds_no_serious_obstacle(
    page: Page, host: Host, allowing: Served, violations: Callable[[Page], list[str]]
) -> None:
    widget = embedded(page, host, allowing)
    ask(widget)
    expect(widget.locator(".chip")).to_have_count(2)
    assert violations(page) == []
    widget.locator(".chip").first.click()
    expect(widget.get_by_role("img")).to_be_visible()
    assert violations(page) == []
