"""Question sets. A folder has papers and questions, each in one of several forms.

Papers: ``papers/`` (PDF, Markdown), or ``corpus.jsonl`` or ``abstracts.jsonl`` with one a line,
which may be gzipped. Questions: ``questions.jsonl``; or ``queries.jsonl`` and ``qrels/`` (BEIR);
or ``queries.tsv`` and ``qrels.txt`` (TREC). ``docs/evaluation.md`` describes them all.

A question has ``id``, ``question``, ``paper`` (file stem; or ``papers`` for one across papers),
``answerable``, ``evidence`` (one list of passages per annotator), and optionally ``answers``,
``must_contain`` (regular expressions that a right answer matches), ``section`` and ``page``.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from eval.datasets.corpora import Files, Records
from eval.datasets.judged import QRELS, TOPICS, read_beir, read_trec
from eval.datasets.lines import first_of
from eval.datasets.questions import read_questions
from eval.datasets.values import Corpus, Dataset, Question
from rag.errors import UsageError

__all__ = ["Corpus", "Dataset", "Files", "Question", "Records", "load_dataset"]

RECORDS = ("corpus.jsonl", "abstracts.jsonl")


def load_dataset(folder: Path, split: str = "") -> Dataset:
    """Raises UsageError, naming the file and line, for what is not a data set.

    ``split`` chooses among the judgements of a BEIR folder.
    """
    corpus = _corpus(folder)
    questions, files = _questions(folder, corpus, split)
    if not questions:
        raise UsageError(f"{files[-1]} holds no question")
    counts = Counter(question.question_id for question in questions)
    twice = [question_id for question_id, count in counts.items() if count > 1]
    if twice:
        raise UsageError(f"{files[0]}: two questions have the id {twice[0]!r}")
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return Dataset(folder.resolve().name, corpus, questions, digest)


def _corpus(folder: Path) -> Corpus:
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}: name one with papers/ and questions.jsonl")
    if (folder / "papers").is_dir():
        return Files(folder / "papers")
    if records := first_of(folder, RECORDS):
        return Records(records)
    raise UsageError(f"{folder} is not a data set: it needs papers/, or {' or '.join(RECORDS)}")


def _questions(
    folder: Path, corpus: Corpus, split: str
) -> tuple[tuple[Question, ...], tuple[Path, ...]]:
    path = folder / "questions.jsonl"
    if path.is_file():
        return read_questions(path, by_paper=isinstance(corpus, Records)), (path,)
    if (folder / "queries.jsonl").is_file() and (folder / "qrels").is_dir():
        return read_beir(folder, split)
    if first_of(folder, TOPICS) or first_of(folder, QRELS):
        return read_trec(folder)
    raise UsageError(
        f"{folder} is not a data set: it needs papers/ and questions.jsonl, or queries.jsonl and "
        "qrels/ (BEIR), or queries.tsv and qrels.txt (TREC)"
    )
