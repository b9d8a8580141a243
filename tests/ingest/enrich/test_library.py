"""Papers of a real library, looked up on loopback."""

from __future__ import annotations

import time
from pathlib import Path

import pymupdf
import pytest
from click.testing import CliRunner

from api.cli import main
from ingest.commands import enrich, ingest
from ingest.events import Event, Failed, LookedUp, Stored, Unreached
from rag.build import open_library
from rag.config import Settings
from rag.errors import UnknownPaper
from rag.store.catalog import Catalog
from rag.types import Filter, Paper
from tests.copying import copied
from tests.ingest.enrich.server import Reply, Script, nothing, recorded, services, serving

SERVICES = ("semantic-scholar", "crossref", "openalex", "arxiv")
TITLE = "Cutting Papers Into Useful Parts"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path / "cache"))


def made_pdf(path: Path, title: str = TITLE) -> Path:
    """A first page with a title and one of its three authors, and no year, venue or abstract."""
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 90), title, fontsize=18, fontname="hebo")
    page.insert_text((72, 120), "Ada Lovelace", fontsize=11)
    page.insert_text((72, 160), "1 Introduction", fontsize=13, fontname="hebo")
    for row in range(12):
        page.insert_text((72, 190 + 14 * row), f"Papers are cut into useful parts, way {row}.")
    document.save(path)
    return path


def settings(url: str, **enrich: object) -> Settings:
    urls = {f"{name}_url": url for name in ("arxiv", "semantic_scholar", "crossref", "openalex")}
    table = {"enabled": True, "services": ["crossref"], "timeout_s": 5.0, **urls, **enrich}
    return Settings.model_validate({"embedder": {"kind": "hashing"}, "enrich": table})


def stored(library: Path) -> Paper:
    with Catalog(library) as catalog:
        (row,) = catalog.papers()
        return catalog.paper(row.paper_id)


