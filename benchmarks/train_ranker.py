"""Fits the query adapter and the learned ranker to QASPER's training papers.

    python benchmarks/train_ranker.py [--data FOLDER] [--library DIR] [--cross-validate]
        [--folds 3 --out DIR]

FOLDER (default: SCHOLIUM_DATA) holds ``qasper-train/`` with papers.jsonl.gz and questions.jsonl
(Dasigi et al. 2021, arXiv 2105.03011; CC BY 4.0). The papers go through the real ingestion, or DIR
is a library that has them already. Writes rag/embed/minilm-adapter.npz and rag/rerank/learned.npz.
With --folds it writes those that do without a part of the papers each, adapter-K.npz and
learned-K.npz, for `train_extractive`. With --cross-validate it writes nothing and prints what
five-fold cross-validation by paper says. The imagined wordings that it is judged with there are
made from the held-out evidence, by the recipe of the training: what is said of them compares
rankers, and foretells no figure.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter

from qasper_train import fold_of, ingested, papers

from eval.datasets.questions import read_questions
from eval.measures import mean
from eval.training.examples import Example, Judged, collect, folds
from eval.training.fitting import FitSettings, Fitted, fit, measured
from eval.training.imagined import with_imagined
from rag import build
from rag.config import Settings
from rag.store.catalog import Catalog

ROOT = Path(__file__).parents[1]
ADAPTER = ROOT / "rag" / "embed" / "minilm-adapter.npz"
RANKER = ROOT / "rag" / "rerank" / "learned.npz"
FOLDS = 5


def main() -> None:
    args = _arguments()
    begun = perf_counter()
    folder = args.data / "qasper-train"
    for name in ("papers.jsonl.gz", "questions.jsonl"):
        print(f"{name}: SHA-256 {_digest(folder / name)}")
    with tempfile.TemporaryDirectory() as scratch:
        library = args.library or ingested(
            papers(folder), Path(scratch), Path(scratch) / "library", Settings()
        )
        examples, names = _examples(folder / "questions.jsonl", library)
    found = len({example.judged.papers for example in examples})
    print(f"{len(examples)} questions on {found} papers; {_minutes(begun)}", flush=True)
    if args.cross_validate:
        _cross_validate(examples)
    elif args.folds:
        _write_folds(examples, names, args.folds, args.out)
    else:
        _write(fit(examples, on_step=print))
    print(_minutes(begun))


def _write(fitted: Fitted) -> None:
    fitted.adapter.save(ADAPTER)
    fitted.network.save(RANKER)
    for path in (ADAPTER, RANKER):
        print(f"{path.name}: {path.stat().st_size:,} bytes, SHA-256 {_digest(path)}")


def _write_folds(
    examples: Sequence[Example], names: Mapping[str, str], count: int, out: Path
) -> None:
    """Those of fold K have not seen the papers of part K; ``names`` are by id."""
    out.mkdir(parents=True, exist_ok=True)
    for k in range(count):
        inside = [e for e in examples if fold_of(names[e.judged.papers[0]], count) != k]
        fitted = fit(inside)
        fitted.adapter.save(out / f"adapter-{k}.npz")
        fitted.network.save(out / f"learned-{k}.npz")
        print(f"fold {k} of {count}: {len(inside)} questions", flush=True)


def _cross_validate(examples: Sequence[Example]) -> None:
    """Every question is judged by weights that were fitted without its papers."""
    rows: defaultdict[str, list[dict[str, float]]] = defaultdict(list)
    for k, (inside, outside) in enumerate(folds(examples, FOLDS, FitSettings().seed), 1):
        fitted = fit([examples[i] for i in inside])
        worded = [examples[i] for i in outside]
        alone = [example.alone() for example in worded]
        for name, held_out in (("questions", alone), ("with imagined wordings", worded)):
            rows[f"{name}, plain"] += measured(held_out, None)
            rows[f"{name}, learned"] += measured(held_out, fitted)
        print(f"after fold {k} of {FOLDS}")
        for name, found in rows.items():
            print(f"  {name}: {_row(found)}")


def _row(rows: Sequence[dict[str, float]]) -> str:
    return " ".join(f"{name} {value:.4f}" for name, value in mean(rows).items())


def _examples(questions: Path, library: Path) -> tuple[list[Example], dict[str, str]]:
    """The examples, and the papers' names by their ids."""
    settings = Settings()
    with Catalog(library) as catalog:
        ids = {Path(row.source).stem: row.paper_id for row in catalog.papers()}
        judged = [
            Judged(q.text, tuple(ids[name] for name in q.papers), q.evidence)
            for q in read_questions(questions, by_paper=False)
            if q.answerable and all(name in ids for name in q.papers)
        ]
        lexical = next(i for i in build.open_indexes(catalog, settings) if i.name == "bm25")
        embedder = build.embedder(settings)
        examples = collect(judged, catalog, lexical, embedder)
        names = {paper_id: name for name, paper_id in ids.items()}
        return with_imagined(examples, lexical, embedder, FitSettings().seed), names


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _minutes(begun: float) -> str:
    return f"{(perf_counter() - begun) / 60:.1f} minutes"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fits the query adapter and the learned ranker.")
    data = os.environ.get("SCHOLIUM_DATA")
    parser.add_argument("--data", type=Path, default=data, required=data is None)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--cross-validate", action="store_true")
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("folds"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
