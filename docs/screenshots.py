"""Takes the pictures of docs/images, in Chromium, of a real server.

    python docs/screenshots.py

The answers are those that Scholium gives without a language model. Needs the development
dependencies, and Chromium on the PATH.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.api.web.serving import Served, served  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
QUESTION = "What is in the context line of a chunk?"
OTHER = "How does hybrid retrieval join two rankings?"


def main() -> None:
    """All of them."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        scholium = [sys.executable, "-c", "from api.cli import main; main()"]
        papers = str(ROOT / "examples" / "papers")
        subprocess.run(
            [*scholium, "ingest", papers, "--library", str(library)], check=True, cwd=ROOT
        )
        host = embedding_site()
        origins = f'["http://127.0.0.1:{host.server_address[1]}"]'
        with (
            served(library, SCHOLIUM_SERVE__ORIGINS=origins) as server,
            sync_playwright() as playwright,
        ):
            chromium = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            wide(browser, server)
            dark(browser, server)
            phone(browser, server)
            widget(browser, server, host)
            browser.close()


def wide(browser: Browser, server: Served) -> None:
    """An answer with a citation, why these passages, and the library."""
    page = opened(browser, server, WIDE, "light")
    ask(page, QUESTION)
    cite(page)
    take(page, "chat")
    page.get_by_role("button", name="Why these passages").click()
    page.locator(".hit .target").first.hover()
    take(page, "trace")
    page.keyboard.press("Escape")
    page.get_by_role("navigation").get_by_role("button", name="Library").click()
    page.get_by_role("checkbox", name="Ask only Two Rankings").check()
    take(page, "library")


def dark(browser: Browser, server: Served) -> None:
    """Another answer, at night."""
    page = opened(browser, server, WIDE, "dark")
    ask(page, OTHER)
    cite(page)
    take(page, "dark")


def phone(browser: Browser, server: Served) -> None:
    """An answer and its page on a small screen."""
    page = opened(browser, server, PHONE, "light")
    ask(page, QUESTION)
    page.locator(".turn").scroll_into_view_if_needed()
    page.locator(".conversation").evaluate("(node) => node.scrollTo({ top: 0 })")
    take(page, "phone")
    cite(page)
    take(page, "phone-page")


def widget(browser: Browser, server: Served, host: ThreadingHTTPServer) -> None:
    """The example page, with an answer."""
    page = browser.new_page(viewport={"width": 900, "height": 760})
    script = re.compile(r"localhost:8000/widget\.js")
    page.route(script, lambda route: route.continue_(url=f"{server.url}/widget.js"))
    page.goto(f"http://127.0.0.1:{host.server_address[1]}/widget.html")
    box = page.locator("scholium-chat")
    box.evaluate("(node, url) => node.setAttribute('library', url)", server.url)
    box.get_by_role("textbox").fill(OTHER)
    page.keyboard.press("Enter")
    box.locator(".chip").first.wait_for()
    take(page, "widget")


def embedding_site() -> ThreadingHTTPServer:
    """A site of its own for the example page."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(ROOT / "examples"))
    site = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    return site


def opened(browser: Browser, server: Served, size: dict[str, int], scheme: str) -> Page:
    """The page of a visitor with such a screen."""
    page = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(server.url)
    page.locator(".example").first.wait_for()
    return page


def ask(page: Page, question: str) -> None:
    """Asks and waits for the answer."""
    page.get_by_role("textbox", name="Question").fill(question)
    page.keyboard.press("Enter")
    page.locator(".turn[data-state=done]").wait_for()


def cite(page: Page) -> None:
    """Opens the first citation."""
    page.locator("a.citation").first.click()
    page.locator(".sheet img").wait_for()


def take(page: Page, name: str) -> None:
    """Keeps what is seen, once nothing moves."""
    page.wait_for_timeout(500)
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
