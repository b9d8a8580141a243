"""A server that wants keys, and the page that asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from api.guard.keys import Keys, Scope
from rag.store.catalog_writer import WritableCatalog
from tests.api.web.serving import PAPERS, QUESTION, Served, served
from tests.api.web.steps import ask, open_library
from tests.copying import copied


@pytest.fixture(scope="module")
def guarded(small_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that wants keys, without a model; beside its log lies the library."""
    library = tmp_path_factory.mktemp("guarded") / "library"
    copied(small_library, library)
    make_key(library, Scope.ADMIN)  # without any, a server that wants keys does not start
    with served(library, SCHOLIUM_SERVE__KEYS="required") as running:
        yield running


def make_key(library: Path, *scopes: Scope) -> str:
    with WritableCatalog(library) as catalog:
        _, key = Keys(catalog).create("page", set(scopes))
    return key


def reader(server: Served) -> str:
    """A key that may read and ask."""
    return make_key(server.log.parent / "library", Scope.READ, Scope.ASK)


def give(page: Page, key: str) -> None:
    """Types a key where one is asked for."""
    page.get_by_role("dialog").locator("input").fill(key)
    page.keyboard.press("Enter")


def test_a_key_is_asked_for_and_goes_along_with_images(
    page: Page, guarded: Served, violations: Callable[[Page], list[str]]
) -> None:
    page.goto(guarded.url)
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    give(page, "Bearer " + reader(guarded))
    expect(page.locator(".about")).to_have_text(
        "Quotes from the papers; no language model is configured."
    )
    turn = ask(page)
    turn.locator("a.citation").first.click()
    expect(page.locator(".sheet img")).to_be_visible()
    page.reload()
    expect(page.locator(".turn")).to_have_count(1)


def test_what_can_be_no_key_is_not_sent(page: Page, guarded: Served) -> None:
    page.goto(guarded.url)
    give(page, "schlüssel")
    expect(page.get_by_role("dialog")).to_contain_text("No key has such characters")
    give(page, reader(guarded))
    expect(page.locator(".example")).to_have_count(3)


def test_a_wrong_key_is_asked_for_anew(page: Page, guarded: Served) -> None:
    page.goto(guarded.url)
    give(page, "sch_wrong")
    expect(page.get_by_role("dialog")).to_be_visible()
    give(page, reader(guarded))
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".welcome")).to_contain_text("3 papers")


def test_a_key_that_ends_while_one_asks_is_asked_for(page: Page, guarded: Served) -> None:
    page.goto(guarded.url)
    give(page, reader(guarded))
    expect(page.locator(".example")).to_have_count(3)
    page.evaluate("sessionStorage.setItem('scholium-key', 'sch_gone')")
    page.get_by_role("textbox", name="Question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    give(page, reader(guarded))
    expect(page.locator(".turn")).to_have_attribute("data-state", "done")


def test_a_key_that_may_not_can_be_changed(page: Page, guarded: Served) -> None:
    page.goto(guarded.url)
    give(page, reader(guarded))
    panel = open_library(page)
    panel.locator("input[type=file]").set_input_files(PAPERS / "hybrid-retrieval.pdf")
    failure = panel.locator(".job .failure")
    expect(failure).to_contain_text("may not do that")
    failure.get_by_role("button", name="Use another key").click()
    expect(page.get_by_role("dialog", name="A key is needed")).to_be_visible()
    page.keyboard.press("Escape")
    expect(
        page.get_by_role("navigation").get_by_role("button", name="Use another key")
    ).to_be_visible()
