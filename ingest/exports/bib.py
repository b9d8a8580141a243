"""BibTeX and BibLaTeX, as Zotero, JabRef, Mendeley and people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ingest.arxiv import id_and_version
from ingest.bibtex import bib_entries
from ingest.exports.item import ExportItem, arxiv_in, is_file, year_in
from ingest.exports.tex_words import plain
from rag.types import Metadata

_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_FILES = re.compile(r"(?<!\\);")
_PARTS = re.compile(r"(?<!\\):")
_ESCAPE = re.compile(r"\\([:;_\\])")
_DRIVE = re.compile(r"[A-Za-z]")


def bib_items(data: bytes, folder: Path) -> Iterator[ExportItem]:
    """The entries of a file in ``folder``, to which the paths in it are relative."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    for entry in bib_entries(text):
        if entry.fault:
            yield ExportItem(entry.key, Metadata(), fault=entry.fault)
            continue
        values = entry.fields
        url = values.get("url", "")
        files = tuple(_paths(values.get("file", ""), folder))
        yield ExportItem(entry.key, _metadata(values), files, url)


def _metadata(values: Mapping[str, str]) -> Metadata:
    def said(*names: str) -> str:
        return next((plain(values[name]) for name in names if values.get(name)), "")

    arxiv_id, version = _arxiv(values)
    return Metadata(
        title=said("title"),
        authors=tuple(_people(values.get("author", ""))),
        year=year_in(said("year") or said("date")),
        arxiv_id=arxiv_id,
        abstract=said("abstract"),
        arxiv_version=version,
        doi=values.get("doi", "").removeprefix("https://doi.org/").replace("\\_", "_"),
        venue=said("journal", "journaltitle", "booktitle"),
        keywords=tuple(
            word.strip() for word in re.split(r"[,;]", said("keywords")) if word.strip()
        ),
    )


def _arxiv(values: Mapping[str, str]) -> tuple[str, int | None]:
    archive = (values.get("archiveprefix") or values.get("eprinttype") or "").lower()
    if archive == "arxiv" and (found := id_and_version(values.get("eprint", "").strip())):
        return found
    places = ("eprint", "url", "journal", "number", "publisher", "note", "doi")
    return arxiv_in(*(values.get(name, "") for name in places))


def _people(authors: str) -> Iterator[str]:
    """The names in the order in which they are spoken."""
    for name in _AND.split(authors):
        parts = [plain(part) for part in _outside_braces(name)]
        if parts and parts[0].lower() != "others":
            family, *rest = parts
            given, junior = rest[-1:], rest[:-1]  # as in "King, Jr., Martin Luther"
            yield " ".join([*given, family, *junior])


def _outside_braces(name: str) -> list[str]:
    """The parts between commas: those inside braces divide nothing."""
    parts, depth = [""], 0
    for char in name:
        depth += (char == "{") - (char == "}")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def _paths(field: str, folder: Path) -> Iterator[Path]:
    """The files that a ``file`` field names: plain paths, or description:path:type."""
    for one in _FILES.split(field):
        parts = [_ESCAPE.sub(r"\1", part).strip() for part in _PARTS.split(one)]
        if len(parts) > 2:
            drive, *_ = parts = parts[1:-1]
            name = ":".join(parts) if _DRIVE.fullmatch(drive) else parts[0]
        else:
            name = next((part for part in parts if "." in part), "")
        if name:
            yield _placed(name, folder)


def _placed(name: str, folder: Path) -> Path:
    path = folder / name
    rooted = Path(f"/{name}")  # Mendeley leaves the first slash out
    return rooted if not is_file(path) and is_file(rooted) else path
