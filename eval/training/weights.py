"""Puts what was learned into a library, and takes it out again."""

from __future__ import annotations

from pathlib import Path

from eval.training.fitting import Fitted
from ingest.lock import writing
from rag.build_learned import FOLDER, tuned_adapter, tuned_ranker
from rag.config import Settings
from rag.store.catalog import Catalog


def keep(fitted: Fitted, library: Path, settings: Settings) -> None:
    """Makes the weights the library's own, for whoever opens it from now on.

    Both files are whole before either gets its name. Raises LibraryLocked, OSError.
    """
    files = {
        tuned_adapter(library, settings): fitted.adapter.save,
        tuned_ranker(library, settings): fitted.network.save,
    }
    with writing(library):
        made = {path: path.with_name(f"partial-{path.name}") for path in files}
        try:
            for path, save in files.items():
                path.parent.mkdir(exist_ok=True)
                save(made[path])
            for path, partial in made.items():
                partial.replace(path)
        finally:
            for partial in made.values():
                partial.unlink(missing_ok=True)


def discard(library: Path) -> int:
    """Removes what was tuned, for whatever embedder; returns how many files there were.

    Raises LibraryError if there is no library, LibraryLocked.
    """
    Catalog(library).close()
    with writing(library):
        found = sorted((library / FOLDER).glob("*.npz"))
        for path in found:
            path.unlink()
        if (library / FOLDER).is_dir() and not any((library / FOLDER).iterdir()):
            (library / FOLDER).rmdir()
    return len(found)


def check_unlocked(library: Path) -> None:
    """Raises LibraryLocked, or LibraryError, where `keep` would: better before the work than after.

    Raises LibraryError, too, if there is no library.
    """
    Catalog(library).close()
    with writing(library):
        pass
