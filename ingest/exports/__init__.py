"""Reads what reference managers export: what they know of papers, and where their files are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ingest.exports.bib import bib_items
from ingest.exports.item import ExportItem
from ingest.exports.zotero_rdf import rdf_items
from rag.errors import SourceError

__all__ = ["ExportItem", "export_items", "is_export"]

_READERS: dict[str, Callable[[bytes, Path], Iterator[ExportItem]]] = {
    ".bib": bib_items,
    ".rdf": rdf_items,
}


def is_export(path: Path) -> bool:
    """Whether a file is an export, by its ending."""
    return path.suffix.lower() in _READERS


def export_items(path: Path) -> list[ExportItem]:
    """The items in order. Raises SourceError if the file can't be read or has none."""
    try:
        items = list(_READERS[path.suffix.lower()](path.read_bytes(), path.parent))
    except OSError as error:
        raise SourceError(str(path), f"can't be read: {error.strerror or error}") from error
    except ValueError as error:
        raise SourceError(str(path), f"is no export that can be read: {error}") from error
    if not items:
        raise SourceError(str(path), "has no entries")
    return items
