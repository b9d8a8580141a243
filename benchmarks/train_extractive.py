"""Fits the weights of the extractive answer on QASPER's training papers.

    python benchmarks/train_extractive.py [--data FOLDER] [--papers 280] [--library DIR]
        [--vectors FILE]

FOLDER (default: SCHOLIUM_DATA) holds ``qasper-train/`` with papers.jsonl.gz and questions.jsonl
(Dasigi et al. 2021, arXiv 2105.03011; CC BY 4.0). The papers go through the real ingestion; a
fifth of them is held out, and all figures printed are of these. Writes rag/generate/*.json.

A sentence's target is the share of a gold answer's terms that it has, if it stands in a gold
passage, and 0 elsewhere; the fit minimises the cross entropy of a softmax over the sentences of
each question. Whether to answer is fitted to questions with an answer in their paper, against
several kinds without (`extractive_examples`), all of them also in other words.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from extractive_examples import (
    HERE,
    Collecting,
    Example,
    answer_terms,
    examples,
    near_words,
    off_topic,
)
from remembering import Remembering

from eval.datasets import Question as Asked
from ingest.commands import ingest
from ingest.events import Failed
from rag import build
from rag.build_learned import adapted
from rag.config import Settings
from rag.generate.answerable import NAMES as ANSWERABLE_NAMES
from rag.generate.linear_model import LinearModel, Matrix
from rag.generate.rarity import RARE
from rag.generate.selection import Limits, choose
from rag.generate.sentence_features import NAMES
from rag.text import analyse

PACKAGE = HERE.parent / "rag" / "generate"
LIMITS = Limits(words=180, sentences=8, margin=3.0)
REFUSED = 0.10
"""The share of the answerable training questions, by weight, that the threshold refuses."""

ANSWERED = frozenset({"answerable", "reported"})
WEIGHTS = {
    "answerable": 1.0,
    "reported": 0.7,
    "unanswerable": 1.0,
    "unreported": 1.0,
    "corrupted": 0.6,
    "elsewhere": 0.5,
    "off-topic": 1.0,
}
STEPS, RATE = 2000, 0.05


def main() -> None:
    args = _arguments()
    folder = args.data / "qasper-train"
    papers = dict(papers_of(folder / "papers.jsonl.gz"))
    counts, paragraphs = count_terms(papers.values())
    _write_counts(counts, paragraphs)
    chosen = sorted(papers, key=lambda p: hashlib.sha256(p.encode()).digest())[: args.papers]
    questions = [q for q in questions_of(folder / "questions.jsonl") if q.papers[0] in set(chosen)]
    with tempfile.TemporaryDirectory() as scratch:
        library_path = args.library or Path(scratch) / "library"
        _ingest({p: papers[p] for p in chosen}, Path(scratch), library_path)
        found = _examples(library_path, questions, set(chosen), args.vectors)
    weights = fit(found)
    (PACKAGE / "extractive.json").write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    for path in (PACKAGE / "extractive.json", PACKAGE / "term_counts.json"):
        print(f"{path.name}: SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


def fit(found: Sequence[Example]) -> dict[str, object]:
    """The weights, from the examples that are not held out; prints how the others fare."""
    train = [e for e in found if not _is_held_out(e)]
    held_out = [e for e in found if _is_held_out(e)]
    sentence = fit_sentences([e for e in train if e.group == "answerable"])
    _report_sentences(sentence, [e for e in held_out if e.group == "answerable"])
    judged = fit_answerable(train)
    threshold = _threshold(judged, [e for e in train if e.group in ANSWERED])
    _report_refusals(judged, threshold, held_out)
    return {
        "sentence": {**_rounded(sentence), "margin": LIMITS.margin},
        "answerable": {**_rounded(judged), "threshold": round(threshold, 4)},
    }


def fit_sentences(examples: Sequence[Example], decay: float = 1e-3) -> LinearModel:
    """Softmax regression within each question, on standardised features."""
    used = [e for e in examples if e.targets.max(initial=0) > 0.25]
    mean, scale = _standard(np.concatenate([e.rows for e in used]))
    longest = max(len(e.rows) for e in used)
    rows = np.zeros((len(used), longest, len(NAMES)))
    targets, masked = np.zeros((len(used), longest)), np.full((len(used), longest), -1e9)
    for i, e in enumerate(used):
        rows[i, : len(e.rows)] = (e.rows - mean) / scale
        targets[i, : len(e.rows)] = e.targets / e.targets.sum()
        masked[i, : len(e.rows)] = np.where(e.counts > 0, 0, -1e9)

    def gradient(weights: Matrix) -> Matrix:
        odds = rows @ weights + masked
        shares = np.exp(odds - odds.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        slope = np.einsum("ij,ijk->k", shares - targets, rows) / len(used)
        return np.asarray(slope + 2 * decay * weights)

    weights = _descend(gradient, len(NAMES)) / scale
    return LinearModel(0.0, dict(zip(NAMES, weights.tolist(), strict=True)))


def fit_answerable(found: Sequence[Example], decay: float = 3e-3) -> LinearModel:
    """Logistic regression; an example and its copy in other words share the group's weight."""
    rows = np.concatenate([*(e.judged for e in found), *(e.reworded for e in found)])
    targets = np.array([e.group in ANSWERED for e in found] * 2)
    weight = np.array([WEIGHTS[e.group] / 2 for e in found] * 2)
    mean, scale = _standard(rows)
    inputs = np.column_stack([(rows - mean) / scale, np.ones(len(rows))])

    def gradient(weights: Matrix) -> Matrix:
        wrong = (1 / (1 + np.exp(-inputs @ weights)) - targets) * weight
        return np.asarray(inputs.T @ wrong / len(rows) + 2 * decay * weights)

    fitted = _descend(gradient, inputs.shape[1])
    weights = fitted[:-1] / scale
    bias = float(fitted[-1] - weights @ mean)
    return LinearModel(bias, dict(zip(ANSWERABLE_NAMES, weights.tolist(), strict=True)))


