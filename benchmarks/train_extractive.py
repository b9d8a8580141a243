"""Fits the weights of the extractive answer on QASPER's training papers.

    python benchmarks/train_extractive.py [--data FOLDER] [--papers 300] [--library DIR]

FOLDER (default: SCHOLIUM_DATA) holds ``qasper-train/`` with papers.jsonl.gz and questions.jsonl
(Dasigi et al. 2021, arXiv 2105.03011; CC BY 4.0). The papers go through the real ingestion; a
fifth of them is held out, and all figures printed are of these. Writes rag/generate/*.json.

A sentence's target is the share of a gold answer's terms that it has, if it stands in a gold
passage, and 0 elsewhere; the fit minimises the cross entropy of a softmax over the sentences of
each question. Whether to answer is fitted to questions with an answer in their paper, against
those without, those asked in another paper, and off-topic ones asked of the whole library. People
also ask in other words than the paper's, more than QASPER's annotators did: a share of the
weight goes to copies of the answerable questions with a third of their words made unknown.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.datasets import Question as Asked
from ingest.commands import ingest
from ingest.events import Failed
from rag import build
from rag.config import Settings
from rag.generate.answerable import NAMES as ANSWERABLE_NAMES
from rag.generate.answerable import answerable_features
from rag.generate.candidates import Candidate
from rag.generate.extractive import choose, supported
from rag.generate.linear_model import LinearModel, Matrix
from rag.generate.question import Question
from rag.generate.rarity import RARE
from rag.generate.sentence_features import NAMES
from rag.library import Library
from rag.protocols import Embedder
from rag.text import analyse
from rag.types import Evidence, Filter

OFF_TOPIC = Path(__file__).with_name("off_topic.txt")
PACKAGE = Path(__file__).parents[1] / "rag" / "generate"
EVIDENCE = 10
MARGIN = 2.0
REFUSED = 0.04
"""The share of answerable training questions that the threshold refuses."""

RARE_COUNT = 60
"""A question is about its own paper if a term of it is in at most so many of all paragraphs."""

GROUP_WEIGHTS = {"answerable": 1.0, "unanswerable": 1.0, "elsewhere": 0.5, "off-topic": 2.0}
STEPS, RATE = 2000, 0.05
LENGTH = 0.3
"""Added to the weight of a sentence's log length. The fit asks for the one best sentence; of four
within a limit of words the longer ones carry more (+.012 of the answers' terms,
cross-validated)."""

REWORDED_WEIGHT, REWORDED_WORDS = 0.3, 0.35
YES_NO = frozenset({"yes", "no"})


@dataclass(frozen=True, eq=False)
class Example:
    """A question and the evidence found: its sentences, their features and targets.

    ``counts`` is False for sentences that may answer outside the gold passages.
    """

    group: str
    question: Asked
    evidence: tuple[Evidence, ...]
    found: list[Candidate]
    rows: Matrix
    targets: Matrix
    counts: Matrix

    @property
    def held_out(self) -> bool:
        """By paper; off-topic questions by themselves."""
        name = self.question.papers[0] if self.question.papers else self.question.text
        return hashlib.sha256(name.encode()).digest()[0] % 5 == 0


def main() -> None:
    args = _arguments()
    folder = args.data / "qasper-train"
    papers = dict(_papers(folder / "papers.jsonl.gz"))
    counts, paragraphs = count_terms(papers.values())
    _write_counts(counts, paragraphs)
    chosen = sorted(papers, key=lambda p: hashlib.sha256(p.encode()).digest())[: args.papers]
    questions = [q for q in _questions(folder / "questions.jsonl") if q.papers[0] in set(chosen)]
    with tempfile.TemporaryDirectory() as scratch:
        library_path = args.library or Path(scratch) / "library"
        _ingest({p: papers[p] for p in chosen}, Path(scratch), library_path)
        with build.open_library(library_path, Settings()) as library:
            examples = list(_examples(library, questions, counts))
    weights = fit(examples)
    (PACKAGE / "extractive.json").write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


def fit(examples: Sequence[Example]) -> dict[str, object]:
    """The weights, from the examples that are not held out; prints how the others fare."""
    train = [e for e in examples if not e.held_out]
    held_out = [e for e in examples if e.held_out]
    sentence = fit_sentences([e for e in train if e.group == "answerable"])
    _report_sentences(sentence, [e for e in held_out if e.group == "answerable"])
    judged = fit_answerable(train)
    odds = {e: _odds(_judged(e), judged) for e in examples}
    threshold = np.quantile([odds[e] for e in train if e.group == "answerable"], REFUSED)
    for group in GROUP_WEIGHTS:
        of = [odds[e] < threshold for e in held_out if e.group == group]
        print(f"refused, {group}: {np.mean(of):.3f} of {len(of)}")
    reworded = [_odds(_reworded(e), judged) for e in held_out if e.group == "answerable"]
    print(f"refused, answerable and reworded: {np.mean(np.array(reworded) < threshold):.3f}")
    return {
        "sentence": {**_rounded(sentence), "margin": MARGIN},
        "answerable": {**_rounded(judged), "threshold": round(float(threshold), 4)},
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
    weights[NAMES.index("log_words")] += LENGTH
    return LinearModel(0.0, dict(zip(NAMES, weights.tolist(), strict=True)))


def fit_answerable(examples: Sequence[Example], decay: float = 3e-3) -> LinearModel:
    """Logistic regression, each group of questions with its weight."""
    answerable = [e for e in examples if e.group == "answerable"]
    rows = np.concatenate([*map(_judged, examples), *map(_reworded, answerable)])
    targets = np.array([*(e.group == "answerable" for e in examples), *(True for _ in answerable)])
    weight = np.array(
        [GROUP_WEIGHTS[e.group] * _kept(e) for e in examples] + [REWORDED_WEIGHT] * len(answerable)
    )
    mean, scale = _standard(rows)
    inputs = np.column_stack([(rows - mean) / scale, np.ones(len(rows))])

    def gradient(weights: Matrix) -> Matrix:
        wrong = (1 / (1 + np.exp(-inputs @ weights)) - targets) * weight
        return np.asarray(inputs.T @ wrong / len(rows) + 2 * decay * weights)

    found = _descend(gradient, inputs.shape[1])
    weights = found[:-1] / scale
    bias = float(found[-1] - weights @ mean)
    return LinearModel(bias, dict(zip(ANSWERABLE_NAMES, weights.tolist(), strict=True)))


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


def _examples(
    library: Library, questions: Sequence[Asked], counts: Counter[str]
) -> Iterator[Example]:
    embedder = build.embedder(Settings())
    ids = {Path(p.source).stem: p.paper_id for p in library.papers()}
    order = sorted(ids)
    for question in questions:
        if (paper := question.papers[0]) not in ids:
            continue
        group = "answerable" if question.answerable else "unanswerable"
        yield from _example(group, question, library, embedder, {ids[paper]})
        if any(counts[term] <= RARE_COUNT for term in analyse(question.text)):
            other = order[(order.index(paper) + len(order) // 2) % len(order)]
            yield from _example("elsewhere", question, library, embedder, {ids[other]})
    for i, line in enumerate(OFF_TOPIC.read_text(encoding="utf-8").splitlines()):
        yield from _example("off-topic", Asked(str(i), line, ()), library, embedder, set())


def _example(
    group: str, question: Asked, library: Library, embedder: Embedder, papers: set[str]
) -> Iterator[Example]:
    evidence = library.search(question.text, Filter(frozenset(papers)), EVIDENCE).evidence
    if not evidence:
        return
    found, rows = supported(embedder, Question(question.text), evidence)
    if found:
        targets, counts = _targets(question, found)
        yield Example(group, question, evidence, found, rows, targets, counts)


def _targets(question: Asked, found: Sequence[Candidate]) -> tuple[Matrix, Matrix]:
    """The share of an answer that each sentence has, and whether the sentence counts."""
    passages = [_runs(p) for annotator in question.evidence for p in annotator]
    answers = _answer_terms(question)
    targets, counts = np.zeros(len(found)), np.ones(len(found))
    for i, candidate in enumerate(found):
        own, runs = frozenset(analyse(candidate.shown)), _runs(candidate.shown)
        share = max((len(a & own) / len(a) for a in answers), default=0.3)
        if any(len(runs & passage) >= 0.6 * len(runs) for passage in passages):
            targets[i] = share
        elif answers and share >= 0.7:
            counts[i] = 0
    return targets, counts


def _answer_terms(question: Asked) -> list[frozenset[str]]:
    """What each answer says beyond the question; nothing for yes and no."""
    known = frozenset(analyse(question.text))
    said = [
        frozenset(analyse(answer))
        for answer in question.answers
        if answer.strip(" .").lower() not in YES_NO
    ]
    return [terms - known or terms for terms in said if terms]


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    terms = analyse(text)
    return frozenset(zip(terms, terms[1:], terms[2:], strict=False)) or frozenset({tuple(terms)})


def _report_sentences(model: LinearModel, examples: Sequence[Example]) -> None:
    """Prints how much of the gold answers the chosen sentences have."""
    shares, words = [], []
    for e in examples:
        if answers := _answer_terms(e.question):
            odds = model.logits(NAMES, e.rows)
            text = " ".join(c.shown for c in choose(e.found, odds, MARGIN, 120, 4))
            own = frozenset(analyse(text))
            shares.append(max(len(a & own) / len(a) for a in answers))
            words.append(len(text.split()))
    print(f"held out: {len(shares)} questions, {np.mean(words):.0f} words an answer")
    print(f"share of the gold answer's terms: {np.mean(shares):.3f}")
    print(f"answers with three quarters of them: {np.mean(np.array(shares) >= 0.75):.3f}")


def _kept(example: Example) -> float:
    """The share of an example's weight that its reworded copy does not take."""
    return 1 - REWORDED_WEIGHT if example.group == "answerable" else 1.0


def _judged(example: Example) -> Matrix:
    return answerable_features(Question(example.question.text), example.evidence, example.rows)


def _reworded(example: Example) -> Matrix:
    """The features as if the question were asked in other words."""
    chance = random.Random(example.question.text)
    words = example.question.text.split()
    unknown = [chance.random() < REWORDED_WORDS for _ in words]
    text = " ".join(f"unknown{i}" if u else words[i] for i, u in enumerate(unknown))
    return answerable_features(Question(text), example.evidence, example.rows)


def _odds(rows: Matrix, judged: LinearModel) -> float:
    return float(judged.logits(ANSWERABLE_NAMES, rows)[0])


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


def _papers(path: Path) -> Iterator[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["paper"], row["markdown"]


def _questions(path: Path) -> Iterator[Asked]:
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
    parser.add_argument("--papers", type=int, default=300, help="how many to use")
    parser.add_argument("--library", type=Path, help="keep the library there, or use it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
