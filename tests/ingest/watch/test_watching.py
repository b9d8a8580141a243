"""The loop over real folders and a real library, with a wait that does what a person would."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.events import Event, Failed, Gone, Stored, Trouble, Unchanged
from ingest.lock import writing
from ingest.watch.watching import RETRY_S, Watch
from rag.config import Settings
from rag.errors import SettingsMismatch
from rag.store.catalog import Catalog

SETTINGS = Settings.model_validate({"embedder": {"kind": "hashing"}})
SETTLE_S = 0.01


class _Over(Exception):
    """The person has nothing more to do."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "papers").mkdir()
    return tmp_path / "papers"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


def paper(folder: Path, name: str, title: str) -> Path:
    path = folder / name
    path.write_text(f"# {title}\n\nIt says something about {title}.\n")
    return path


def watched(folder: Path, library: Path, *acts: Callable[[], object], **how) -> list[Event]:
    """What is told while somebody does one thing after the other, each when nothing is to do."""
    import time

    todo, waits = list(acts), list[float]()

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if seconds == SETTLE_S:
            time.sleep(SETTLE_S)
        elif todo:
            todo.pop(0)()
        else:
            raise _Over

    events: list[Event] = []
    watch = Watch([folder], library, SETTINGS, wait, SETTLE_S, jobs=1, **how)
    with pytest.raises(_Over):
        for event in watch.run():
            if isinstance(event, Stored | Unchanged | Failed | Gone | Trouble):
                events.append(event)
    return events


def titles(library: Path) -> list[str]:
    with Catalog(library) as catalog:
        return sorted(row.metadata.title for row in catalog.papers())


def test_new_changed_and_bad_files(folder, library):
    paper(folder, "a.md", "Alpha")
    events = watched(
        folder,
        library,
        lambda: paper(folder, "b.md", "Beta"),
        lambda: paper(folder, "a.md", "Alpha Again"),
        lambda: (folder / "c.md").write_bytes(b"\0"),
    )
    assert [type(event) for event in events] == [Stored, Stored, Stored, Failed]
    assert [getattr(event, "replaced", None) for event in events[:3]] == [False, False, True]
    assert titles(library) == ["Alpha Again", "Beta"]


def test_files_that_are_gone_are_told_and_kept(folder, library):
    path = paper(folder, "a.md", "Alpha")
    paper(folder, "b.md", "Beta")
    events = watched(folder, library, path.unlink)
    assert isinstance(events[-1], Gone)
    assert (events[-1].source, events[-1].removed) == (str(path), False)
    assert titles(library) == ["Alpha", "Beta"]


def test_they_are_removed_if_that_is_asked_for(folder, library):
    path = paper(folder, "a.md", "Alpha")
    paper(folder, "b.md", "Beta")
    events = watched(folder, library, path.unlink, remove=True)
    assert isinstance(events[-1], Gone)
    assert events[-1].removed
    assert titles(library) == ["Beta"]


def test_those_that_went_while_nobody_watched_are_told_too(folder, library):
    path = paper(folder, "a.md", "Alpha")
    paper(folder, "b.md", "Beta")
    watched(folder, library)
    path.unlink()
    events = watched(folder, library, remove=True)
    assert [type(event) for event in events] == [Unchanged, Gone]
    assert titles(library) == ["Beta"]


def test_a_renamed_file_is_no_loss(folder, library):
    path = paper(folder, "a.md", "Alpha")
    paper(folder, "b.md", "Beta")
    events = watched(folder, library, lambda: path.rename(folder / "z.md"), remove=True)
    assert [type(event) for event in events] == [Stored, Stored, Unchanged]
    assert titles(library) == ["Alpha", "Beta"]


def test_a_folder_that_is_emptied_at_once_loses_no_papers(folder, library):
    paths = [paper(folder, "a.md", "Alpha"), paper(folder, "b.md", "Beta")]
    events = watched(folder, library, lambda: [path.unlink() for path in paths], remove=True)
    assert [event.removed for event in events if isinstance(event, Gone)] == [False, False]
    assert isinstance(events[-1], Trouble)
    assert "is its drive there?" in events[-1].reason
    assert titles(library) == ["Alpha", "Beta"]


