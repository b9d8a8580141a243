"""Papers, file names, questions and answers that try to be more than text, in the real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Request, expect

from ingest.commands import ingest
from rag.config import Settings
from tests.api.web.payloads import PAYLOADS
from tests.api.web.serving import Served, served, with_model
from tests.api.web.steps import ask, open_library, open_page
from tests.scripted_llm import Reply, ScriptedServer

AT_ONCE = 12
FACT = "The step size is 0.1"
BATCHES = [PAYLOADS[start : start + AT_ONCE] for start in range(0, len(PAYLOADS), AT_ONCE)]
NAMES = [
    "<img src=x onerror=alert(1)>.md",
    '"><svg onload=alert(1)>.md',
    "a'onmouseover='alert(1).md",
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, model: ScriptedServer) -> Iterator[Served]:
    """Every payload is a section's name and text in one of the papers, and some are their titles."""
    folder = tmp_path_factory.mktemp("hostile")
    for number, batch in enumerate(BATCHES):
        flat = [" ".join(payload.split()) for payload in batch]
        front = {"title": flat[0], "authors": flat[1:3], "year": 2020}
        parts = [f"## {name}\n\n{FACT}, not {name}." for name in flat]
        head = "\n".join(f"{key}: {json.dumps(value)}" for key, value in front.items())
        text = "\n\n".join([f"---\n{head}\n---", f"# {flat[0]}", *parts])
        (folder / f"paper{number}.md").write_text(text, encoding="utf-8", errors="replace")
    list(ingest([folder], folder / "library", Settings()))
    with served(folder / "library", **with_model(model.url)) as running:
        yield running


@pytest.fixture
def watched(page: Page, hostile: Served) -> Iterator[Page]:
    """A page on which nothing may run, and which may load from its own server alone."""
    seen: list[str] = []

    def strange(request: Request) -> None:
        if not request.url.startswith((hostile.url, "blob:", "data:")):
            seen.append(request.url)

    page.on("request", strange)
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.add_init_script(
        "for (const name of ['alert', 'confirm', 'prompt'])"
        "  window[name] = () => { window.ran = name; };"
    )
    yield page
    assert page.evaluate("window.ran") is None
    assert page.url.startswith(hostile.url)
    assert seen == []


def writing(batch: list[str]) -> Reply:
    """An answer that holds them all, and cites something, so that it passes."""
    text = "\n\n".join([*batch, f'{FACT} [1: "{FACT.lower()}"].']).replace("\x00", "")
    return Reply(tuple(text[start : start + 400] for start in range(0, len(text), 400)))


@pytest.mark.parametrize("number", range(len(BATCHES)))
def test_nothing_in_an_answer_runs(
    watched: Page, hostile: Served, model: ScriptedServer, number: int
) -> None:
    model.play(writing(BATCHES[number]))
    open_page(watched, hostile)
    turn = ask(watched, "What is the step size?")
    expect(turn).to_contain_text(FACT)
    # Forms, frames and the like have no business in an answer, whatever else they do.
    strangers = (
        "script, iframe, object, embed, form, input, style, link, meta, base, img, svg, video"
    )
    assert turn.locator(".text, .answer-text, .html").locator(strangers).count() == 0
    for link in turn.locator("a[href]").all():
        href = link.get_attribute("href") or ""
        assert href.startswith(("#", "/", "http://", "https://", "mailto:")), href
        if href.startswith("http") and not href.startswith(hostile.url):
            assert "noopener" in (link.get_attribute("rel") or "")
    turn.locator("a.citation").first.hover()


def test_nothing_in_titles_sections_and_questions_runs(
    watched: Page, hostile: Served, model: ScriptedServer
) -> None:
    model.play(writing([]))
    open_page(watched, hostile)
    for question in ("<img src=x onerror=alert(1)> What is the step size?", PAYLOADS[3] + " step"):
        turn = ask(watched, question)
    turn.locator("a.citation").first.click()
    turn.get_by_role("button", name="Why these passages").click()
    expect(watched.get_by_role("dialog", name="Why these passages")).to_be_visible()
    watched.keyboard.press("Escape")
    watched.reload()
    panel = open_library(watched)
    for number in range(min(4, len(BATCHES))):
        panel.locator(".papers li button").nth(2 * number).click()
        watched.wait_for_timeout(300)
        if (back := watched.get_by_role("button", name="Back")).is_visible():
            back.click()
    watched.wait_for_timeout(500)


def test_nothing_in_a_files_name_runs(watched: Page, hostile: Served) -> None:
    open_page(watched, hostile)
    open_library(watched)
    files = [
        {"name": name, "mimeType": "text/markdown", "buffer": f"# T{n}\n\nx{n}".encode()}
        for n, name in enumerate(NAMES)
    ]
    watched.locator("input[type=file]").set_input_files(files)
    expect(watched.locator("body")).to_contain_text("onerror=alert(1)")
    with httpx.Client(base_url=hostile.url) as client:
        [job] = client.get("/v1/jobs", params={"limit": 1}).json()["items"]
    assert [file["name"].replace("%22", '"') for file in job["files"]] == NAMES  # browsers quote
    stored = {path.name for path in Path(hostile.library, "uploads").rglob("*.md")}
    assert not any(set(name) & set("<>\"'()= ") for name in stored)
    watched.wait_for_timeout(2000)
