"""Fits the weights of an extractive answer's sentences on QASPER's training papers.

    python benchmarks/train_extractive.py --folds DIR [--data FOLDER] [--papers 280]
        [--library DIR] [--vectors FILE]

FOLDER (default: SCHOLIUM_DATA) holds ``qasper-train/`` with papers.jsonl.gz and questions.jsonl
(Dasigi et al. 2021, arXiv 2105.03011; CC BY 4.0). The papers go through the real ingestion; a
fifth of them is held out, and all figures printed are of these. DIR has the adapters, rankers and
readers that ``train_ranker.py --folds 3`` and ``train_reader.py --folds 3`` made without a part of
the papers each: a question is searched for and read by those that have not seen its paper. Fits
weights with a reader and without, and writes rag/generate/extractive.json and term_counts.json.

A sentence's target is the share of a gold answer's terms that it has, if it stands in a gold
passage, and 0 elsewhere; the fit minimises the cross entropy of a softmax over the sentences of
each question. Whether to answer at all is fitted by `calibrate_answerable`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from extractive_examples import Example, Unseeing, answer_terms, examples
from qasper_train import ingested, papers
from remembering import Remembering

from eval.datasets import Question as Asked
from eval.datasets.questions import read_questions
from rag import build
from rag.build_learned import judging
from rag.cache import default_cache
from rag.config import Settings
from rag.embed.adapter import AdaptedEmbedder, QueryAdapter
from rag.generate.linear_model import LinearModel, Matrix
from rag.generate.rarity import RARE
from rag.generate.selection import Limits, choose
from rag.generate.sentence_features import NAMES
from rag.minilm.reader import MiniLMReader
from rag.protocols import Embedder
from rag.rerank.learned import load_network
from rag.text import analyse

PACKAGE = Path(__file__).parents[1] / "rag" / "generate"
LIMITS = Limits(words=180, sentences=8, margin=3.0)
STEPS, RATE = 2000, 0.05
FOLDS = 3

Found = tuple[str, list[Example]]


def main() -> None:
    args = _arguments()
    folder = args.data / "qasper-train"
    known = dict(papers(folder))
    counts, paragraphs = count_terms(known.values())
    _write_counts(counts, paragraphs)
    chosen = sorted(known, key=lambda p: hashlib.sha256(p.encode()).digest())[: args.papers]
    asked = [
        q
        for q in read_questions(folder / "questions.jsonl", by_paper=False)
        if q.papers[0] in set(chosen)
    ]
    with tempfile.TemporaryDirectory() as scratch:
        library = args.library or Path(scratch) / "library"
        ingested(((p, known[p]) for p in chosen), Path(scratch), library, Settings())
        found = dict(_examples(args, library, asked))
    weights = {name: fit_sentence(name, some) for name, some in found.items()}
    (PACKAGE / "extractive.json").write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    for path in (PACKAGE / "extractive.json", PACKAGE / "term_counts.json"):
        print(f"{path.name}: SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


def fit_sentence(name: str, found: Sequence[Example]) -> dict[str, object]:
    """The weights, from the examples that are not held out; prints how the others fare."""
    model = fit_sentences([e for e in found if not _is_held_out(e)])
    print(f"{name.replace('_', ' ')}:")
    _report_sentences(model, [e for e in found if _is_held_out(e)])
    return {**_rounded(model), "margin": LIMITS.margin}


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


def _is_held_out(example: Example) -> bool:
    """By paper."""
    return hashlib.sha256(example.question.papers[0].encode()).digest()[0] % 5 == 0


def _examples(args: argparse.Namespace, path: Path, asked: Sequence[Asked]) -> Iterator[Found]:
    """With a reader and without."""
    settings = Settings()
    embedder = Remembering(build.embedder(settings), args.vectors)
    for name in ("with_reader", "without_reader"):
        with ExitStack() as opened:
            folds = [
                opened.enter_context(_fold(args.folds, k, path, settings, embedder, name))
                for k in range(FOLDS)
            ]
            stems = {Path(p.source).stem: p.paper_id for p in folds[0].library.papers()}
            ids = {q.papers[0]: stems[q.papers[0]] for q in asked}
            yield name, list(examples(folds, embedder, ids, asked))
        embedder.save()


@contextmanager
def _fold(
    folder: Path, k: int, path: Path, settings: Settings, embedder: Embedder, name: str
) -> Iterator[Unseeing]:
    asking = AdaptedEmbedder(embedder, QueryAdapter.load(folder / f"adapter-{k}.npz"))
    ranker = judging(load_network(folder / f"learned-{k}.npz"), settings)
    changes = folder / f"reader-{k}.npz"
    reader = MiniLMReader(default_cache(), changes=changes) if name == "with_reader" else None
    with build.assembled(path, settings, lambda: embedder, lambda: asking, lambda: ranker) as found:
        yield Unseeing(found, asking, reader)


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


def _arguments() -> argparse.Namespace:
    data = os.environ.get("SCHOLIUM_DATA")
    parser = argparse.ArgumentParser(description="Fits the weights of the extractive answer.")
    parser.add_argument("--data", type=Path, default=data, required=not data)
    parser.add_argument("--folds", type=Path, required=True, help="adapters, rankers and readers")
    parser.add_argument("--papers", type=int, default=280, help="how many to use")
    parser.add_argument("--library", type=Path, help="keep the library there, or use it")
    parser.add_argument("--vectors", type=Path, help="keep sentences' vectors there, or use them")
    return parser.parse_args()


if __name__ == "__main__":
    main()