def _threshold(judged: LinearModel, answered: Sequence[Example]) -> float:
    """Below it lie `REFUSED` of the answered questions, by weight, and of their copies."""
    odds = np.concatenate([_odds(judged, e) for e in answered])
    weight = np.repeat([WEIGHTS[e.group] for e in answered], 2)
    order = np.argsort(odds)
    shares = np.cumsum(weight[order]) / weight.sum()
    return float(odds[order][np.searchsorted(shares, REFUSED)])


def _report_refusals(judged: LinearModel, threshold: float, held_out: Sequence[Example]) -> None:
    """Prints how many of each group are refused, as they are and in other words."""
    refused = {}
    for group in WEIGHTS:
        of = np.array([_odds(judged, e) < threshold for e in held_out if e.group == group])
        refused[group] = of
        shares = " and ".join(f"{share:.3f}" for share in of.mean(axis=0)) if len(of) else "none"
        print(f"refused, {group}: {shares} reworded, of {len(of)}")
    for answered, not_answered in (("answerable", "unanswerable"), ("reported", "unreported")):
        due, undue = refused[not_answered][:, 0].sum(), refused[answered][:, 0].sum()
        print(
            f"abstention, {answered} or {not_answered}: precision {due / max(due + undue, 1):.3f}, "
            f"recall {due / len(refused[not_answered]):.3f}"
        )


def _odds(judged: LinearModel, example: Example) -> Matrix:
    """``(2,)``: of the question as it is, and in other words."""
    return judged.logits(ANSWERABLE_NAMES, np.concatenate([example.judged, example.reworded]))


def _is_held_out(example: Example) -> bool:
    """By paper; off-topic questions by themselves."""
    question = example.question
    name = question.papers[0] if question.papers else question.text
    return hashlib.sha256(name.encode()).digest()[0] % 5 == 0


