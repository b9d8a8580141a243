"""PyMuPDF's layout model: where it sees the blocks of a page, in the order of reading.

It comes with PyMuPDF, runs offline on a CPU and takes a third of a second a page (a neural network
on the page's text and lines, by ONNX Runtime), so that only pages that geometry alone leaves in
doubt are shown to it. It needs about 700 MiB of address space.
"""

from __future__ import annotations

import resource
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ingest.parsers.pdf.mupdf import opened, upright
from rag.types import Box

_ADDRESSES = 900 << 20  # bytes
_FAILURES = (ImportError, OSError, RuntimeError, ValueError, MemoryError)

Regions = tuple[Box, ...]


class NoLayoutModel(Exception):
    """The model can't be used; says why."""


def read_regions(path: Path, pages: Iterable[int]) -> Mapping[int, Regions]:
    """The blocks of these pages, counted from 1; pages that are shown turned are left out.

    Raises NoLayoutModel.
    """
    if not _has_room():
        raise NoLayoutModel("the memory limit leaves no room for it")
    try:
        import pymupdf.layout

        pymupdf.layout.activate()
        with opened(path) as document:
            return {number: _regions(document[number - 1], number) for number in pages}
    except _FAILURES as error:
        raise NoLayoutModel(" ".join(str(error).split()) or type(error).__name__) from error


def _regions(page: Any, number: int) -> Regions:
    upright(page)
    if page.rotation:
        return ()
    page.get_layout()
    seen = page.layout_information or ()
    return tuple(Box(number, *map(float, region[:4])) for region in seen)


def _has_room() -> bool:
    """Whether the limit of this process, if it has one, admits the model: where it runs out of
    addresses, its threads end the process.
    """
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return True
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return False
    used = int(statm.read_text().split()[0]) * resource.getpagesize()
    return limit - used > _ADDRESSES
