"""Fits whether an extractive answer is given at all, on our own questions about 14 papers of PMLR.

    python benchmarks/calibrate_answerable.py [--data FOLDER] [--library DIR]

FOLDER (default: SCHOLIUM_DATA) holds ``pmlr/`` with the PDFs (proceedings.mlr.press; CC BY 4.0);
the questions are in ``questions/``. Neither ranker nor reader has learned from these papers or
questions, so their numbers are here what they will be on other people's papers. Besides questions
that a paper does not answer there are telling ones asked of another paper, and off-topic ones,
asked of one paper and of all. The papers are ingested and asked as a user would; DIR keeps the
library.

Prints how many of each kind are refused, each paper judged by weights and a threshold that were
fitted without it, and writes rag/generate/answerable.json, with a reader and without.
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
from numpy.typing import NDArray
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
from rag.types import Evidence, Filter

HERE = Path(__file__).parent
QUESTIONS = HERE / "questions" / "pmlr.jsonl"
OFF_TOPIC = HERE / "questions" / "off-topic-calibration.txt"
OUT = HERE.parent / "rag" / "generate" / "answerable.json"

REFUSED = 0.05
"""The share of the answerable questions that the threshold refuses: who asks in earnest should
hardly ever be sent away, and papers unlike these will have more refused. The threshold with the
best F1 where every tenth question has no answer was tried: it is another for each paper left out,
and refuses .083 and no more of the others.
"""

WEIGHTS = {"answerable": 1.0, "unanswerable": 1.0, "elsewhere": 0.05, "off-topic": 0.1}
"""In the fit, before both sides are made equal. What belongs to another paper or to none is easily
told and there is much of it: with weights of .5 the model went by that, and refused .568 of the
unanswerable questions that look answered, instead of .632 (of those asked elsewhere .957 instead of
.941); with none, .616 and .887. "anywhere" is only looked at: what a question that was written for
one paper asks of fourteen is not always answered by its own.
"""

STRENGTH = 0.3
"""scikit-learn's C: sixteen features that say much the same share the weight."""

SAMPLES = 2000


@dataclass(frozen=True)
class Asked:
    """A question, the paper whose turn it is to be left out, and what there is to answer from."""

    group: str
    paper: str
    text: str
    evidence: Sequence[Evidence]


def main() -> None:
    args = _arguments()
    with tempfile.TemporaryDirectory() as scratch:
        path = args.library or Path(scratch) / "library"
        for event in ingest([args.data / "pmlr"], path, Settings()):
            if isinstance(event, Failed):
                raise SystemExit(f"{event.source}: {event.reason}")
        # What is answered is not looked at; without a reader it is quicker.
        settings = Settings.model_validate({"answer": {"reader": "none"}})
        with build.open_library(path, settings) as library:
            asked = list(_asked(library))
        found = {name: _fit(asked, path, name) for name in ("with_reader", "without_reader")}
    OUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"{OUT.name}: SHA-256 {hashlib.sha256(OUT.read_bytes()).hexdigest()}")


def _fit(asked: Sequence[Asked], path: Path, name: str) -> dict[str, object]:
    print(f"{name.replace('_', ' ')}:")
    embedder = build.embedder(Settings())
    asking = adapted(embedder, path, Settings())
    reader = MiniLMReader(default_cache()) if name == "with_reader" else None
    readings = [read(a.text, a.evidence, embedder, asking, reader=reader) for a in asked]
    # Where there is no sentence, there is no answer, and nothing to be judged.
    kept = [(a, r) for a, r in zip(asked, readings, strict=True) if r.found]
    names = [n for n in NAMES if reader or n not in READ]
    rows = np.concatenate([answerable_features(reading) for _, reading in kept])
    return fit([a for a, _ in kept], rows, names)