def test_a_folder_that_goes_away_is_waited_for(folder, library):
    paper(folder, "a.md", "Alpha")

    def back() -> None:
        folder.mkdir()
        paper(folder, "a.md", "Alpha")
        paper(folder, "b.md", "Beta")

    events = watched(folder, library, lambda: shutil.rmtree(folder), back, remove=True)
    troubles = [event.reason for event in events if isinstance(event, Trouble)]
    assert [("is not there" in reason) for reason in troubles] == [True]
    assert not [event for event in events if isinstance(event, Gone)]
    assert titles(library) == ["Alpha", "Beta"]


DOCUMENT = "\\documentclass{article}\\begin{document}\\section{A}%s\\end{document}"


def test_a_letter_put_among_papers_makes_no_project_of_them(folder, library):
    paper(folder, "a.md", "Alpha")
    paper(folder, "b.md", "Beta")
    events = watched(
        folder,
        library,
        lambda: (folder / "letter.tex").write_text(DOCUMENT % "Dear Sir."),
        lambda: paper(folder, "c.md", "Gamma"),
        remove=True,
    )
    assert [type(event) for event in events] == [Stored, Stored, Stored]
    assert titles(library) == ["Alpha", "Beta", "Gamma"]
    again = watched(folder, library, lambda: paper(folder, "d.md", "Delta"), remove=True)
    assert [type(event) for event in again] == [Unchanged, Unchanged, Unchanged, Stored]


def test_papers_of_a_folder_that_cannot_be_looked_into_are_not_gone(folder, library):
    """A folder that is a loop of links can't be looked into by anybody, root included."""
    sub, away = folder / "sub", folder.parent / "away"
    sub.mkdir()
    path = paper(sub, "a.md", "Alpha")
    paper(folder, "b.md", "Beta")

    def shut() -> None:
        sub.rename(away)
        sub.symlink_to(sub)

    def opened() -> None:
        sub.unlink()
        away.rename(sub)

    events = watched(folder, library, shut, lambda: None, opened, path.unlink, remove=True)
    assert [type(e) for e in events if isinstance(e, Stored | Gone)] == [Stored, Stored, Gone]
    assert titles(library) == ["Beta"]


def test_a_paper_of_which_a_copy_is_left_stays(folder, library):
    path = paper(folder, "a.md", "Alpha")
    paper(folder, "b.md", "Beta")
    copy = folder / "copy.md"
    events = watched(folder, library, lambda: shutil.copy(path, copy), path.unlink, remove=True)
    assert not [event for event in events if isinstance(event, Gone)]
    with Catalog(library) as catalog:
        assert str(copy) in [row.source for row in catalog.papers()]
    events = watched(folder, library, copy.unlink, remove=True)
    assert [event.removed for event in events if isinstance(event, Gone)] == [True]
    assert titles(library) == ["Beta"]


def test_what_a_latex_project_reads_is_watched(folder, library):
    (folder / "main.tex").write_text(DOCUMENT % "\\input{parts/one}")
    (folder / "parts").mkdir()
    part = folder / "parts" / "one.tex"
    part.write_text("It says something.")
    (folder / "main.pdf").write_bytes(b"%PDF-")
    events = watched(
        folder,
        library,
        lambda: part.write_text("It says something else altogether."),
        (folder / "main.tex").unlink,
        remove=True,
    )
    assert [type(event) for event in events] == [Stored, Stored]
    assert events[-1].replaced
    with Catalog(library) as catalog:
        [row] = catalog.papers()
        assert "something else altogether" in catalog.paper(row.paper_id).text


def test_a_library_that_is_locked_is_tried_again_and_told_once(folder, library):
    paper(folder, "a.md", "Alpha")
    lock = writing(library)
    lock.__enter__()
    events = watched(folder, library, lambda: None, lambda: lock.__exit__(None, None, None))
    assert [type(event) for event in events] == [Trouble, Stored]
    assert f"every {RETRY_S:g} s" in events[0].reason


def test_what_time_does_not_mend_is_an_error(folder, library):
    paper(folder, "a.md", "Alpha")
    watched(folder, library)
    paper(folder, "b.md", "Beta")
    other = Settings.model_validate({"embedder": {"kind": "hashing"}, "context": {"kind": "none"}})
    with pytest.raises(SettingsMismatch):
        list(Watch([folder], library, other, lambda _: None, SETTLE_S).run())
