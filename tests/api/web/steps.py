"""What people do on the page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.api.web.serving import QUESTION, Served

# Servers, models and Chromium share two cores; no time is asserted.
expect.set_options(timeout=60_000)


def open_page(page: Page, server: Served, path: str = "/") -> None:
    """Opens the page and waits until it has looked around."""
    page.goto(server.url + path)
    expect(page.locator(".about")).not_to_be_empty()


def ask(page: Page, question: str = QUESTION) -> Locator:
    """Asks and waits for the answer: the new turn."""
    page.get_by_role("textbox", name="Question").fill(question)
    page.keyboard.press("Enter")
    turn = page.locator(".turn").last
    expect(turn).to_have_attribute("data-state", "done")
    return turn


def open_citation(page: Page, turn: Locator, number: int = 0) -> Locator:
    """Chooses a chip: the image of its page."""
    turn.locator("a.citation").nth(number).click()
    image = page.locator(".sheet img")
    expect(image).to_be_visible()
    return image


def open_library(page: Page) -> Locator:
    """Opens the library: its panel."""
    page.get_by_role("navigation").get_by_role("button", name="Library").click()
    expect(page.locator(".papers li")).not_to_have_count(0)
    return page.get_by_role("complementary", name="Library")


def yellow_share(page: Page, image: Locator) -> float:
    """Which share of an image's pixels is coloured, and not grey as print is."""
    return float(
        image.evaluate(
            """async (image) => {
              const bitmap = await createImageBitmap(image);
              const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
              canvas.drawImage(bitmap, 0, 0);
              const { data } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
              let coloured = 0;
              for (let i = 0; i < data.length; i += 4)
                if (Math.max(data[i], data[i + 1]) - data[i + 2] > 40) coloured++;
              return coloured / (data.length / 4);
            }"""
        )
    )
