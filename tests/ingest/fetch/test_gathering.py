"""Preprints and pages, from a server into a library."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.commands import ingest
from ingest.enrich.pace import Pace as AskingPace
from ingest.enrich.pace import Unreachable
from ingest.events import Event, Failed, Fetched, Skipped, Stored, Unchanged
from ingest.fetch.downloads import place_of_preprint
from ingest.fetch.fetcher import Fetcher
from ingest.fetch.library import Downloads
from ingest.fetch.pace import Pace
from ingest.fetch.preprints import Preprint
from ingest.stamp import Stamp
from rag.config import Settings
from rag.errors import UsageError
from rag.store.catalog import Catalog
from rag.types import Paper
from tests.ingest.fetch.arxiv_site import Arxiv, gz, pdf, tar_gz
from tests.ingest.fetch.serving import Site, body

DOCUMENT = "\\documentclass{article}\\begin{document}\\section{A}Words of it.\\end{document}"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


def run(library: Path, site: Site, *sources: str, **fetch) -> list[Event]:
    settings = Settings(fetch=site.settings(**fetch)).model_copy(
        update={"embedder": Settings.model_validate({"embedder": {"kind": "hashing"}}).embedder}
    )
    return list(ingest(list(sources), library, settings, jobs=1))


def told(events: list[Event]) -> list[Event]:
    kinds = (Fetched, Stored, Unchanged, Failed)
    return [event for event in events if isinstance(event, kinds)]


def papers(library: Path) -> Iterator[Paper]:
    with Catalog(library) as catalog:
        yield from [catalog.paper(row.paper_id) for row in catalog.papers()]


def test_a_preprint_comes_with_what_arxiv_knows_of_it(library, site):
    arxiv = Arxiv(site)
    arxiv.has("pdf", pdf("A Title That Is Not arXiv's"), "application/pdf")
    fetched, stored = told(run(library, site, "arXiv:1706.03762", arxiv="pdf"))
    assert isinstance(fetched, Fetched)
    assert fetched.source == "arXiv:1706.03762v2"
    assert isinstance(stored, Stored)
    [paper] = papers(library)
    assert paper.paper_id == "1706.03762"
    assert paper.metadata.title == "Attention to Fetching"
    assert paper.metadata.authors == ("Ada Lovelace", "Grace Hopper")
    assert paper.metadata.arxiv_version == 2
    assert Path(paper.source) == library / "downloads" / "arxiv" / "1706.03762.pdf"


def test_the_same_version_is_not_fetched_twice_and_a_new_one_takes_its_place(library, site):
    arxiv = Arxiv(site)
    arxiv.has("pdf", pdf("First"), "application/pdf")
    run(library, site, "1706.03762", arxiv="pdf")
    site.asked.clear()
    [again] = told(run(library, site, "1706.03762", arxiv="pdf"))
    assert isinstance(again, Unchanged)
    assert [path.partition("?")[0] for path in site.paths] == ["/api/query"]
    arxiv.version = 3
    arxiv.has("pdf", pdf("Second", "Another text. " * 20), "application/pdf")
    _, replaced = told(run(library, site, "1706.03762", arxiv="pdf"))
    assert isinstance(replaced, Stored)
    assert replaced.replaced
    [paper] = papers(library)
    assert (paper.paper_id, paper.metadata.arxiv_version) == ("1706.03762", 3)
    assert "Another text." in paper.text


def test_a_source_that_cannot_be_read_gives_way_to_the_pdf(library, site):
    arxiv = Arxiv(site)
    arxiv.has("e-print", tar_gz(main_tex="% nothing\n"), "application/gzip")
    arxiv.has("pdf", pdf("A Paper"), "application/pdf")
    events = told(run(library, site, "1706.03762"))
    assert [type(event) for event in events] == [Fetched, Stored]
    [paper] = papers(library)
    assert paper.remarks[-1].startswith("read from its PDF: ")
    kept = {path.name for path in (library / "downloads" / "arxiv").iterdir()}
    assert kept == {"1706.03762.pdf", "1706.03762.json"}
    site.asked.clear()
    [again] = told(run(library, site, "1706.03762"))
    assert isinstance(again, Unchanged)
    assert len(site.asked) == 1


def test_a_preprint_without_source_is_fetched_as_pdf(library, site):
    arxiv = Arxiv(site, "hep-th/9901001")
    arxiv.has("e-print", pdf("A Paper"), "application/pdf")
    assert [type(e) for e in told(run(library, site, "hep-th/9901001"))] == [Fetched, Stored]
    [paper] = papers(library)
    assert (paper.paper_id, paper.metadata.arxiv_id) == ("hep-th-9901001", "hep-th/9901001")
    assert paper.remarks == ("read from its PDF: the source is a PDF: its authors gave no other",)


def test_a_source_that_is_not_there_gives_way_for_good_and_is_remarked(library, site):
    Arxiv(site).has("pdf", pdf("A Paper"), "application/pdf")
    run(library, site, "1706.03762")
    [paper] = papers(library)
    remark = "read from its PDF: the source can't be had: the server answers 404"
    assert paper.remarks[-1] == remark
    site.asked.clear()
    settings = site.settings()
    assert isinstance(told(run(library, site, "1706.03762"))[0], Unchanged)
    assert len(site.asked) == 1
    note = place_of_preprint(library, "1706.03762").note()
    assert note
    assert (note.form, note.asked) == ("pdf", "source")
    again = Downloads(library, Fetcher(settings)).preprint(Preprint("1706.03762"))
    assert (again.size, again.remark) == (0, remark)


def test_a_server_that_is_busy_is_asked_again_another_time(library, site):
    arxiv = Arxiv(site)
    arxiv.has("pdf", pdf("A Paper"), "application/pdf")
    site.pages["/e-print/1706.03762v2"] = body(b"", "text/html", 503)
    [failed] = told(run(library, site, "1706.03762"))
    assert isinstance(failed, Failed)
    assert "too busy" in failed.reason
    arxiv.has("e-print", gz(DOCUMENT), "application/gzip")
    assert [type(event) for event in told(run(library, site, "1706.03762"))] == [Fetched, Stored]
    [paper] = papers(library)
    assert Path(paper.source).suffix == ".gz"


@pytest.mark.parametrize(
    "path", ["/e-print/1706.03762v2", "/api/query?id_list=1706.03762&max_results=1"]
)
def test_that_there_is_nothing_newer_is_no_answer_to_who_has_nothing(library, site, tmp_path, path):
    Arxiv(site).has("pdf", pdf("A Paper"), "application/pdf")
    site.pages[path] = body(b"", status=304)
    (tmp_path / "a.md").write_text("# A\n\nText.\n")
    events = told(run(library, site, "1706.03762", str(tmp_path / "a.md")))
    assert [type(event) for event in events] == [Failed, Stored]
    assert "answers 304" in events[0].reason


def test_of_two_versions_asked_for_together_the_last_is_had(library, site):
    arxiv = Arxiv(site)
    arxiv.has("pdf", pdf("A Paper", "The first. " * 20), "application/pdf", version=1)
    arxiv.has("e-print", gz(DOCUMENT), "application/gzip", version=2)
    pdf_of_1 = f"{site.url}/pdf/1706.03762v1"
    for sources, kept in (
        ([pdf_of_1, "1706.03762v2"], ".gz"),
        (["1706.03762v2", pdf_of_1], ".pdf"),
    ):
        events = run(library, site, *sources)
        assert not [event for event in events if isinstance(event, Failed)]
        [skipped] = [event for event in events if isinstance(event, Skipped)]
        assert f"gave way to {sources[1]}" in skipped.reason
        [paper] = papers(library)
        assert Path(paper.source).suffix == kept
        assert paper.metadata.arxiv_version == (2 if kept == ".gz" else 1)


def test_a_path_that_is_not_there_is_told_before_anything_is_fetched(library, site, tmp_path):
    Arxiv(site).has("pdf", pdf("A Paper"), "application/pdf")
    with pytest.raises(UsageError, match="no file or folder"):
        run(library, site, "1706.03762", str(tmp_path / "none.pdf"))
    assert not site.asked


def test_a_folder_that_cannot_be_written_fails_its_source_alone(library, site, tmp_path):
    library.mkdir()
    (library / "downloads").write_text("a file where a folder should be")
    (tmp_path / "a.md").write_text("# A\n\nText.\n")
    url = f"{site.url}/a.pdf"
    site.pages["/a.pdf"] = body(pdf("A Paper"))
    Arxiv(site).has("pdf", pdf("A Paper"), "application/pdf")
    events = told(run(library, site, url, "1706.03762", str(tmp_path / "a.md")))
    failed = {event.source: event.reason for event in events if isinstance(event, Failed)}
    assert list(failed) == [url, "1706.03762"]
    assert failed["1706.03762"].startswith("can't be kept: ")
    assert isinstance(events[-1], Stored)


def test_downloads_may_lie_behind_a_link(library, site, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    library.mkdir()
    (library / "downloads").symlink_to(tmp_path / "elsewhere")
    Arxiv(site).has("pdf", pdf("Another Title"), "application/pdf")
    run(library, site, "1706.03762", arxiv="pdf")
    [paper] = papers(library)
    assert (paper.paper_id, paper.metadata.title) == ("1706.03762", "Attention to Fetching")


@pytest.mark.parametrize(
    "source",
    [
        gz("no TeX"),
        gz("\\x")[:-9],
        b"\x1f\x8bnonsense",
        tar_gz(code_py="x = 1"),
        tar_gz(big_bin="x" * 2 * 10**6, main_tex="\\x"),
    ],
)
def test_a_source_that_is_no_latex_gives_way_too(library, site, source):
    arxiv = Arxiv(site)
    arxiv.has("e-print", source, "application/gzip")
    arxiv.has("pdf", pdf("A Paper"), "application/pdf")
    events = told(run(library, site, "1706.03762", max_mb=1))
    assert [type(event) for event in events] == [Fetched, Stored]


def test_the_form_can_be_chosen_by_the_url(library, site):
    arxiv = Arxiv(site)
    arxiv.has("pdf", pdf("A Paper"), "application/pdf", version=1)
    fetched, _ = told(run(library, site, f"{site.url}/pdf/1706.03762v1"))
    assert isinstance(fetched, Fetched)
    assert site.paths[-1] == "/pdf/1706.03762v1"


def test_what_cannot_be_had_is_named_and_the_others_go_on(library, site, tmp_path):
    Arxiv(site).has("pdf", pdf("A Paper"), "application/pdf")
    (tmp_path / "note.md").write_text("# A Note\n\nIt says something.\n")
    events = told(
        run(
            library, site, "1706.03762v5", "1706.03762", "ftp://example.org/a.pdf",
            "http://169.254.169.254/", str(tmp_path / "note.md"), arxiv="pdf",
        )
    )  # fmt: skip
    failed = {event.source: event.reason for event in events if isinstance(event, Failed)}
    assert list(failed) == ["1706.03762v5", "ftp://example.org/a.pdf", "http://169.254.169.254/"]
    assert "no such version" in failed["1706.03762v5"]
    assert len([event for event in events if isinstance(event, Stored)]) == 2


def test_a_page_is_asked_for_only_what_is_newer(library, site):
    url = f"{site.url}/papers/a%20paper.pdf?v=1"
    site.pages["/papers/a%20paper.pdf?v=1"] = body(pdf("A Paper"), ETag='"1"')
    _, stored = told(run(library, site, url))
    assert isinstance(stored, Stored)
    assert Path(stored.source).parent == library / "downloads" / "127.0.0.1"
    site.pages["/papers/a%20paper.pdf?v=1"] = body(b"", status=304)
    [unchanged] = told(run(library, site, url))
    assert isinstance(unchanged, Unchanged)
    assert site.asked[-1][1]["If-None-Match"] == '"1"'


def test_a_file_whose_name_is_an_id_is_a_file(library, site, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "1706.03762"
    folder.mkdir()
    (folder / "note.md").write_text("# A Note\n\nIt says something.\n")
    [stored] = told(run(library, site, "1706.03762"))
    assert isinstance(stored, Stored)
    assert not site.asked


def test_requests_to_arxiv_are_kept_apart(tmp_path):
    slept: list[float] = []
    moment = [1000.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        moment[0] += seconds

    file = tmp_path / "cache" / "asked"
    pace = Pace(Stamp(file, lambda: moment[0]), 3.0, sleep)
    pace.wait()
    os.utime(file, (999.0, 999.0))
    pace.wait()
    os.utime(file, (5000.0, 5000.0))  # by a clock that was wrong
    pace.wait()
    os.utime(file, (990.0, 990.0))
    pace.wait()
    assert slept == [2.0, 3.0]


def test_fetching_and_looking_up_keep_one_pause(tmp_path):
    stamp = Stamp(tmp_path / "asked")
    looked_up = AskingPace(0.3, stamp)
    started = time.monotonic()
    for turn in range(3):
        Pace(stamp, 0.3).wait()
        if turn < 2:
            looked_up.wait(float("inf"), threading.Event())
    assert time.monotonic() - started >= 1.2
    with pytest.raises(Unreachable, match="asks to wait"):
        AskingPace(60.0, stamp).wait(time.monotonic() + 5.0, threading.Event())
