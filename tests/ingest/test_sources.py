from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ingest.build import ParseFile
from ingest.commands import ingest
from ingest.events import Failed, Found, Skipped, Stored, Unchanged
from ingest.sources import find_repositories, find_sources
from rag.config import Settings
from rag.errors import SourceError, UsageError
from rag.store.catalog import Catalog
from rag.types import Kind


def made(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_folders_are_walked_in_order_and_hidden_things_passed_over(tmp_path: Path) -> None:
    made(tmp_path, "b.pdf", "a.MD", "sub/c.Pdf", ".hidden/d.pdf", ".e.pdf", "notes.txt")
    found = [str(path.relative_to(tmp_path)) for path in find_sources([tmp_path]).files]
    assert found == ["a.MD", "b.pdf", "sub/c.Pdf"]


def test_a_file_that_is_named_is_taken_whatever_its_ending(tmp_path: Path) -> None:
    made(tmp_path, "notes.txt")
    assert find_sources([tmp_path / "notes.txt"]).files == (tmp_path / "notes.txt",)
    with pytest.raises(SourceError, match=r"of a kind that can\'t be read: \.txt"):
        ParseFile(10)(tmp_path / "notes.txt")


def test_each_file_comes_once_by_whatever_way(tmp_path: Path) -> None:
    made(tmp_path, "a.pdf", "sub/b.pdf")
    (tmp_path / "link.pdf").symlink_to(tmp_path / "a.pdf")
    found = find_sources([tmp_path / "sub" / ".." / "a.pdf", tmp_path, tmp_path / "sub"])
    assert sorted(p.name for p in found.files) == ["a.pdf", "b.pdf"]


def test_nothing_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file or folder"):
        find_sources([tmp_path / "none"])
    made(tmp_path, "notes.txt")
    with pytest.raises(UsageError, match=r"no file ends in \.docx, \.htm, \.html, \.md, \.pdf"):
        find_sources([tmp_path])


def reasons(folder: Path) -> dict[str, str]:
    """What can't be used, by its name within the folder; what can must be ``good.md`` alone."""
    found = find_sources([folder])
    assert found.files == (folder / "good.md",)
    return {os.path.relpath(f.source, folder): f.reason for f in found.failures}


def test_what_cannot_be_used_fails_alone(tmp_path: Path) -> None:
    made(tmp_path, "good.md")
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "loop.md").symlink_to("loop.md")
    (tmp_path / "gone.md").symlink_to("elsewhere.md")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.md")).touch()
    assert reasons(tmp_path) == {
        "pipe.pdf": "not a file but a pipe, a socket or a device",
        "loop.md": "can't be read: Too many levels of symbolic links",
        "gone.md": "a link to elsewhere.md, which is not there",
        "bad\\xff.md": "its name is not UTF-8: rename it",
    }


def test_what_is_named_itself_and_cannot_be_used_fails_alone_too(tmp_path: Path) -> None:
    made(tmp_path, "good.md")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    found = find_sources([tmp_path / "pipe", tmp_path / "loop", tmp_path / "good.md"])
    assert found.files == (tmp_path / "good.md",)
    assert [Path(failure.source).name for failure in found.failures] == ["pipe", "loop"]


def test_a_name_in_other_bytes_is_no_matter_in_a_link(tmp_path: Path) -> None:
    made(tmp_path, "good.md")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.md")).symlink_to("good.md")
    assert reasons(tmp_path) == {}


def test_a_folder_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too deep for its path to be used, as permissions don't stop every user."""
    made(tmp_path, "good.md")
    monkeypatch.chdir(tmp_path)
    for _ in range(20):
        Path("d" * 250).mkdir()
        os.chdir("d" * 250)
    os.chdir(tmp_path)
    try:
        [(folder, reason)] = reasons(tmp_path).items()
    finally:
        shutil.rmtree("d" * 250)
    assert folder.startswith("ddd")
    assert reason == "can't be read: File name too long"


def test_a_broken_link_that_is_named_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "gone.md").symlink_to("elsewhere.md")
    with pytest.raises(UsageError, match=r"no file or folder .*gone\.md"):
        find_sources([tmp_path / "gone.md"])


def test_the_home_of_nobody() -> None:
    with pytest.raises(UsageError, match="home folder is ~no-such-user"):
        find_sources([Path("~no-such-user/papers")])


def test_each_failure_is_told_once(tmp_path: Path) -> None:
    made(tmp_path, "good.md")
    (tmp_path / "gone.md").symlink_to("elsewhere.md")
    assert len(find_sources([tmp_path, tmp_path]).failures) == 1