def fit(asked: Sequence[Asked], rows: Matrix, names: Sequence[str]) -> dict[str, object]:
    """The weights of the features ``names`` of ``rows`` ``(n, len(NAMES))``; prints how papers fare
    that were left out.
    """
    used = rows[:, [NAMES.index(n) for n in names]]
    groups, papers = np.array([a.group for a in asked]), np.array([a.paper for a in asked])
    answered = groups == "answerable"
    odds, refused = np.zeros(len(asked)), np.zeros(len(asked), dtype=bool)
    for paper in np.unique(papers):
        inside = papers != paper
        odds[~inside] = _fitted(groups, used, inside).decision_function(used[~inside])
    for paper in np.unique(papers):
        inside = papers != paper
        refused[~inside] = odds[~inside] < np.quantile(odds[inside & answered], REFUSED)
    _report(groups, papers, odds, refused)
    model = _fitted(groups, used, np.ones(len(asked), dtype=bool))
    weights = model[1].coef_[0] / model[0].scale_
    return {
        "bias": round(float(model[1].intercept_[0] - weights @ model[0].mean_), 4),
        "weights": dict(zip(names, weights.round(4).tolist(), strict=True)),
        "threshold": round(float(np.quantile(odds[answered], REFUSED)), 4),
    }


def _fitted(groups: NDArray[Any], rows: Matrix, inside: NDArray[np.bool_]) -> Any:
    weight = np.array([WEIGHTS.get(group, 0.0) for group in groups]) * inside
    answered = groups == "answerable"
    weight[answered] *= weight[~answered].sum() / weight[answered].sum()
    used = weight > 0
    model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=2000))
    model.fit(rows[used], answered[used], logisticregression__sample_weight=weight[used])
    return model


def _report(
    groups: NDArray[Any], papers: NDArray[Any], odds: Matrix, refused: NDArray[np.bool_]
) -> None:
    """Prints what is refused, with 95 % intervals by resampling the papers."""
    own = np.isin(groups, ("answerable", "unanswerable"))
    area = roc_auc_score(groups[own] == "answerable", odds[own])
    print(f"  answerable above unanswerable: {area:.3f} of the pairs")
    chance = np.random.default_rng(0)
    names = np.unique(papers)
    samples = [chance.choice(names, len(names)) for _ in range(SAMPLES)]
    for group in dict.fromkeys(groups.tolist()):
        of = [refused[(groups == group) & (papers == name)] for name in names]
        by_name = dict(zip(names, ((o.sum(), len(o)) for o in of), strict=True))
        shares = []
        for sample in samples:
            some, all_ = np.sum([by_name[name] for name in sample], axis=0)
            shares.append(some / max(all_, 1))
        low, high = np.quantile(shares, (0.025, 0.975))
        share = refused[groups == group].mean()
        count = int((groups == group).sum())
        print(f"  refused: {group} {share:.3f} [{low:.3f}, {high:.3f}] of {count}")
    due, undue = (refused[groups == g].sum() for g in ("unanswerable", "answerable"))
    recall = due / (groups == "unanswerable").sum()
    print(f"  precision {due / max(due + undue, 1):.3f}, recall {recall:.3f}")


def _asked(library: Library) -> Iterator[Asked]:
    """Each question in turn; where it is asked of all papers, it is left out with its own."""
    ids = {Path(row.source).stem: row.paper_id for row in library.papers()}
    questions = read_questions(QUESTIONS, by_paper=False)
    order = sorted({question.papers[0] for question in questions})

    def ask(group: str, name: str, text: str, *papers: str) -> Asked:
        answer = library.ask(text, Filter(frozenset(ids[paper] for paper in papers)))
        return Asked(group, name, text, answer.evidence)

    for question in questions:
        name, text = question.papers[0], question.text
        yield ask("answerable" if question.answerable else "unanswerable", name, text, name)
        if telling(text):
            other = order[(order.index(name) + len(order) // 2) % len(order)]
            yield ask("elsewhere", other, text, other)
            if question.answerable:
                yield ask("anywhere", name, text)
    for i, text in enumerate(OFF_TOPIC.read_text(encoding="utf-8").splitlines()):
        name = order[i % len(order)]
        yield ask("off-topic", name, text, name)
        yield ask("off-topic", name, text)


def _arguments() -> argparse.Namespace:
    data = os.environ.get("SCHOLIUM_DATA")
    parser = argparse.ArgumentParser(description="Fits whether an extractive answer is given.")
    parser.add_argument("--data", type=Path, default=data, required=not data)
    parser.add_argument("--library", type=Path, help="keep the library there, or use it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
