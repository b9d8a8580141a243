"""Chromium, servers for it to look at, and axe, which looks for what keeps people out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.api.web.host import Host
from tests.api.web.serving import PROBE, QUOTE, Served, served, with_model
from tests.copying import copied
from tests.scripted_llm import Messages, Reply, ScriptedServer, says, scripted_server

# Servers, models and Chromium share two cores, with other tests; what is there comes at once.
expect.set_options(timeout=90_000)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
AXE = "4.14.1"
SLOW_S = 0.03


def missing(message: str) -> NoReturn:
    """Skips, but fails under CI: a check that silently stopped would look like one that passes."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="module")  # its event loop is the thread's, which other tests need
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        missing(f"no browser: none of {', '.join(BROWSERS)} is installed")
    with sync_playwright() as playwright:
        # Without a graphics card Chromium's GPU process is of no use; if it hangs, so does all.
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, from the npm registry, kept for the next time."""
    folder = Path(tempfile.gettempdir()) / f"scholium-axe-{AXE}"
    folder.mkdir(exist_ok=True)
    source = folder / "package" / "axe.min.js"
    with FileLock(folder / "lock"):
        if not source.exists():
            _fetch_axe(folder)
    return source.read_text(encoding="utf-8")


def _fetch_axe(folder: Path) -> None:
    if shutil.which("npm") is None:
        missing("axe-core comes from the npm registry, and there is no npm")
    command = ["npm", "pack", f"axe-core@{AXE}", "--pack-destination", str(folder), "--silent"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        missing(f"axe-core could not be fetched: {done.stderr.strip()[-300:]}")
    with tarfile.open(folder / f"axe-core-{AXE}.tgz") as packed:
        packed.extract("package/axe.min.js", folder, filter="data")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has never been here, on a wide screen."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, color_scheme="light")
    context.set_default_timeout(90_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab. Whatever a script fails at, or the page's policy stops, fails the test."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Policy" in said.text else None)
    yield page
    assert errors == []


@pytest.fixture(scope="session")
def model() -> Iterator[ScriptedServer]:
    with scripted_server() as server:
        yield server


@pytest.fixture(autouse=True)
def script(request: pytest.FixtureRequest) -> None:
    """The model answers slowly enough to be watched, with a formula and an invented sentence."""
    if "server" in request.fixturenames:
        request.getfixturevalue("model").play(lambda messages: writes(messages, gap_s=SLOW_S))


def writes(messages: Messages, **how: float) -> Reply:
    """An answer that cites the passage with PROBE, whichever number it has."""
    passages = re.findall(r"<evidence \S+ (\d+)>(.*?)</evidence", messages[-1]["content"], re.S)
    numbers = [n for n, text in passages if PROBE in " ".join(text.split())]
    if not numbers:
        return says("NOT FOUND", **how)
    return says(
        "It holds the title of the paper and the path of section headings "
        f'[{numbers[0]}: "{QUOTE}"]. '
        "The line is the title of the paper, \\(t + p\\), followed by the path of section headings"
        f" above the chunk [{numbers[0]}]. It was first proposed by Ada Lovelace in 1843.",
        **how,
    )


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    """Somebody else's site, whose pages may ask ``server``."""
    site = Host()
    threading.Thread(target=site.serve_forever, args=(0.02,), daemon=True).start()
    yield site
    site.shutdown()
    site.server_close()


@pytest.fixture(scope="session")
def server(
    small_library: Path, model: ScriptedServer, host: Host, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The example papers, served with a model. Tests share it: each begins its own threads."""
    library = tmp_path_factory.mktemp("served") / "library"
    copied(small_library, library)
    origins = {"SCHOLIUM_SERVE__ORIGINS": f'["{host.origin}"]'}
    with served(library, **with_model(model.url), **origins) as running:
        yield running


@pytest.fixture
def own_library(small_library: Path, tmp_path: Path) -> Path:
    """A library that a test may change."""
    return copied(small_library, tmp_path / "library")


@pytest.fixture
def violations(axe: str) -> Callable[[Page], list[str]]:
    """What on the page is a serious or critical obstacle, by axe's rules."""

    def found(page: Page) -> list[str]:
        page.evaluate(axe)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert result["passes"] or result["violations"], "axe looked at nothing"
        return [
            f"{each['id']}: {node['target']}"
            for each in result["violations"]
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]

    return found
