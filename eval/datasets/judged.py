"""Queries with judgements of documents (qrels), in the forms of BEIR and of TREC.

BEIR (Thakur et al. 2021): ``queries.jsonl`` and ``qrels/SPLIT.tsv`` with a heading and three
columns. TREC: ``queries.tsv`` or ``topics.tsv`` with id, tab, text; ``qrels.txt`` with the four
columns topic, iteration, document, grade.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from eval.datasets.lines import first_of, lines, objects, usable, wrong
from eval.datasets.values import Question
from rag.errors import UsageError

SPLITS = ("test", "dev", "train")
TOPICS = ("queries.tsv", "topics.tsv")
QRELS = ("qrels.txt", "qrels")

Texts = dict[str, tuple[int, str]]
"""By query: the line that it stands on, and what it says."""

Grades = dict[str, dict[str, int]]


def read_beir(folder: Path, split: str) -> tuple[tuple[Question, ...], tuple[Path, ...]]:
    """The judged queries of a split, and the files that they come from.

    Without ``split``, it is test, dev or train, the first that is there. Raises UsageError.
    """
    queries = folder / "queries.jsonl"
    texts: Texts = {}
    for number, raw in objects(queries):
        try:
            texts[str(raw["_id"] if "_id" in raw else raw["id"])] = number, str(raw["text"])
        except KeyError as error:
            raise wrong(queries, number, f"not a query: it lacks {error}") from error
    qrels = _split(folder, split)
    return _judged(queries, texts, qrels, _three_columns(qrels)), (queries, qrels)


def read_trec(folder: Path) -> tuple[tuple[Question, ...], tuple[Path, ...]]:
    """The judged topics, and the files that they come from. Raises UsageError."""
    topics, qrels = first_of(folder, TOPICS), first_of(folder, QRELS)
    if not topics or not qrels:
        raise UsageError(f"{folder} needs both {' or '.join(TOPICS)} and {QRELS[0]}")
    texts: Texts = {}
    for number, line in lines(topics):
        topic, tab, text = line.partition("\t")
        if not tab or not text.strip():
            raise wrong(topics, number, f"not id, tab, text: {line[:60]!r}")
        texts[topic.strip()] = number, text.strip()
    return _judged(topics, texts, qrels, _four_columns(qrels)), (topics, qrels)


def _split(folder: Path, split: str) -> Path:
    there = sorted(path.stem for path in (folder / "qrels").glob("*.tsv"))
    chosen = split or next((name for name in SPLITS if name in there), "")
    if chosen not in there:
        wanted = f"the split {chosen!r}" if chosen else "none of " + ", ".join(SPLITS)
        raise UsageError(f"{folder / 'qrels'} has {', '.join(there) or 'no .tsv'}, not {wanted}")
    return folder / "qrels" / f"{chosen}.tsv"


def _three_columns(path: Path) -> Grades:
    grades: Grades = defaultdict(dict)
    for number, line in lines(path):
        parts = line.split("\t")
        if number == 1 and not _whole(parts[-1]):
            continue  # the heading
        if len(parts) != 3 or not _whole(parts[2]):
            raise wrong(path, number, f"not query, document, grade: {line[:60]!r}")
        grades[parts[0]][parts[1]] = int(parts[2])
    return grades


def _four_columns(path: Path) -> Grades:
    grades: Grades = defaultdict(dict)
    for number, line in lines(path):
        parts = line.split()
        if len(parts) != 4 or not _whole(parts[3]):
            raise wrong(path, number, f"not topic, iteration, document, grade: {line[:60]!r}")
        grades[parts[0]][parts[2]] = int(parts[3])
    return grades


def _whole(text: str) -> bool:
    try:
        int(text)
    except ValueError:
        return False
    return True


def _judged(queries: Path, texts: Texts, qrels: Path, grades: Grades) -> tuple[Question, ...]:
    """The queries that have at least one relevant document, in the order of the queries."""
    if unknown := sorted(grades.keys() - texts.keys()):
        raise UsageError(f"{qrels} judges {unknown[0]!r}, which is no query")
    return tuple(
        Question(query, usable(text, queries, number), grades=grades[query])
        for query, (number, text) in texts.items()
        if any(grade > 0 for grade in grades.get(query, {}).values())
    )
