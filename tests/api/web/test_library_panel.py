"""The library in a browser: found, chosen, added, removed."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from api.guard.keys import Keys, Scope
from rag.store.catalog_writer import WritableCatalog
from tests.api.web.serving import Served, served
from tests.api.web.steps import ask, open_library, open_page

EXAMPLES = Path(__file__).parents[3] / "examples" / "papers"


def test_papers_are_searched(page: Page, server: Served) -> None:
    open_page(page, server)
    panel = open_library(page)
    expect(panel.locator(".papers li")).to_have_count(3)
    panel.get_by_role("searchbox").fill("rankings")
    expect(panel.locator(".papers li")).to_have_count(1)
    panel.get_by_role("searchbox").fill("")
    panel.get_by_role("spinbutton", name="Year to").fill("1999")
    expect(panel.locator(".total")).to_have_text("No paper fits.")


def test_questions_are_limited_to_what_was_chosen(page: Page, server: Served) -> None:
    open_page(page, server)
    open_library(page).get_by_role("checkbox", name="Ask only Two Rankings").check()
    page.get_by_role("button", name="Limit the question").click()
    page.get_by_role("checkbox", name="method").check(force=True)
    chips = page.locator(".scope-chips li")
    expect(chips).to_have_count(2)
    with page.expect_request("**/v1/ask") as asked:
        ask(page, "How are rankings joined?")
    body = asked.value.post_data_json
    assert len(body["papers"]) == 1
    assert body["sections"] == ["method"]
    chips.get_by_role("button", name="Remove the limit method").click()
    expect(chips).to_have_count(1)


def test_a_paper_shows_its_sections_and_their_pages(page: Page, server: Served) -> None:
    open_page(page, server)
    open_library(page).get_by_role("button", name="Cutting Papers").click()
    tree = page.locator(".section-tree")
    expect(tree).to_contain_text("The Context Line")
    tree.get_by_role("button", name="The Context Line").click()
    expect(page.locator(".position")).to_have_text("Page 2 of 5")
    expect(page.locator(".sheet img")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(tree).to_be_visible()


def test_files_are_added_and_failures_say_why(page: Page, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and no more")
    with served(tmp_path / "library") as server:
        open_page(page, server)
        expect(page.locator(".welcome")).to_contain_text("No papers yet")
        with page.expect_file_chooser() as chooser:
            page.locator(".welcome").get_by_role("button", name="Choose files").click()
        chooser.value.set_files([EXAMPLES / "hybrid-retrieval.pdf", broken])
        job = page.locator(".job")
        expect(job).to_have_attribute("data-state", "done")
        expect(job.locator("[data-status=stored]")).to_contain_text("Two Rankings")
        expect(job.locator("[data-status=failed] .reason")).not_to_be_empty()
        expect(page.locator(".papers li")).to_have_count(1)
        expect(page.locator(".example")).to_have_count(3)


def test_files_that_are_no_papers_are_refused(page: Page, server: Served, tmp_path: Path) -> None:
    picture = tmp_path / "picture.pdf"
    picture.write_bytes(b"GIF89a")
    open_page(page, server)
    open_library(page).locator("input[type=file]").set_input_files(picture)
    expect(page.locator(".job .failure")).to_contain_text("picture.pdf")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".job")).to_have_count(0)


def test_a_paper_is_removed_once_that_is_confirmed(page: Page, own_library: Path) -> None:
    with served(own_library) as server:
        open_page(page, server)
        panel = open_library(page)
        panel.get_by_role("button", name="Cutting Papers").click()
        page.get_by_role("button", name="Remove", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        page.get_by_role("button", name="Remove", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(page.locator(".papers li")).to_have_count(2)


def test_without_a_model_the_page_says_so(page: Page, own_library: Path) -> None:
    with served(own_library) as server:
        open_page(page, server)
        expect(page.locator(".about")).to_have_text(
            "Quotes from the papers; no language model is configured."
        )
        expect(ask(page).locator("a.citation").first).to_be_visible()


def test_a_key_is_asked_for_and_goes_along_with_images(page: Page, own_library: Path) -> None:
    with served(own_library, SCHOLIUM_SERVE__KEYS="required") as server:
        key = make_key(own_library)
        page.goto(server.url)
        page.get_by_role("dialog").locator("input").fill(key)
        page.keyboard.press("Enter")
        turn = ask(page)
        turn.locator("a.citation").first.click()
        expect(page.locator(".sheet img")).to_be_visible()
        page.reload()
        expect(page.locator(".turn")).to_have_count(1)


def make_key(library: Path) -> str:
    with WritableCatalog(library) as catalog:
        _, key = Keys(catalog).create("page", {Scope.READ, Scope.ASK})
    return key