def test_an_ingest_counts_and_tells_them(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    made(papers, "good.md")
    (papers / "good.md").write_text("# A Paper\n\nIt says something.\n")
    os.mkfifo(papers / "pipe.pdf")
    settings = Settings.model_validate({"embedder": {"kind": "hashing"}})
    first, second, *rest = ingest([papers], tmp_path / "library", settings, jobs=1)
    assert first == Found(2)
    assert isinstance(second, Failed)
    assert second.source == str(papers / "pipe.pdf")
    assert any(isinstance(event, Stored) for event in rest)


DOCUMENT = "\\documentclass{article}\\begin{document}\\section{A}Words of it.\\end{document}"


def test_a_folder_with_a_latex_document_is_one_paper(tmp_path: Path) -> None:
    made(tmp_path, "project/figure.pdf", "other/a.pdf", "other/src/b.pdf")
    (tmp_path / "project" / "main.tex").write_text(DOCUMENT)
    (tmp_path / "other" / "src" / "main.tex").write_text(DOCUMENT)
    assert find_sources([tmp_path / "project"]).files == (tmp_path / "project",)
    names = [path.name for path in find_sources([tmp_path / "other"]).files]
    assert names == ["a.pdf", "b.pdf"]  # a source beside its PDF is not a second paper


def test_papers_beside_a_latex_document_are_told_of(tmp_path: Path) -> None:
    project = tmp_path / "project"
    made(project, "letter.pdf", "images/plot.pdf", "photo.pdf", "sub/bert.pdf", "README.md")
    (project / "letter.tex").write_text(
        DOCUMENT.replace("Words", r"\input{sub/part}\includegraphics{photo.pdf}")
    )
    (project / "sub" / "part.tex").write_text(r"\includegraphics{images/plot}")
    settings = Settings.model_validate({"embedder": {"kind": "hashing"}})
    events = list(ingest([project], tmp_path / "library", settings, jobs=1))
    [skipped] = [event for event in events if isinstance(event, Skipped)]
    assert skipped.source == str(project)
    assert "are not: sub/bert.pdf; name them" in skipped.reason
    assert len([event for event in events if isinstance(event, Stored)]) == 1
    (project / "sub" / "bert.pdf").unlink()
    events = list(ingest([project], tmp_path / "library", settings, jobs=1))
    assert not [event for event in events if isinstance(event, Skipped)]


def test_word_files_are_found_but_not_their_locks(tmp_path: Path) -> None:
    made(tmp_path, "a.docx", "~$a.docx", "b.tex", "c.zip")
    assert [path.name for path in find_sources([tmp_path]).files] == ["a.docx"]


def test_repositories_are_folders_or_archives(tmp_path: Path) -> None:
    made(tmp_path, "repo/a.py", "repo/paper.pdf", "code.zip", "notes.md")
    found = find_repositories([tmp_path / "repo", tmp_path / "code.zip", tmp_path / "repo"])
    assert found.files == (tmp_path / "repo", tmp_path / "code.zip")
    with pytest.raises(UsageError, match="neither a folder nor an archive"):
        find_repositories([tmp_path / "notes.md"])
    with pytest.raises(UsageError, match="no file or folder"):
        find_repositories([tmp_path / "none"])
    (tmp_path / "repo" / "main.tex").write_text(DOCUMENT)
    with pytest.raises(UsageError, match="LaTeX document"):
        find_repositories([tmp_path / "repo"])
    for name in ("both.zip", "both.tar.gz"):
        made_of = "zip" if name.endswith("zip") else "gztar"
        shutil.make_archive(str(tmp_path / "both"), made_of, tmp_path / "repo")
        with pytest.raises(UsageError, match=r"both\..* holds a LaTeX document"):
            find_repositories([tmp_path / name])


def test_a_paper_and_its_code_live_in_one_library(tmp_path: Path) -> None:
    made(tmp_path, "paper/main.tex", "repo/net.py")
    (tmp_path / "paper" / "main.tex").write_text(DOCUMENT)
    code = tmp_path / "repo" / "net.py"
    code.write_text('def forward(x):\n    """Adds one."""\n    return x + 1\n')
    library, settings = (
        tmp_path / "library",
        Settings.model_validate({"embedder": {"kind": "hashing"}}),
    )

    def run(path: Path, *, code: bool = False) -> list[object]:
        return list(ingest([path], library, settings, jobs=1, code=code))

    stored = [
        event
        for event in (*run(tmp_path / "paper"), *run(tmp_path / "repo", code=True))
        if isinstance(event, Stored)
    ]
    assert [Path(event.source).name for event in stored] == ["paper", "repo"]
    again = run(tmp_path / "repo", code=True)
    assert [e.paper_id for e in again if isinstance(e, Unchanged)] == [stored[1].paper_id]
    assert not [event for event in again if isinstance(event, Stored)]
    code.write_text("def forward(x):\n    return x + 2\n")
    [changed] = [e for e in run(tmp_path / "repo", code=True) if isinstance(e, Stored)]
    assert (changed.paper_id, changed.replaced) == (stored[1].paper_id, True)
    with Catalog(library) as catalog:
        paper = catalog.paper(changed.paper_id)
    assert [section.title for section in paper.sections] == ["net.py", "net.py, lines 1-2: forward"]
    assert paper.elements[0].kind is Kind.CODE
