"""An ingest killed at random moments: consistent at once, identical once it was finished."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ingest.commands import ingest
from rag.build import open_library
from rag.config import Settings
from rag.errors import LibraryError
from rag.library import Library
from rag.store.catalog import Catalog
from rag.types import Filter

EXAMPLES = Path(__file__).parents[2] / "examples" / "papers"
KILLS = 20
LIBRARIES = 4

SETTINGS = Settings.model_validate(
    {"embedder": {"kind": "hashing"}, "ingest": {"batch_chunks": 40, "jobs": 2}}
)
OVERRIDES = {"SCHOLIUM_EMBEDDER__KIND": "hashing", "SCHOLIUM_INGEST__BATCH_CHUNKS": "40"}
QUERIES = ["reciprocal rank fusion", "paragraph 7 of paper 11", "quotes with a changed digit"]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty Markdown papers and the three example PDFs: a few seconds of work."""
    folder = tmp_path_factory.mktemp("papers")
    for number in range(40):
        body = "".join(
            f"## {i} Section {i}\n\n" + f"Paragraph {i} of paper {number} says so. " * 12 + "\n\n"
            for i in range(1, 9)
        )
        (folder / f"paper-{number:02}.md").write_text(f"# Paper {number}\n\n{body}")
    for pdf in EXAMPLES.glob("*.pdf"):
        (folder / pdf.name).write_bytes(pdf.read_bytes())
    return folder


def contents(library: Library) -> dict[str, object]:
    """All that a library shows, by any way in.

    Searches are within a paper: over all of them, which of many equal scores make the cut may
    depend on the order in which an engine was filled.
    """
    rows = library.papers()
    return {
        "papers": rows,
        "whole": [library.catalog.paper(row.paper_id) for row in rows],
        "chunks": [library.catalog.chunks_of(row.paper_id) for row in rows],
        "found": [found(library, query, row.paper_id) for query in QUERIES for row in rows[:9]],
    }


def found(library: Library, query: str, paper_id: str) -> dict[str, float]:
    where = Filter(papers=frozenset({paper_id}))
    return {e.chunk.chunk_id: e.score for e in library.search(query, where, 100).evidence}


def start(papers: Path, library: Path) -> subprocess.Popen[bytes]:
    code = "from api.cli import main; main()"
    command = [sys.executable, "-c", code, "ingest", str(papers), "--library", str(library)]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(library.parent), **OVERRIDES}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)


def kill(process: subprocess.Popen[bytes]) -> bool:
    """Kills it without warning; whether it was running. Its workers must end by themselves."""
    ended = process.poll() is not None
    workers = [] if ended else psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    running = process.returncode == -signal.SIGKILL
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert not alive, "workers outlive the command"
    return running


def begun(library: Path) -> bool:
    """Whether an ingest that was killed had come so far as to make the catalog's tables."""
    if not (library / "catalog.sqlite").exists():
        return False
    try:
        Catalog(library).close()
    except LibraryError as error:
        return "stopped before it began" not in str(error)
    return True


@pytest.mark.slow
def test_killed_and_restarted(papers: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    list(ingest([papers], whole, SETTINGS))
    with open_library(whole, SETTINGS) as library:
        assert library.check() == []
        expected = contents(library)

    moments = random.Random(7)
    interrupted = 0
    for number in range(LIBRARIES):
        path = tmp_path / f"killed-{number}"
        for _ in range(KILLS // LIBRARIES):
            process = start(papers, path)
            time.sleep(moments.uniform(0.5, 2.2))
            interrupted += kill(process)
            if begun(path):
                with open_library(path, SETTINGS) as library:
                    assert library.check() == [], "consistent right after the kill"
        finishing = start(papers, path)
        told, _ = finishing.communicate(timeout=120)
        assert finishing.returncode == 0, told.decode()
        with open_library(path, SETTINGS) as library:
            assert library.check() == []
            assert library.catalog.unsettled() == set()
            assert contents(library) == expected
    assert interrupted >= KILLS // 2, "most kills must hit a running ingest to mean anything"
