"""Which files there are to ingest."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.known import Known
from ingest.overlooked import overlooked
from ingest.parsers.tree import is_archive
from ingest.projects import is_latex_archive, is_latex_folder
from rag.errors import SourceError, UsageError

ENDINGS = frozenset({".pdf", ".md", ".html", ".htm", ".docx"})


@dataclass(frozen=True, slots=True)
class Sources:
    """Files to ingest, and why others that were found can't be. Each comes once.

    ``known`` is what somebody else knows of a file; ``instead`` gets another form of one that turns
    out to be of no use; ``skipped`` says what is not read because its folder is one paper.
    """

    files: tuple[Path, ...]
    failures: tuple[SourceError, ...]
    known: Mapping[Path, Known] = field(default_factory=dict)
    instead: Mapping[Path, Callable[[], Path]] = field(default_factory=dict)
    skipped: tuple[SourceError, ...] = ()


def find_sources(given: Sequence[Path], *, projects: bool = True) -> Sources:
    """The files that ``given`` names: itself, or all under a folder with a known ending. A folder
    in which a LaTeX document lies is one paper, unless ``projects`` are not looked for.

    Absolute, links resolved, sorted within a folder. Hidden files and folders are passed over,
    links to folders are not followed. A failure has the name under which it was found.
    Raises UsageError for a path that does not exist, and for a folder with nothing in it.
    """
    files: dict[Path, None] = {}
    failures: dict[str, SourceError] = {}
    skipped: dict[str, SourceError] = {}
    for path in map(_at_home, given):
        if projects and _is_project(path):
            files[path.resolve()] = None
            if told := overlooked(path, _in_folder(path)[0]):
                skipped[told.source] = told
            continue
        for found in _under(path):
            if isinstance(found, SourceError):
                failures[found.source] = found
            else:
                files[found] = None
    return Sources(tuple(files), tuple(failures.values()), skipped=tuple(skipped.values()))


def find_repositories(given: Sequence[Path]) -> Sources:
    """Folders and archives of code, each of which is one paper.

    Raises UsageError for a path that does not exist, and for a LaTeX project.
    """
    found: dict[Path, None] = {}
    for path in map(_at_home, given):
        if not path.exists():
            raise UsageError(f"there is no file or folder {_printable(path)}: check the path")
        if path.is_dir() and is_latex_folder(path):
            raise UsageError(
                f"{_printable(path)} has a LaTeX document at its top: name the folder of its code"
            )
        if not path.is_dir() and not is_archive(path.name):
            raise UsageError(
                f"{_printable(path)} is neither a folder nor an archive: --code reads repositories"
            )
        if not path.is_dir() and is_latex_archive(path):
            raise UsageError(
                f"{_printable(path)} holds a LaTeX document, as which it is read without --code: "
                "unpack it, and name the folder of its code"
            )
        found[path.resolve()] = None
    return Sources(tuple(found), ())


def _at_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise UsageError(f"nobody's home folder is {path.parts[0]}: check the path") from error


def _is_project(path: Path) -> bool:
    try:
        return path.is_dir() and is_latex_folder(path)
    except (OSError, ValueError):
        return False  # what is wrong with it is told by whoever reads it


def _under(path: Path) -> Iterator[Path | SourceError]:
    try:
        if not stat.S_ISDIR(path.stat().st_mode):
            yield _usable(path)
            return
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise UsageError(
            f"there is no file or folder {_printable(path)}: check the path"
        ) from error
    except OSError as error:
        yield _unusable(path, f"can't be read: {_why(error)}")
        return
    found, failures = _in_folder(path)
    if not found and not failures:
        raise UsageError(
            f"nothing to ingest in {path}: no file ends in {', '.join(sorted(ENDINGS))}"
        )
    usable = [_usable(file) for file in found]
    yield from sorted(file for file in usable if isinstance(file, Path))
    yield from (file for file in usable if isinstance(file, SourceError))
    yield from failures


def _in_folder(top: Path) -> tuple[list[Path], list[SourceError]]:
    """Whatever has a known ending, and the folders that can't be read; by name."""
    found: list[Path] = []
    unread: list[OSError] = []
    for folder, folders, names in os.walk(top, onerror=unread.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(folder, n) for n in sorted(names) if not n.startswith(".") and _known(n)]
    return found, [_unusable(Path(e.filename), f"can't be read: {_why(e)}") for e in unread]


def _known(name: str) -> bool:
    if name.startswith("~$"):  # Word's mark that the document is open
        return False
    return Path(name).suffix.lower() in ENDINGS


def _usable(path: Path) -> Path | SourceError:
    """The file itself, where ``path`` may be a link to it."""
    try:
        mode = path.stat().st_mode  # first: it tells a loop of links as resolve() does not
        file = path.resolve()
        str(file).encode()
    except UnicodeEncodeError:
        return _unusable(path, "its name is not UTF-8: rename it")
    except OSError as error:
        if path.is_symlink() and isinstance(error, FileNotFoundError):
            return _unusable(path, f"a link to {_printable(path.readlink())}, which is not there")
        return _unusable(path, f"can't be read: {_why(error)}")
    if not stat.S_ISREG(mode):
        return _unusable(path, "not a file but a pipe, a socket or a device")
    return file


def _unusable(path: Path, reason: str) -> SourceError:
    return SourceError(_printable(path.absolute()), reason)


def _printable(path: Path) -> str:
    """The path as characters that can be encoded, whatever bytes it is made of."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
