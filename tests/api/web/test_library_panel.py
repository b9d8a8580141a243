"""The library in a browser: found, chosen, added, removed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.api.web.serving import PAPERS, Served, served
from tests.api.web.steps import ask, open_library, open_page


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
    chips = page.locator(".scope-chips:not(.pins) li")
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


def test_files_are_added_and_removed(
    page: Page, tmp_path: Path, violations: Callable[[Page], list[str]]
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and no more")
    notes = tmp_path / "notes.md"
    notes.write_text("# Notes on Rankings\n\n## Ties\n\nTies are broken by the id.")
    with served(tmp_path / "library") as server:
        open_page(page, server)
        expect(page.locator(".welcome")).to_contain_text("No papers yet")
        assert violations(page) == []
        with page.expect_file_chooser() as chooser:
            page.locator(".welcome").get_by_role("button", name="Choose files").click()
        chooser.value.set_files([PAPERS / "hybrid-retrieval.pdf", broken, notes])
        job = page.locator(".job")
        expect(job).to_have_attribute("data-state", "done")
        expect(job.locator("[data-status=stored]")).to_contain_text(["Two Rankings", "Notes on"])
        expect(job.locator("[data-status=failed] .reason")).not_to_be_empty()
        expect(page.locator(".papers li")).to_have_count(2)
        expect(page.locator(".example")).to_have_count(3)
        a_note_has_no_pages(page)
        a_confirmed_removal(page)


def a_note_has_no_pages(page: Page) -> None:
    page.locator(".papers").get_by_role("button", name="Notes on Rankings").click()
    detail = page.locator(".paper-detail")
    expect(detail.locator(".section-tree")).to_contain_text("Ties")
    expect(detail.get_by_role("button", name="Open PDF")).to_have_count(0)
    expect(detail).not_to_contain_text("0 pages")


def a_confirmed_removal(page: Page) -> None:
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator(".papers li")).to_have_count(1)


def test_files_that_are_no_papers_are_refused(page: Page, server: Served, tmp_path: Path) -> None:
    picture = tmp_path / "picture.pdf"
    picture.write_bytes(b"GIF89a")
    open_page(page, server)
    open_library(page).locator("input[type=file]").set_input_files(picture)
    expect(page.locator(".job .failure")).to_contain_text("picture.pdf")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".job")).to_have_count(0)


def test_other_kinds_of_files_are_not_sent(page: Page, server: Served, tmp_path: Path) -> None:
    picture = tmp_path / "picture.gif"
    picture.write_bytes(b"GIF89a")
    open_page(page, server)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    open_library(page).locator("input[type=file]").set_input_files(picture)
    expect(page.locator(".job .failure")).to_contain_text("picture.gif: .pdf, ")
    expect(page.locator(".job").get_by_role("button", name="Try again")).to_have_count(0)
    assert "POST" not in sent


def test_files_are_dropped_anywhere(page: Page, server: Served) -> None:
    open_page(page, server)
    drop = page.evaluate_handle(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["no paper"], "dropped.gif"));
          return data;
        }"""
    )
    page.dispatch_event("#conversation", "dragover", {"dataTransfer": drop})
    expect(page.locator("body.dropping")).to_have_count(1)
    page.dispatch_event("#conversation", "drop", {"dataTransfer": drop})
    expect(page.locator("body.dropping")).to_have_count(0)
    expect(page.locator(".job .failure")).to_contain_text("dropped.gif")


def test_what_is_sent_can_be_cancelled(page: Page, server: Served) -> None:
    open_page(page, server)
    panel = open_library(page)
    page.route("**/v1/papers", lambda route: None)  # it is on its way for ever
    panel.locator("input[type=file]").set_input_files(PAPERS / "hybrid-retrieval.pdf")
    expect(panel.get_by_role("progressbar", name="Sent")).to_be_visible()
    panel.locator(".job").get_by_role("button", name="Cancel").click()
    expect(panel.locator(".job")).to_have_count(0)


def test_only_this_paper_means_no_other(page: Page, server: Served) -> None:
    open_page(page, server)
    panel = open_library(page)
    panel.get_by_role("checkbox", name="Ask only Two Rankings").check()
    panel.get_by_role("button", name="Cutting Papers").click()
    page.get_by_role("button", name="Ask only this paper").click()
    chips = page.locator(".scope-chips:not(.pins) li")
    expect(chips).to_have_count(1)
    expect(chips).to_contain_text("Cutting Papers")
    chips.get_by_role("button").click()
    expect(page.get_by_role("button", name="Ask only this paper")).to_be_visible()
