"""What a result depends on, as hashes and versions: equal hashes give equal results."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import rag
from eval.datasets import Dataset
from rag import build
from rag.build_learned import tuned_adapter, tuned_ranker
from rag.config import Settings
from rag.library import Library
from rag.types import PaperRow

ROOT = Path(rag.__path__[0]).parent

PACKAGES = (
    "scholium",
    "chromadb",
    "tantivy",
    "onnxruntime",
    "numpy",
    "scipy",
    "ir-measures",
    "pymupdf",
    "PyStemmer",
    "sentence-transformers",
    "tokenizers",
    "torch",
)
DIGITS = 12

_MAKING = ("ingest", "rag/embed", "rag/store", "rag/types", "rag/text.py", "rag/sentences.py")


def data_digest(data: Dataset) -> str:
    """Of papers and questions, wherever they lie."""
    return _short(data.corpus.digest(), data.digest)


def settings_digest(settings: Settings) -> str:
    """Of the configuration, the models that it names by their place included."""
    dumped = json.dumps(settings.model_dump(mode="json"), sort_keys=True)
    return _short(dumped, *_models(settings.embedder.model, settings.rerank.model))


def code_digest() -> str:
    """Of every module and data file that has a part in ingestion, retrieval and scoring."""
    return _code("rag", "ingest", "eval")


def answering_digest() -> str:
    """Of the code that decides what is answered; how answers are judged has no part in it."""
    own = ("asking", "journal", "records", "values")
    return _code("rag", "ingest", *(f"eval/answers/{name}.py" for name in own))


def making_digest() -> str:
    """Of what else than papers and settings decides what a library holds: the code that reads,
    cuts, embeds and indexes, and the packages that it does so with.
    """
    return _short(_code(*_MAKING), json.dumps(packages()))


def library_digest(settings: Settings) -> str:
    """Of what shapes the indexes, and which papers can be read at all: libraries with the same
    are interchangeable.
    """
    shaping = {**build.fingerprint(settings), "parser.ocr": settings.parser.ocr}
    shape = json.dumps(shaping, sort_keys=True)
    return _short(shape, *_models(settings.embedder.model))


def papers_digest(papers: Iterable[PaperRow]) -> str:
    """Of the papers that a library holds: not all of the data set's, if some could not be read."""
    return _short(*sorted(f"{paper.paper_id}\0{paper.content_hash}" for paper in papers))


def weights_digest(library: Path, settings: Settings) -> str:
    """Of what `scholium eval tune` wrote into the library; the same for all that were not tuned."""
    paths = (tuned_adapter(library, settings), tuned_ranker(library, settings))
    return _short(*(_content(path) if path.exists() else "" for path in paths))


def rows_digest(settings: Settings, library: Library, *asked: str) -> str:
    """Of all that decides what a question is given; ``asked`` are digests of what is asked, and of
    the code that has a part in it.
    """
    return _short(
        *asked,
        json.dumps(versions()),
        settings_digest(settings),
        papers_digest(library.papers()),
        weights_digest(library.path, settings),
    )


def packages() -> dict[str, str]:
    """The versions of the packages that decide what is found."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # a checkout that was never installed
            found[name] = "unknown"
    return found


def versions() -> dict[str, str]:
    """Of Python, the system and the packages."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        **packages(),
    }


@cache
def _code(*places: str) -> str:
    """Of the files at, or under, places in the distribution."""
    return _short(*(part for place in places for part in _contents(ROOT / place)))


def _models(*names: str) -> Iterator[str]:
    """What those of the models hold that are files or folders, and so may change under a name."""
    for name in names:
        if name and os.path.exists(name):  # noqa: PTH110  False for what is no path at all
            yield from _contents(Path(name))


def _contents(place: Path) -> Iterator[str]:
    """The names and hashes of a file, or of all in a folder."""
    files = sorted(place.rglob("*")) if place.is_dir() else [place]
    for path in files:
        if path.is_file() and path.suffix != ".pyc":
            yield f"{path.relative_to(place)}\0{_content(path)}"


def _content(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _short(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:DIGITS]
