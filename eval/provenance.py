"""What a result depends on, as hashes and versions: equal hashes give equal results."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import eval as own
import ingest
import rag
from eval.datasets import Dataset
from rag import build
from rag.build_learned import tuned_adapter, tuned_ranker
from rag.config import Settings

PACKAGES = (
    "scholium",
    "chromadb",
    "tantivy",
    "onnxruntime",
    "numpy",
    "scipy",
    "ir-measures",
    "pymupdf",
)
DIGITS = 12


def data_digest(data: Dataset) -> str:
    """Of papers and questions, wherever they lie."""
    return _short(data.corpus.digest(), data.digest)


def settings_digest(settings: Settings) -> str:
    """Of the configuration, the content of the files that it names included."""
    dumped = settings.model_dump(mode="json")
    return _short(json.dumps(dumped, sort_keys=True), *map(_content, _files_in(dumped)))


@cache
def code_digest() -> str:
    """Of every module and data file that has a part in ingestion, retrieval and scoring."""
    parts = []
    for package in (rag, ingest, own):
        folder = Path(package.__path__[0])
        parts += [
            f"{path.relative_to(folder)}\0{_content(path)}"
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix != ".pyc"
        ]
    return _short(*parts)


def library_digest(settings: Settings) -> str:
    """Of what shapes the indexes: libraries with the same are interchangeable."""
    shape = json.dumps(build.fingerprint(settings), sort_keys=True)
    return hashlib.sha256(shape.encode()).hexdigest()[:8]


def weights_digest(library: Path, settings: Settings) -> str:
    """Of what `scholium eval tune` wrote into the library; the same for all that were not tuned."""
    paths = (tuned_adapter(library, settings), tuned_ranker(library, settings))
    return _short(*(_content(path) if path.exists() else "" for path in paths))


def versions() -> dict[str, str]:
    """Of Python, the system and the packages that decide what is found."""
    found = {"python": platform.python_version(), "system": platform.platform()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # a checkout that was never installed
            found[name] = "unknown"
    return found


def combined(*digests: str) -> str:
    """One hash of several."""
    return _short(*digests)


def _files_in(value: Any) -> Iterator[Path]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _files_in(each)
    elif isinstance(value, str) and value and len(value) < 1000 and "\0" not in value:
        path = Path(value)
        if path.is_file():
            yield path


def _content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _short(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:DIGITS]
