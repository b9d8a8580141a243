"""Why these passages: the picture of a search, and its table."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.api.web.serving import Served
from tests.api.web.steps import ask, open_page


def open_trace(page: Page, server: Served) -> Locator:
    open_page(page, server)
    ask(page).get_by_role("button", name="Why these passages").click()
    return page.get_by_role("dialog", name="Why these passages")


def test_the_picture_has_a_path_for_each_passage(page: Page, server: Served) -> None:
    dialog = open_trace(page, server)
    hits = dialog.locator(".hit")
    rows = dialog.locator("tbody tr")
    assert hits.count() == rows.count() > 5
    assert dialog.locator(".axis").count() == 2
    dialog.locator("summary").click()
    ranks = [int(cell) for cell in rows.locator("td:first-child").all_inner_texts()]
    assert ranks == list(range(1, len(ranks) + 1))
    # A line from each list that has the passage, then one to each of the two later steps.
    cells = rows.first.locator("td").all_inner_texts()
    lists = [cell for cell in cells[1:3] if cell != "–"]
    assert hits.first.locator(".way").count() == len(lists) + 2
    assert dialog.locator(".hit.cited").count() == 1


def test_pointing_at_a_passage_leaves_the_others_faint(page: Page, server: Served) -> None:
    dialog = open_trace(page, server)
    first, second = dialog.locator(".hit").nth(0), dialog.locator(".hit").nth(1)
    first.locator(".target").hover()
    expect(second).to_have_css("opacity", "0.22")
    expect(first).to_have_css("opacity", "1")


def test_a_passage_is_chosen_with_the_keyboard(page: Page, server: Served) -> None:
    dialog = open_trace(page, server)
    dialog.get_by_role("button", name="§").first.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".sheet img")).to_be_visible()


def test_transforms_and_times_are_listed(page: Page, server: Served) -> None:
    dialog = open_trace(page, server)
    expect(dialog.locator(".transforms")).to_contain_text("routing")
    expect(dialog.locator(".times")).to_contain_text("generate")
