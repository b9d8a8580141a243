"""Which files are new, and whose place a new paper takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.events import Event, Failed, Unchanged
from ingest.identity import content_hash
from rag.errors import SourceError
from rag.store.catalog_writer import WritableCatalog
from rag.types import Paper


@dataclass(frozen=True, slots=True)
class Sorted:
    """Files to read, what is to be said of the others, and copies of files to read."""

    fresh: tuple[Path, ...]
    events: tuple[Event, ...]
    copies: dict[Path, str]


def sort_out(paths: Sequence[Path], catalog: WritableCatalog, again: bool = False) -> Sorted:
    """Leaves out files whose content the library holds, unless they are to be read ``again``, and
    those that come twice (``copies``: hash).

    A paper whose file was renamed is told its new place, so that whatever stands at the old one
    now is not taken for its next version.
    """
    fresh: dict[str, Path] = {}
    events: list[Event] = []
    copies: dict[Path, str] = {}
    for path in paths:
        try:
            digest = content_hash(path)
        except SourceError as error:
            events.append(Failed(str(path), error.reason))
            continue
        except Exception as error:  # noqa: BLE001  what is in one archive is not the run's end
            events.append(Failed(str(path), f"can't be read: {type(error).__name__}: {error}"))
            continue
        if digest in fresh:
            copies[path] = digest
            continue
        if paper_id := catalog.find(content_hash=digest):
            _follow(paper_id, path, digest, catalog)
        if paper_id and not again:
            events.append(Unchanged(str(path), paper_id))
        else:
            fresh[digest] = path
    return Sorted(tuple(fresh.values()), tuple(events), copies)


def place(
    paper: Paper, catalog: WritableCatalog, taken: Sequence[str] = ()
) -> tuple[Paper, tuple[str, ...]]:
    """The paper under the id it shall have, and the ids of those it replaces.

    One that is held already keeps its id and its file, of which this may be a copy: it is read
    again. A changed file takes the place of what
    it held before, and keeps that paper's id unless it names an arXiv id of its own. An id that
    another file's paper has (two versions of one preprint, say) is made distinct by the content's
    hash, so that neither displaces the other; ``taken`` are ids given out but not yet in the
    catalog.
    """
    if held := catalog.find(content_hash=paper.content_hash):
        return replace(paper, paper_id=held, source=catalog.source(held)), (held,)
    before = catalog.find(source=paper.source)
    if before and paper.paper_id != paper.metadata.arxiv_id.replace("/", "-"):
        return replace(paper, paper_id=before), (before,)
    replaces = (before,) if before else ()
    holder = catalog.find(paper_id=paper.paper_id)
    if paper.paper_id not in taken:
        if holder in {None, before}:
            return paper, replaces
        if not Path(catalog.source(paper.paper_id)).exists():
            return paper, (*replaces, paper.paper_id)
    return replace(paper, paper_id=f"{paper.paper_id}-{paper.content_hash[:6]}"), replaces


def _follow(paper_id: str, path: Path, digest: str, catalog: WritableCatalog) -> None:
    """Tells the paper that ``path`` is its file, if the recorded one no longer is."""
    recorded = catalog.source(paper_id)
    if recorded == str(path):
        return
    try:
        kept = content_hash(Path(recorded)) == digest
    except Exception:  # noqa: BLE001  whatever it is now, it is not the paper's file
        kept = False
    if not kept:
        catalog.move({paper_id: str(path)})
