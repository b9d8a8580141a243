"""Poisoned papers in the real browser: the page and the widget ask nobody but their server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.api.web.host import Host
from tests.api.web.serving import Served, served, with_model
from tests.api.web.steps import ask, open_library, open_page
from tests.poisoned.conftest import settings, stored
from tests.poisoned.obedient import Obedient
from tests.poisoned.papers import EVIL, Poison, poisoned
from tests.poisoned.test_shown import LEADS, STRANGERS
from tests.scripted_llm import ScriptedServer

PAPERS: list[Poison] = []


@pytest.fixture(scope="module")
def poison(
    tmp_path_factory: pytest.TempPathFactory, model: ScriptedServer, host: Host
) -> Iterator[Served]:
    """All of them in a library, whose model repeats whatever leads elsewhere."""
    folder = tmp_path_factory.mktemp("poison")
    PAPERS[:] = poisoned(folder / "papers")
    stored(PAPERS, folder / "library", settings(model.url, context={"kind": "structure"}))
    origins = {"SCHOLIUM_SERVE__ORIGINS": f'["{host.origin}"]'}
    chosen = {**with_model(model.url), "SCHOLIUM_EMBEDDER__KIND": "hashing", **origins}
    with served(folder / "library", **chosen) as running:
        yield running


@pytest.fixture
def strange(page: Page, poison: Served, host: Host) -> Iterator[list[str]]:
    """What was asked for elsewhere, or run; empty in the end."""
    found: list[str] = []
    own = (f"{poison.url}/", f"{host.origin}/", "blob:", "data:")
    page.on("request", lambda r: None if r.url.startswith(own) else found.append(r.url))
    page.on("dialog", lambda dialog: (found.append(dialog.message), dialog.dismiss()))
    page.on("popup", lambda popup: found.append(popup.url))
    yield found
    assert found == []


def leading() -> list[Poison]:
    found = [p for p in PAPERS if p.path.stem.partition("-")[2] in LEADS]
    assert len(found) == len(LEADS)
    return found


def test_a_request_elsewhere_is_seen(page: Page, host: Host, poison: Served) -> None:
    """Else the tests below could not fail."""
    host.library, host.body = poison.url, ""
    page.goto(f"{host.origin}/bare")
    with page.expect_request(f"https://{EVIL}/*"):
        page.evaluate(f"new Image().src = 'https://{EVIL}/a.png'")


def test_the_page_asks_nobody_else(
    page: Page, poison: Served, strange: list[str], model: ScriptedServer
) -> None:
    model.play(Obedient())
    open_page(page, poison)
    for paper in leading():
        turn = ask(page, f"What is the step size of {paper.name}?")
        prose = turn.locator(".prose")
        expect(prose).to_contain_text(f"The step size of {paper.name}")
        assert prose.locator(", ".join(sorted(STRANGERS))).count() == 0
        outward = "a[href]:not([href^='#'])"
        assert prose.locator(outward).count() == 0, paper.path.name
    turn.locator("a.citation").first.hover()
    turn.locator("a.citation").first.click()
    panel = open_library(page)
    for number in range(6):
        panel.locator(".papers .paper").nth(number).click()
        expect(page.locator(".section-tree li")).not_to_have_count(0)
        page.get_by_role("button", name="Back", exact=True).click()
    page.reload()
    expect(page.locator(".turn")).not_to_have_count(0)
    assert strange == []


def test_the_widget_asks_nobody_else(
    page: Page, host: Host, poison: Served, strange: list[str], model: ScriptedServer
) -> None:
    model.play(Obedient())
    host.library = poison.url
    host.body = f'<scholium-chat library="{poison.url}" open></scholium-chat>'
    page.goto(f"{host.origin}/bare")
    widget = page.locator("scholium-chat")
    for paper in leading():
        question = f"What is the step size of {paper.name}?"
        widget.evaluate("(widget, question) => widget.ask(question)", question)
    expect(widget.locator(".turn")).to_have_count(len(LEADS))
    expect(widget.locator(".failure")).to_have_count(0)
    answers = widget.locator(".text")
    expect(answers.last).to_contain_text("The step size of")
    assert answers.locator(", ".join(sorted(STRANGERS))).count() == 0
    assert answers.locator("a[href]:not([href^='#'])").count() == 0
    assert strange == []