def of_kind(events: list[Event], kind: type[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that was filled without the network."""
    folder = tmp_path_factory.mktemp("offline")
    file = made_pdf(folder / "paper.pdf")
    list(ingest([file], folder / "library", settings("http://127.0.0.1:1", enabled=False), 1))
    return folder / "library"


@pytest.fixture
def library(offline: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return copied(offline, tmp_path / "library")


def enriched(library: Path, script: Script, **enrich_: object) -> tuple[list[Event], Paper]:
    with serving(script) as server:
        events = list(enrich(library, [], settings(server.url, **enrich_)))
    return events, stored(library)


def ingested(tmp_path: Path, script: Script, **enrich: object) -> tuple[list[Event], Paper]:
    file = made_pdf(tmp_path / "paper.pdf")
    with serving(script) as server:
        events = list(ingest([file], tmp_path / "library", settings(server.url, **enrich), 1))
    return events, stored(tmp_path / "library")


def test_nothing_is_asked_unless_it_is_allowed(tmp_path: Path) -> None:
    file = made_pdf(tmp_path / "paper.pdf")
    with serving(services) as server:
        off = settings(server.url, enabled=False)
        list(ingest([file], tmp_path / "library", off, 1))
        assert server.asked == []
    assert stored(tmp_path / "library").remarks == ()
    assert not Settings().enrich.enabled


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_fills_what_is_missing(library: Path, service: str) -> None:
    events, paper = enriched(library, services, services=[service])
    found = paper.metadata
    assert (found.title, found.year) == (TITLE, 2021)
    (event,) = of_kind(events, LookedUp)
    assert isinstance(event, LookedUp)
    assert paper.remarks == event.remarks
    assert "year" in event.remarks[0]
    if service != "semantic-scholar":  # which knows the preprint alone by its title
        assert found.doi == "10.5555/parts.2021.1"
        assert "Useful Parts" in found.venue
        assert len(found.authors) > 1


def test_the_services_complete_one_another(tmp_path: Path) -> None:
    _, paper = ingested(tmp_path, services, services=["semantic-scholar", "crossref"])
    first, second = paper.remarks
    assert first == "year, arXiv id: from Semantic Scholar"
    assert second.endswith("from Crossref")
    assert paper.metadata.arxiv_id == "2101.00001"
    assert paper.paper_id.startswith("p"), "an id stays, whatever is found out later"


def test_a_changed_file_replaces_a_paper_that_got_an_id(tmp_path: Path) -> None:
    file, library = made_pdf(tmp_path / "paper.pdf"), tmp_path / "library"
    with serving(services) as server:
        allowed = settings(server.url, services=["semantic-scholar"])
        list(ingest([file], library, allowed, 1))
        first = stored(library)
        made_pdf(file, f"{TITLE}.")
        list(ingest([file], library, allowed, 1))
    assert stored(library).paper_id == first.paper_id
    assert stored(library).content_hash != first.content_hash


def test_what_was_looked_up_outlives_another_reading(tmp_path: Path) -> None:
    file, library = made_pdf(tmp_path / "paper.pdf", TITLE.upper()), tmp_path / "library"
    with serving(services) as server:
        list(ingest([file], library, settings(server.url), 1))
        first = stored(library)
        assert not first.metadata.title.isupper()
        assert len(first.metadata.authors) == 3
        list(ingest([file], library, settings(server.url, enabled=False), 1, again=True))
    assert stored(library).metadata == first.metadata
    assert stored(library).remarks == first.remarks


def test_what_was_found_can_be_searched_by(tmp_path: Path) -> None:
    file, library = made_pdf(tmp_path / "paper.pdf"), tmp_path / "library"
    with serving(services) as server:
        allowed = settings(server.url)
        list(ingest([file], library, allowed, 1))
    with open_library(library, allowed) as opened:
        within = opened.search("useful parts", k=3, where=Filter(year_from=2021, year_to=2021))
        assert within.evidence
        assert not opened.search(
            "useful parts", k=3, where=Filter(year_from=2019, year_to=2020)
        ).evidence


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"", 500), "status 500"),
        (Reply(b"<html>", 200), "can't be read"),
        (Reply(b"x" * (3 << 20)), "more than"),
        (Reply(b"", 429, {"Retry-After": "3600"}), "wait"),
    ],
)
def test_what_a_service_did_instead_of_answering_is_told(
    library: Path, reply: Reply, reason: str
) -> None:
    events, paper = enriched(library, lambda *_: reply)
    (unreached,) = of_kind(events, Unreached)
    assert isinstance(unreached, Unreached)
    assert reason in unreached.reasons[0]
    assert paper.remarks == ()


def test_a_service_that_fails_does_not_fail_the_ingestion(tmp_path: Path) -> None:
    events, paper = ingested(tmp_path, lambda *_: Reply(b"", 500), services=list(SERVICES))
    assert of_kind(events, Stored)
    assert not of_kind(events, Failed)
    (unreached,) = of_kind(events, Unreached)
    assert isinstance(unreached, Unreached)
    assert len(unreached.reasons) == len(SERVICES)
    assert paper.metadata.title == TITLE


def test_unknown_works_leave_a_paper_as_it_is(library: Path) -> None:
    events, paper = enriched(library, nothing, services=list(SERVICES[:3]))
    assert not of_kind(events, LookedUp)
    assert not of_kind(events, Unreached)
    assert paper.metadata.title == TITLE


def test_an_ingestion_waits_for_no_slow_service(tmp_path: Path) -> None:
    """The service would answer after a minute; the ingestion is through before that."""
    slow = Reply(b"{}", delay_s=60)
    file, library = made_pdf(tmp_path / "paper.pdf"), tmp_path / "library"
    with serving(lambda *_: slow) as server:
        events = list(
            ingest([file], library, settings(server.url, deadline_s=0.3, timeout_s=60.0), 1)
        )
        assert server.asked
        assert not server.ending.is_set()
    (unreached,) = of_kind(events, Unreached)
    assert isinstance(unreached, Unreached)
    assert "in time" in unreached.reasons[0]
    assert stored(library).metadata.title == TITLE


def test_an_ingestion_that_is_left_asks_no_more(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for number in range(3):
        made_pdf(folder / f"{number}.pdf", f"{TITLE}, number {number}")
    with serving(lambda *_: Reply(b"", 404, delay_s=0.2)) as server:
        events = ingest([folder], tmp_path / "library", settings(server.url), 1)
        for event in events:
            if isinstance(event, Stored):
                break
        events.close()
        time.sleep(0.5)
        assert len(server.asked) <= 1


def test_papers_of_a_library_are_looked_up_on_request(library: Path) -> None:
    with serving(services) as server:
        asked = settings(server.url, enabled=False)
        (event,) = of_kind(list(enrich(library, [], asked)), LookedUp)
        assert isinstance(event, LookedUp)
        assert stored(library).metadata.doi == "10.5555/parts.2021.1"
        count = len(server.asked)
        assert not of_kind(list(enrich(library, [], asked)), LookedUp)
        assert len(server.asked) == count, "nothing is missing any more"


def test_facts_that_no_index_holds_are_written_alone(library: Path) -> None:
    """Year and title reach the indexes; a venue does not: chunks keep their place."""
    with serving(lambda *_: recorded("crossref.json")) as server:
        list(enrich(library, [], settings(server.url)))
        with Catalog(library) as catalog:
            chunks, generation = catalog.chunk_ids(), int(catalog.meta("generation"))
        events = list(enrich(library, [stored(library).paper_id], settings(server.url)))
    assert not of_kind(events, LookedUp)
    with Catalog(library) as catalog:
        assert catalog.chunk_ids() == chunks
        assert int(catalog.meta("generation")) == generation


def test_an_unknown_paper_is_named(library: Path) -> None:
    with pytest.raises(UnknownPaper, match="'nothing'"):
        list(enrich(library, ["nothing"], settings("http://127.0.0.1:1")))


def test_the_command(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(services) as server:
        monkeypatch.setenv("SCHOLIUM_EMBEDDER__KIND", "hashing")
        monkeypatch.setenv("SCHOLIUM_ENRICH__CROSSREF_URL", server.url)
        monkeypatch.setenv("SCHOLIUM_ENRICH__SERVICES", '["crossref"]')
        monkeypatch.setenv("SCHOLIUM_ENRICH__MAILTO", "me@example.org")
        result = CliRunner().invoke(main, ["enrich", "cutting papers", "--library", str(library)])
        (asked,) = server.asked
    assert result.exit_code == 0, result.output
    assert "from Crossref" in result.output
    assert result.output.endswith("1 of 1 paper enriched\n")
    assert asked.parameters["mailto"] == "me@example.org"
    assert asked.parameters["query.bibliographic"] == f"{TITLE} Lovelace"


def test_the_command_when_nobody_is_there(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOLIUM_EMBEDDER__KIND", "hashing")
    for name in ("ARXIV", "SEMANTIC_SCHOLAR", "CROSSREF", "OPENALEX"):
        monkeypatch.setenv(f"SCHOLIUM_ENRICH__{name}_URL", "http://127.0.0.1:1")
    result = CliRunner().invoke(main, ["enrich", "--library", str(library)])
    assert result.exit_code == 1, result.output
    assert "no answer" in result.output
    assert "Crossref: can't be reached" in result.output
    assert result.output.endswith("0 of 1 paper enriched\n")
