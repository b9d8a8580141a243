"""Pictures of a paper's pages with what was found on them framed: how well was it read?

Pages are drawn by workers, as hostile files crash or hang (`ingest.workers`).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pebble import ProcessExpired

from ingest.fences import within
from ingest.parsers.pdf.boxes import around
from ingest.workers import GRACE_S, Limits, worker_pool
from rag.errors import SourceError, UsageError
from rag.types import Box, Element, Kind, Paper

if TYPE_CHECKING:
    from ingest.parsers.pdf.marking import Heading, Mark

_SCALE = 2.0  # pixels a point
_JOBS = 2
_DIFFERENT = 1.5  # heights: a line that much further up begins another column
_SCATTERED = frozenset((Kind.TABLE, Kind.FIGURE, Kind.ALGORITHM, Kind.EQUATION))
_APART = 4.0  # heights of white between two lines: something else stands between them


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page to be drawn into a file, with what to frame and what headings to look for."""

    path: Path
    page: int
    target: Path
    marks: tuple[Mark, ...]
    headings: tuple[Heading, ...]


def draw_boxes(
    paper: Paper,
    source: Path,
    folder: Path,
    limits: Limits = Limits(30, 1536),  # noqa: B008
) -> Iterator[Path | SourceError]:
    """Draws each page of ``paper``, which was read from ``source``, into ``folder`` (made if need
    be) as ``page-001.png`` and so on; yields each file, or why it could not be drawn.

    Raises UsageError if the paper has no pages or the folder can't be written.
    """
    if source.suffix.lower() != ".pdf" or not paper.pages:
        raise UsageError(
            f"{paper.paper_id} has no pages to draw: it was read from {source.name}, not from a PDF"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"can't write pictures to {folder}: {error.strerror}") from error
    draw = Draw(limits)
    with worker_pool(_JOBS, load) as pool:
        sheets = [
            (sheet, pool.schedule(draw, args=[sheet], timeout=limits.timeout_s))
            for sheet in sheets_of(paper, source, folder)
        ]
        for sheet, future in sheets:
            try:
                yield future.result()
            except FutureTimeout:
                yield _failed(sheet, f"took longer than {limits.timeout_s:g} s to draw")
            except ProcessExpired as error:
                yield _failed(sheet, f"crashed its reader (exit status {error.exitcode})")


def sheets_of(paper: Paper, source: Path, folder: Path) -> list[Sheet]:
    """What to draw on each page. Elements are numbered from 0 in the order of reading, and have
    their labels; colours tell the kinds.
    """
    from ingest.parsers.pdf.marking import Heading, Mark

    marks: dict[int, list[Mark]] = {page: [] for page in range(1, paper.pages + 1)}
    for at, element in enumerate(paper.elements):
        name = f"{at} {element.label}".strip().encode("ascii", "replace").decode()
        for box in framed(element):
            corners = (box.x0, box.y0, box.x1, box.y1)
            marks.setdefault(box.page, []).append(Mark(corners, element.kind.value, name))
    headings: dict[int | None, list[Heading]] = {}
    for section in paper.sections:
        if section.title:
            headings.setdefault(section.page, []).append(Heading(section.number, section.title))
    return [
        Sheet(
            source,
            page,
            folder / f"page-{page:03}.png",
            tuple(marks[page]),
            tuple(headings.get(page, ())),
        )
        for page in range(1, paper.pages + 1)
    ]


def framed(element: Element) -> list[Box]:
    """The rectangles that an element fills: its area, else one for each run of its lines down a
    column, or, of floats and formulas, whose parts stand anywhere, for all of them on a page.
    """
    if element.area:
        return [element.area]
    boxes = [line.box for line in element.lines]
    if element.kind in _SCATTERED:
        return [around(box for box in boxes if box.page == page) for page in element.pages]
    runs: list[list[Box]] = []
    for box in boxes:
        if not runs or _breaks(runs[-1][-1], box):
            runs.append([])
        runs[-1].append(box)
    return [around(run) for run in runs]


def _breaks(before: Box, box: Box) -> bool:
    """Whether the text goes on in another column or on another page."""
    height = max(box.y1 - box.y0, before.y1 - before.y0)
    up, down = before.y0 - box.y0, box.y0 - before.y1
    return before.page != box.page or up > _DIFFERENT * height or down > _APART * height


def load() -> None:
    """What drawing takes, before a worker's first page and under no limit of memory."""
    import ingest.parsers.pdf.marking  # noqa: F401
    from ingest.parsers.pdf.mupdf import load_engine

    load_engine()


@dataclass(frozen=True, slots=True)
class Draw:
    """Draws one page, in a worker, as far as the limits let it."""

    limits: Limits

    def __call__(self, sheet: Sheet) -> Path | SourceError:
        from ingest.parsers.pdf.marking import draw_marks

        try:
            with within(self.limits.memory_mb, self.limits.timeout_s + GRACE_S):
                png = draw_marks(sheet.path, sheet.page, _SCALE, sheet.marks, sheet.headings)
                sheet.target.write_bytes(png)
        except SourceError as error:
            return _failed(sheet, error.reason)
        except OSError as error:
            return _failed(sheet, f"can't be written: {error.strerror}")
        except MemoryError:
            return _failed(sheet, f"needs more than {self.limits.memory_mb} MB of memory to draw")
        except BaseException as error:  # noqa: BLE001  a bug of the engine is that page's failure
            return _failed(sheet, f"can't be drawn: {type(error).__name__}")
        return sheet.target


def _failed(sheet: Sheet, reason: str) -> SourceError:
    return SourceError(f"{sheet.path.name}, page {sheet.page}", reason)
