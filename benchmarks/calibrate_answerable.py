"""Fits whether an extractive answer is given at all, on our own questions about 14 papers of PMLR.

    python benchmarks/calibrate_answerable.py [--data FOLDER] [--library DIR]

FOLDER (default: SCHOLIUM_DATA) holds ``pmlr/`` with the PDFs (proceedings.mlr.press; CC BY 4.0);
the questions are in ``questions/pmlr.jsonl``. Neither ranker nor reader has learned from these
papers, so their numbers are here what they will be on other people's papers. Besides the questions
that a paper does not answer there are telling ones asked of another paper, and ``off_topic.txt``.
The papers are ingested and asked as a user would; DIR keeps the library.

Prints, each paper judged by a model that was fitted without it, how many of each kind are refused,
and writes rag/generate/answerable.json, with a reader and without.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from made_questions import telling
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from eval.datasets.questions import read_questions
from ingest.commands import ingest
from ingest.events import Failed
from rag import build
from rag.build_learned import adapted
from rag.cache import default_cache
from rag.config import Settings
from rag.generate.answerable import NAMES, READ, answerable_features
from rag.generate.linear_model import Matrix
from rag.generate.reading import read
from rag.library import Library
from rag.minilm.reader import MiniLMReader
from rag.protocols import Embedder, Reader
from rag.types import Evidence, Filter

HERE = Path(__file__).parent
QUESTIONS = HERE / "questions" / "pmlr.jsonl"
OUT = HERE.parent / "rag" / "generate" / "answerable.json"

REFUSED = 0.05
"""The share of the answerable questions that the threshold refuses, of papers left out."""

WEIGHTS = {"answerable": 1.0, "unanswerable": 1.0, "elsewhere": 0.5, "off-topic": 0.5}
STRENGTH = 0.3
"""Of the fit's freedom, scikit-learn's C."""


@dataclass(frozen=True)
class Asked:
    """A question of one paper, and what it was given to be answered from."""

    group: str
    paper: str
    text: str
    evidence: Sequence[Evidence]


def main() -> None:
    args = _arguments()
    settings = Settings()
    with tempfile.TemporaryDirectory() as scratch:
        path = args.library or Path(scratch) / "library"
        for event in ingest([args.data / "pmlr"], path, settings):
            if isinstance(event, Failed):
                raise SystemExit(f"{event.source}: {event.reason}")
        with build.open_library(path, settings) as library:
            asked = list(_asked(library))
        embedder = build.embedder(settings)
        asking = adapted(embedder, path, settings)
    found = {
        "with_reader": fit(asked, _rows(asked, embedder, asking, MiniLMReader(default_cache()))),
        "without_reader": fit(asked, _rows(asked, embedder, asking, None)),
    }
    OUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"{OUT.name}: SHA-256 {hashlib.sha256(OUT.read_bytes()).hexdigest()}")


def fit(asked: Sequence[Asked], rows: Matrix) -> dict[str, object]:
    """The weights, from all papers; prints how papers fare that were left out."""
    names = [n for n in NAMES if n not in READ or rows[:, NAMES.index(n)].any()]
    used = rows[:, [NAMES.index(n) for n in names]]
    papers = np.array([a.paper for a in asked])
    odds = np.zeros(len(asked))
    for paper in np.unique(papers):
        inside = papers != paper
        odds[~inside] = _fitted(asked, used, inside).decision_function(used[~inside])
    threshold = _report(asked, odds)
    model = _fitted(asked, used, np.ones(len(asked), dtype=bool))
    scaler, logistic = model[0], model[1]
    weights = logistic.coef_[0] / scaler.scale_
    return {
        "bias": round(float(logistic.intercept_[0] - weights @ scaler.mean_), 4),
        "weights": dict(zip(names, weights.round(4).tolist(), strict=True)),
        "threshold": round(threshold, 4),
    }


def _fitted(asked: Sequence[Asked], rows: Matrix, inside: Matrix) -> Any:
    some = [a for a, is_in in zip(asked, inside, strict=True) if is_in]
    answered = np.array([a.group == "answerable" for a in some])
    weight = np.array([WEIGHTS[a.group] for a in some])
    weight[answered] *= weight[~answered].sum() / answered.sum()
    model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=2000))
    return model.fit(rows[inside], answered, logisticregression__sample_weight=weight)


def _report(asked: Sequence[Asked], odds: Matrix) -> float:
    """The threshold; prints what it refuses."""
    groups = np.array([a.group for a in asked])
    answered = odds[groups == "answerable"]
    own = np.isin(groups, ("answerable", "unanswerable"))
    area = roc_auc_score(groups[own] == "answerable", odds[own])
    print(f"answerable above unanswerable: {area:.3f} of the pairs")
    for share in (0.02, REFUSED, 0.08, 0.10):
        threshold = float(np.quantile(answered, share))
        refused = {g: float((odds[groups == g] < threshold).mean()) for g in WEIGHTS}
        print("refused: " + ", ".join(f"{g} {value:.3f}" for g, value in refused.items()))
    return float(np.quantile(answered, REFUSED))


def _asked(library: Library) -> Iterator[Asked]:
    stems = {Path(row.source).stem: row.paper_id for row in library.papers()}
    order = sorted(stems)
    questions = read_questions(QUESTIONS, by_paper=False)
    for question in questions:
        name = question.papers[0]
        group = "answerable" if question.answerable else "unanswerable"
        yield _ask(library, group, name, stems[name], question.text)
        if telling(question.text):
            other = order[(order.index(name) + len(order) // 2) % len(order)]
            yield _ask(library, "elsewhere", other, stems[other], question.text)
    lines = (HERE / "off_topic.txt").read_text(encoding="utf-8").splitlines()
    for i, line in enumerate(lines):
        name = order[i % len(order)]
        yield _ask(library, "off-topic", name, stems[name], line)


def _ask(library: Library, group: str, name: str, paper_id: str, text: str) -> Asked:
    answer = library.ask(text, Filter(frozenset({paper_id})))
    return Asked(group, name, text, answer.evidence)


def _rows(
    asked: Sequence[Asked], embedder: Embedder, asking: Embedder, reader: Reader | None
) -> Matrix:
    readings = (read(a.text, a.evidence, embedder, asking, reader=reader) for a in asked)
    return np.concatenate([answerable_features(reading) for reading in readings])


def _arguments() -> argparse.Namespace:
    data = os.environ.get("SCHOLIUM_DATA")
    parser = argparse.ArgumentParser(description="Fits whether an extractive answer is given.")
    parser.add_argument("--data", type=Path, default=data, required=not data)
    parser.add_argument("--library", type=Path, help="keep the library there, or use it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
