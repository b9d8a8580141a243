"""Papers, file names, questions and answers that try to be more than text, in the real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Locator, Page, Request, expect

from ingest.commands import ingest
from rag.config import Settings
from tests.api.web.host import Host
from tests.api.web.liar import liar
from tests.api.web.payloads import PAYLOADS
from tests.api.web.serving import Served, served, with_model
from tests.api.web.steps import ask, open_library, open_page
from tests.scripted_llm import Reply, ScriptedServer

AT_ONCE = 24
FACT = "The step size is 0.1"
BATCHES = [PAYLOADS[start : start + AT_ONCE] for start in range(0, len(PAYLOADS), AT_ONCE)]
# Forms, frames and the like have no business in an answer, whatever else they do.
STRANGERS = "script, iframe, object, embed, form, input, style, link, meta, base, img, svg, video"
NAMES = [
    "<img src=x onerror=alert(1)>.md",
    '"><svg onload=alert(1)>.md',
    "a'onmouseover='alert(1).md",
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, model: ScriptedServer) -> Iterator[Served]:
    """Every payload is a section's name and text in one of the papers; some are their titles."""
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
def ran(page: Page) -> Iterator[list[str]]:
    """What ran that should not have, on whatever page; empty in the end."""
    seen: list[str] = []
    page.expose_binding("ran", lambda _, name: seen.append(name))
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.add_init_script(
        "for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => window.ran(name);"
    )
    yield seen
    assert seen == []


@pytest.fixture
def watched(page: Page, hostile: Served, ran: list[str]) -> Iterator[Page]:
    """A page on which nothing may run, and which may load from its own server alone."""

    def strange(request: Request) -> None:
        if not request.url.startswith((f"{hostile.url}/", "blob:", "data:")):
            ran.append(request.url)

    page.on("request", strange)
    yield page
    assert page.url.startswith(f"{hostile.url}/")


def test_what_runs_is_seen(page: Page, hostile: Served) -> None:
    seen: list[str] = []
    page.expose_binding("ran", lambda _, name: seen.append(name))
    page.add_init_script("window.alert = () => window.ran('alert');")
    open_page(page, hostile)
    page.evaluate("alert(1)")
    page.reload()
    assert seen == ["alert"]


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
    prose = turn.locator(".prose")
    assert prose.locator(STRANGERS).count() == 0
    assert_harmless(prose)
    assert_shown(prose.text_content() or "", BATCHES[number])
    turn.locator("a.citation").first.hover()


def strange_to(url: str, request: Request) -> list[str]:
    """The address of a request that goes elsewhere."""
    return [] if request.url.startswith(f"{url}/") else [request.url]


def assert_harmless(prose: Locator) -> None:
    """Links lead to citations."""
    assert prose.count() == 1
    for link in prose.locator("a[href]").all():
        href = link.get_attribute("href") or ""
        assert href.startswith("#/papers/"), href


def assert_shown(text: str, batch: list[str]) -> None:
    """The plain tags among the payloads are there to be read: they were text, and not left out."""
    plain = [payload for payload in batch if re.fullmatch(r"<[a-z]+ [a-z]+=\S+>", payload)]
    text = text.replace(" (no citation supports this)", "")
    assert [payload for payload in plain if payload not in text] == []


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
        panel.locator(".papers .paper").nth(number).click()
        expect(watched.locator(".section-tree li")).not_to_have_count(0)
        watched.get_by_role("button", name="Back").click()


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
    stored = {path.name for path in (hostile.log.parent / "library" / "uploads").rglob("*.md")}
    assert stored
    assert not any(set(name) & set("<>\"'()= ") for name in stored)
    expect(watched.locator(".job")).to_have_attribute("data-state", "done")


# Of formulas, what is not where it stands or not as large as it is.
PLACED = """(nodes) => nodes
  .flatMap((node) => [...node.attributes].map(({ name, value }) => `${name}=${value}`))
  .filter((each) => /^(height|depth|voffset)=|-([3-9]\\d|1\\d+)|scriptlevel=[^0-3]/.test(each))"""


def test_a_library_that_lies_can_do_nothing_to_the_page_of_its_widget(
    page: Page, host: Host, server: Served, ran: list[str]
) -> None:
    """The page has no policy, and the payloads come as HTML that no server of ours would send."""
    marker = '<a class="citation" data-marker="[1]" href="#citation-1">[1]</a>'
    with liar() as library:
        library.answers = [f"<p>{FACT} {marker}</p>{payload}" for payload in PAYLOADS]
        host.library = server.url
        host.body = f'<scholium-chat library="{library.url}" open></scholium-chat>'
        page.goto(f"{host.origin}/bare")
        page.on("request", lambda request: ran.extend(strange_to(library.url, request)))
        widget = page.locator("scholium-chat")
        widget.evaluate(
            "async (widget, most) => { for (let n = 0; n < most; n++) await widget.ask(`${n}`) }",
            len(PAYLOADS),
        )
        expect(widget.locator(".turn")).to_have_count(len(PAYLOADS))
        expect(widget.locator(".failure")).to_have_count(0)
        assert widget.locator(".chip").count() >= len(PAYLOADS)
        assert widget.locator(".text").locator(STRANGERS).count() == 0
        made = widget.locator(".text math, .text math *")
        assert made.evaluate_all(PLACED) == [], "laid over the page"
        widget.locator(".chip").first.click()
        expect(widget.get_by_role("dialog")).to_contain_text("onerror=alert(1)")
        assert page.url == f"{host.origin}/bare"
