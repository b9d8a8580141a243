"""QASPER's training set (Dasigi et al. 2021, arXiv 2105.03011; CC BY 4.0) as a folder with
papers.jsonl.gz and questions.jsonl.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from eval.datasets import Question
from ingest.commands import ingest
from ingest.events import Failed
from rag.config import Settings

WRITTEN = Path(__file__).parent / "questions" / "qasper-train.jsonl"


def papers(folder: Path) -> Iterator[tuple[str, str]]:
    """Names and Markdown."""
    with gzip.open(folder / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["paper"], row["markdown"]


def written(folder: Path) -> list[Question]:
    """Our own questions about these papers, whose evidence is given by numbers of paragraphs."""
    texts = {name: markdown.split("\n\n") for name, markdown in papers(folder)}
    found = []
    for i, line in enumerate(WRITTEN.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        evidence = tuple((texts[row["paper"]][n],) for n in row["paragraphs"])
        answers = (row["answer"],) if evidence else ()
        asked = (str(i), row["question"], (row["paper"],), bool(evidence), evidence, answers)
        found.append(Question(*asked))
    return found


def ingested(
    found: Iterable[tuple[str, str]], scratch: Path, library: Path, settings: Settings
) -> Path:
    """The ``library``, made of these papers by way of the folder ``scratch``."""
    folder = scratch / "papers"
    folder.mkdir()
    for name, markdown in found:
        (folder / f"{name}.md").write_text(markdown, encoding="utf-8")
    for event in ingest([folder], library, settings):
        if isinstance(event, Failed):
            raise SystemExit(f"{event.source}: {event.reason}")
    return library


def fold_of(name: str, folds: int) -> int:
    """Which part of the papers (or of questions of no paper) a name belongs to."""
    return hashlib.sha256(name.encode()).digest()[1] % folds