def _examples(
    path: Path, questions: Sequence[Asked], names: set[str], vectors: Path | None
) -> list[Example]:
    settings = Settings()
    embedder = Remembering(build.embedder(settings), vectors)
    asides = (HERE / "asides.txt").read_text(encoding="utf-8").splitlines()
    with build.open_library(path, settings) as library:
        stems = {Path(p.source).stem: p.paper_id for p in library.papers()}
        papers = {name: i for name, i in stems.items() if name in names}
        collecting = Collecting(
            library,
            embedder,
            adapted(embedder, path, settings),
            papers,
            near_words([q.text for q in questions], embedder),
            asides,
        )
        known = [q for q in questions if q.papers[0] in papers]
        found = [*examples(collecting, known), *off_topic(collecting)]
    embedder.save()
    return found


def count_terms(papers: Iterable[str]) -> tuple[Counter[str], int]:
    """In how many paragraphs each term is, and how many paragraphs there are."""
    counts: Counter[str] = Counter()
    paragraphs = [p for text in papers for p in text.split("\n\n") if len(p) > 60]
    for paragraph in paragraphs:
        counts.update(set(analyse(paragraph)))
    return counts, len(paragraphs)


def _write_counts(counts: Counter[str], paragraphs: int) -> None:
    kept = {term: n for term, n in sorted(counts.items()) if n >= paragraphs * RARE}
    text = json.dumps({"paragraphs": paragraphs, "counts": kept}, separators=(",", ":"))
    (PACKAGE / "term_counts.json").write_text(text + "\n", encoding="utf-8")


def _ingest(papers: dict[str, str], scratch: Path, library: Path) -> None:
    folder = scratch / "papers"
    folder.mkdir()
    for name, markdown in papers.items():
        (folder / f"{name}.md").write_text(markdown, encoding="utf-8")
    for event in ingest([folder], library, Settings()):
        if isinstance(event, Failed):
            print(f"not ingested: {event.source}: {event.reason}")


def _report_sentences(model: LinearModel, found: Sequence[Example]) -> None:
    """Prints how much of the gold answers the chosen sentences have."""
    shares, words = [], []
    for e in found:
        if answers := answer_terms(e.question):
            text = " ".join(c.shown for c in choose(e.found, model.logits(NAMES, e.rows), LIMITS))
            own = frozenset(analyse(text))
            shares.append(max(len(a & own) / len(a) for a in answers))
            words.append(len(text.split()))
    print(f"held out: {len(shares)} questions, {np.mean(words):.0f} words an answer")
    print(f"share of the gold answer's terms: {np.mean(shares):.3f}")
    print(f"answers with three quarters of them: {np.mean(np.array(shares) >= 0.75):.3f}")


def _standard(rows: Matrix) -> tuple[Matrix, Matrix]:
    return rows.mean(axis=0), rows.std(axis=0) + 1e-6


def _descend(gradient: Callable[[Matrix], Matrix], size: int) -> Matrix:
    """The minimum of a convex function, by gradient descent with Nesterov's momentum."""
    weights, ahead = np.zeros(size), np.zeros(size)
    for step in range(STEPS):
        moved = ahead - RATE * gradient(ahead)
        ahead = moved + step / (step + 3) * (moved - weights)
        weights = moved
    return weights


def _rounded(model: LinearModel) -> dict[str, object]:
    weights = {name: round(value, 4) for name, value in model.weights.items() if value}
    return {"bias": round(model.bias, 4), "weights": weights}


def papers_of(path: Path) -> Iterator[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["paper"], row["markdown"]


def questions_of(path: Path) -> Iterator[Asked]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Asked(
            row["id"],
            row["question"],
            (row["paper"],),
            row["answerable"],
            tuple(map(tuple, row["evidence"])),
            tuple(row["answers"]),
        )


def _arguments() -> argparse.Namespace:
    data = os.environ.get("SCHOLIUM_DATA")
    parser = argparse.ArgumentParser(description="Fits the weights of the extractive answer.")
    parser.add_argument("--data", type=Path, default=data, required=not data)
    parser.add_argument("--papers", type=int, default=280, help="how many to use")
    parser.add_argument("--library", type=Path, help="keep the library there, or use it")
    parser.add_argument("--vectors", type=Path, help="keep sentences' vectors there, or use them")
    return parser.parse_args()


if __name__ == "__main__":
    main()
