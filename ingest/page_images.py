"""Pages of papers as pictures, for a server: drawn by workers, as hostile files crash or hang.

A page is drawn in a process of its own kind (`ingest.workers`), under limits of time and memory;
no worker outlives the process that keeps this. What was drawn is kept in the user's cache.
"""

from __future__ import annotations

import hashlib
import json
import math
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pebble import ProcessExpired

from ingest.fences import within
from ingest.file_cache import FileCache
from ingest.identity import unchanged_hash
from ingest.merged import Merged
from ingest.workers import GRACE_S, Limits, worker_pool
from rag.cache import default_cache
from rag.closing import Closing
from rag.errors import NoSuchPage, SourceError, UsageError

if TYPE_CHECKING:
    from pebble import ProcessPool

    from ingest.parsers.pdf.drawing import Rectangle

DRAWING_VERSION = 1
"""To be raised when pages come to look otherwise."""

SCALES = (1.0, 3.0)
MOST_BOXES = 500

CACHE_BYTES = 200_000_000
"""Some hundreds of pages."""

_PNG_END = b"IEND\xaeB`\x82"


@dataclass(frozen=True, slots=True)
class Order:
    """A page, or the part ``clip`` of it, to be drawn. Two that are equal look the same, while the
    file does.
    """

    path: Path
    page: int
    scale: float
    boxes: tuple[Rectangle, ...]
    clip: Rectangle | None = None


class PageImages(Closing):
    """Draws pages, several at a time, for any number of threads.

    Equal orders at a time are one, and one that failed is not tried again for some minutes: a page
    that hangs would keep the workers from all others. Workers start with the first page. ``cache``
    is the folder of what was drawn; by default it is in the user's cache.
    """

    def __init__(
        self,
        limits: Limits = Limits(timeout_s=20, memory_mb=1536),  # noqa: B008  it is immutable
        jobs: int = 2,
        cache: Path | None = None,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self._draw = Draw(limits)
        self._jobs = jobs
        self._cache = FileCache(cache or default_cache() / "pages", cache_bytes)
        self._merged = Merged[bytes]()
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._stack = ExitStack()
        self._closed = False

    def render(
        self,
        path: Path,
        page: int,
        scale: float = 2.0,
        boxes: Sequence[Rectangle] = (),
        clip: Rectangle | None = None,
    ) -> bytes:
        """Page ``page`` (from 1), or just ``clip``, as PNG, ``scale`` (1 to 3) pixels a point,
        ``boxes`` marked.

        Boxes are in points from the top left of the page as it is read. Raises NoSuchPage;
        SourceError if it can't be drawn; UsageError on a scale or box that is none.
        """
        order = Order(path, page, scale, tuple(boxes), clip)
        _check(order)
        name = _name(order)
        kept = self._cache.get(name)
        if kept and kept.endswith(_PNG_END):
            return kept
        drawn = self._merged.do(name, lambda: self._drawn(order))
        self._cache.put(name, drawn)
        return drawn

    def close(self) -> None:
        """Ends the workers; pages that are being drawn fail."""
        with self._lock:
            self._closed = True
            self._end()

    def _drawn(self, order: Order) -> bytes:
        limits = self._draw.limits
        try:
            outcome = self._scheduled(order).result()
        except FutureTimeout:
            raise _failed(order, f"took longer than {limits.timeout_s:g} s to draw") from None
        except ProcessExpired as error:
            reason = f"crashed its reader (exit status {error.exitcode})"
            raise _failed(order, reason) from None
        except Exception as error:
            raise _failed(order, f"no process could draw it: {error}") from error
        if isinstance(outcome, bytes):
            return outcome
        raise outcome

    def _scheduled(self, order: Order) -> Future[bytes | SourceError]:
        timeout_s = self._draw.limits.timeout_s
        with self._lock:
            if self._closed:
                raise RuntimeError("the server is being stopped")
            if self._pool is None or not self._pool.active:  # a worker that dies idle breaks it
                self._end()
                self._pool = self._stack.enter_context(worker_pool(self._jobs, load))
            future: Future[bytes | SourceError] = self._pool.schedule(
                self._draw, args=[order], timeout=timeout_s
            )
            return future

    def _end(self) -> None:
        self._pool = None
        self._stack.close()


def load() -> None:
    """What drawing takes, before a worker's first page and under no limit of memory: half-loaded
    it would spoil the worker.
    """
    import ingest.parsers.pdf.drawing  # noqa: F401
    from ingest.parsers.pdf.mupdf import load_engine

    load_engine()


@dataclass(frozen=True, slots=True)
class Draw:
    """Draws one page, in a worker, as far as the limits let it."""

    limits: Limits

    def __call__(self, order: Order) -> bytes | SourceError:
        from ingest.parsers.pdf.drawing import draw_page

        try:
            with within(self.limits.memory_mb, self.limits.timeout_s + GRACE_S):
                return draw_page(order.path, order.page, order.scale, order.boxes, order.clip)
        except NoSuchPage as error:
            return NoSuchPage(order.path.name, error.reason)
        except SourceError as error:
            return _failed(order, error.reason)
        except MemoryError:
            return _failed(order, f"needs more than {self.limits.memory_mb} MB of memory to draw")
        except BaseException as error:  # noqa: BLE001  a bug of the engine is that page's failure
            return _failed(order, f"can't be drawn: {type(error).__name__}")


def _failed(order: Order, reason: str) -> SourceError:
    return SourceError(f"{order.path.name}, page {order.page}", reason)


def _check(order: Order) -> None:
    if order.path.suffix.lower() != ".pdf":
        raise NoSuchPage(order.path.name, "has no pages: it is no PDF")
    low, high = SCALES
    if not low <= order.scale <= high:
        raise UsageError(f"scale {order.scale:g} is not between {low:g} and {high:g}")
    if len(order.boxes) > MOST_BOXES:
        raise UsageError(f"{len(order.boxes)} boxes to mark, the limit is {MOST_BOXES}")
    for box in (*order.boxes, *([order.clip] if order.clip else [])):
        if len(box) != 4 or not all(map(math.isfinite, box)):
            raise UsageError(f"not a box: {box!r}; it takes x0, y0, x1, y1 in points")


def _name(order: Order) -> str:
    """What it is kept under. Raises SourceError if the file can't be read."""
    content = unchanged_hash(order.path)
    boxes = [[round(edge, 1) for edge in box] for box in order.boxes]
    drawn_by = [DRAWING_VERSION, _engine_version()]
    clip = [round(edge, 1) for edge in order.clip] if order.clip else None
    key = json.dumps([content, order.page, round(order.scale, 3), boxes, drawn_by, clip])
    return f"{hashlib.sha256(key.encode()).hexdigest()}.png"


@lru_cache(maxsize=1)
def _engine_version() -> str:
    return version("pymupdf")
