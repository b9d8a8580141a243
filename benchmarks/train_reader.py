"""Trains the reader of question and passage on QASPER's training papers.

    python benchmarks/train_reader.py [--data FOLDER] [--library DIR] [--start FILE] [--share 1]
        [--folds 3] [--out DIR]

FOLDER (default: SCHOLIUM_DATA) holds ``qasper-train/`` with papers.jsonl.gz and questions.jsonl
(Dasigi et al. 2021, arXiv 2105.03011; CC BY 4.0). The papers go through the real ingestion, or DIR
is a library that has them already.

There are two courses. The first goes over QASPER's questions and those made of them, beside many
passages of the paper. The second adds our own questions (``questions/``), half of which look as if
the paper answered them and are not answered, beside the passages that a search finds. With
``--start`` only the second is held, from the reader in FILE, which may have been through it before
and is not to be the one in ``--out``. With ``--share S`` the second course goes over this share of
its questions, drawn by lot.

Writes reader.npz into ``--out`` (default: rag/minilm). With ``--folds N`` it also trains N readers
that each do without one part of the papers, reader-K.npz (started from reader-K.npz beside FILE, of
as many folds), and prints how they fare there: `train_extractive` needs them, lest it trust a
reader that knows the answers. The first course takes six minutes on one H200 and about a day on two
cores; the second an hour and a half on two cores.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from extractive_examples import EVIDENCE
from qasper_train import fold_of, ingested, papers, written
from reader_examples import Example, Material, material
from reader_model import DEVICE, Reader, Shown, loss_of, run, save
from torch import nn

from eval.datasets.questions import read_questions
from rag import build
from rag.config import Settings
from rag.library import Library
from rag.minilm.package import load_tokenizer, model_folder
from rag.types import Filter

OUT = Path(__file__).parents[1] / "rag" / "minilm"

QUESTIONS = 8
"""Of one step."""

STEPS_A_LINE = 100
"""A line tells the mean loss of so many steps."""

REWORDED = 0.3
WARM_UP, DECAY = 0.06, 0.01
SEED = 0


@dataclass(frozen=True)
class Course:
    """``passages`` are shown for a question; of ``kept`` groups an epoch has only this share, and
    of all questions only ``share``; the lowest ``held`` layers are not trained, if any.
    """

    epochs: int
    rate: float
    head_rate: float
    passages: int
    held: int = 0
    kept: Mapping[str, float] = field(default_factory=dict)
    share: float = 1.0

    def share_of(self, group: str) -> float:
        """Of the group's questions, in an epoch."""
        return self.share * self.kept.get(group, 1.0)


KEPT_FIRST = {"reported": 0.35, "unreported": 0.35, "off-topic": 0.5, "told": 0.0, "untold": 0.0}
KEPT_SECOND = {
    "answerable": 0.5,
    "corrupted": 0.15,
    "elsewhere": 0.15,
    "reported": 0.1,
    "unreported": 0.1,
    "off-topic": 0.3,
}
FIRST = Course(3, 1e-4, 1e-3, 28, kept=KEPT_FIRST)
SECOND = Course(1, 1e-4, 3e-4, 7, held=2, kept=KEPT_SECOND)


class Choosing(Protocol):
    """Which passages of the paper are shown."""

    def __call__(self, example: Example, most: int, chance: np.random.Generator, /) -> list[int]:
        """Places of at most about ``most`` passages, those that answer among them."""
        ...


def main() -> None:
    args = _arguments()
    folder = args.data / "qasper-train"
    with tempfile.TemporaryDirectory() as scratch:
        path = args.library or ingested(
            papers(folder), Path(scratch), Path(scratch) / "library", Settings()
        )
        found = material(
            path,
            read_questions(folder / "questions.jsonl", by_paper=False),
            written(folder),
            build.embedder(Settings()),
            load_tokenizer(model_folder()),
        )
        args.out.mkdir(parents=True, exist_ok=True)
        with build.open_library(path, Settings()) as library:
            for fold in (*range(args.folds), None):
                _train(args, found, library, fold)


def _train(args: argparse.Namespace, found: Material, library: Library, fold: int | None) -> None:
    """Writes the reader that has not seen this part of the papers, or has seen all."""
    inside, outside = [], []
    for example in found.examples:
        is_out = fold is not None and part(found, example, args.folds) == fold
        (outside if is_out else inside).append(example)
    name = "reader.npz" if fold is None else f"reader-{fold}.npz"
    torch.manual_seed(SEED)
    if args.start:
        reader = Reader.loaded(args.start.parent / name if outside else args.start)
    else:
        reader = fit(Reader(), FIRST, found, inside, by_lot)
    fit(reader, replace(SECOND, share=args.share), found, inside, Found(library, found))
    save(reader, args.out / name)
    digest = hashlib.sha256((args.out / name).read_bytes()).hexdigest()
    print(f"{name}: {len(inside)} questions, SHA-256 {digest}", flush=True)
    if outside:
        report(reader, found, outside)


def part(found: Material, example: Example, parts: int) -> int:
    """Which part of the papers a question belongs to; off-topic ones by themselves."""
    off_topic = example.group == "off-topic"
    return fold_of(example.text if off_topic else found.names[example.paper], parts)


def fit(
    reader: Reader,
    course: Course,
    found: Material,
    examples: Sequence[Example],
    choosing: Choosing,
) -> Reader:
    """The ``reader``, trained further; prints the loss on the way."""
    chance = np.random.default_rng(SEED)
    reader.to(DEVICE).train()
    if course.held:
        reader.hold(course.held)
    expected = sum(course.share_of(e.group) for e in examples)
    steps = int(course.epochs * expected / QUESTIONS) + 1
    optimiser, pace = _optimiser(reader, course, steps)
    begun, losses = time.perf_counter(), list[torch.Tensor]()
    for _ in range(course.epochs):
        for batch in batches(examples, course, choosing, chance):
            loss = loss_of(reader, found, batch) / QUESTIONS
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimiser.step()
            pace.step()
            losses.append(loss.detach())
            if len(losses) % STEPS_A_LINE == 0:
                _tell(losses, steps, begun)
    _tell(losses, steps, begun)
    return reader.eval()


def _tell(losses: Sequence[torch.Tensor], steps: int, begun: float) -> None:
    mean, spent = float(torch.stack(losses[-STEPS_A_LINE:]).mean()), time.perf_counter() - begun
    print(f"step {len(losses)} of about {steps}: loss {mean:.3f}, {spent:.0f} s", flush=True)


def _optimiser(reader: Reader, course: Course, steps: int) -> tuple[Any, Any]:
    """AdamW, whose rate rises, then falls to nothing; the heads learn faster."""
    heads = [*reader.relevance.parameters(), *reader.answers.parameters(), reader.none]
    body = [p for p in reader.bert.parameters() if p.requires_grad]
    groups = [
        {"params": body, "lr": course.rate, "weight_decay": DECAY},
        {"params": heads, "lr": course.head_rate, "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups)

    def share(step: int) -> float:
        return min(1.0, (step + 1) / (WARM_UP * steps)) * max(0.0, 1 - step / steps)

    return optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, share)


def batches(
    examples: Sequence[Example], course: Course, choosing: Choosing, chance: np.random.Generator
) -> Iterator[list[Shown]]:
    """The steps of an epoch, by lot; what does not fill the last one is left out."""
    order = [
        int(i)
        for i in chance.permutation(len(examples))
        if chance.random() < course.share_of(examples[i].group)
    ]
    for start in range(0, len(order) - QUESTIONS + 1, QUESTIONS):
        chosen = [examples[i] for i in order[start : start + QUESTIONS]]
        places = [choosing(e, course.passages, chance) for e in chosen]
        yield [Shown(e, p, chance.random() < REWORDED) for e, p in zip(chosen, places, strict=True)]


def by_lot(example: Example, most: int, chance: np.random.Generator) -> list[int]:
    """Those that answer, and any others."""
    held = example.gains
    if len(held) <= most:
        return list(range(len(held)))
    answer = np.flatnonzero(held > 0)[: most // 2]
    others = chance.permutation(np.flatnonzero(held == 0))[: most - len(answer)]
    return [*answer.tolist(), *others.tolist()]


@dataclass(frozen=True)
class Found:
    """Those that answer, and what a search finds besides: what the reader gets to see in use."""

    library: Library
    material: Material

    def __call__(self, example: Example, most: int, _: np.random.Generator, /) -> list[int]:
        passages = self.material.papers[example.paper]
        places = {passage.chunk_id: i for i, passage in enumerate(passages)}
        where = Filter(frozenset({self.material.ids[example.paper]}))
        evidence = self.library.search(example.text, where, most).evidence
        answer = np.flatnonzero(example.gains > 0)[: most // 2].tolist()
        found = [places[item.chunk.chunk_id] for item in evidence]
        return [*answer, *(place for place in found if example.gains[place] == 0)][:most]


@torch.no_grad()
def report(reader: Reader, found: Material, held_out: Sequence[Example]) -> None:
    """Prints how well the first passage answers, and how the groups are told apart."""
    ranks, odds = [], defaultdict(list)
    for example in held_out:
        shown = Shown(example, range(len(found.papers[example.paper])))
        relevance = (run(reader, found, [shown])[0] - reader.none).cpu().numpy()
        odds[example.group].append(float(np.logaddexp.reduce(np.sort(relevance)[-EVIDENCE:])))
        if example.group in {"answerable", "told"}:
            order = np.argsort(-relevance)
            ranks.append(1 + int(np.argmax(example.gains[order] > 0)))
    print(f"  MRR {np.mean(1 / np.array(ranks)):.4f} of {len(ranks)} questions")
    for yes, no in (
        ("answerable", "unanswerable"),
        ("answerable", "corrupted"),
        ("answerable", "elsewhere"),
        ("reported", "unreported"),
        ("told", "untold"),
    ):
        if not (odds[yes] and odds[no]):
            continue
        above = np.array(odds[yes])[:, None] > np.array(odds[no])
        print(f"  {yes} above {no}: {above.mean():.3f} of the pairs")


def _arguments() -> argparse.Namespace:
    data = os.environ.get("SCHOLIUM_DATA")
    parser = argparse.ArgumentParser(description="Trains the reader of question and passage.")
    parser.add_argument("--data", type=Path, default=data, required=not data)
    parser.add_argument("--library", type=Path, help="a library that has the papers")
    parser.add_argument("--start", type=Path, help="the reader to start from")
    parser.add_argument("--share", type=float, default=1.0, help="of the second course's questions")
    parser.add_argument("--folds", type=int, default=3, help="readers that do without some papers")
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    if not 0 < args.share <= 1:
        parser.error(f"--share {args.share:g}: give a share above 0, at most 1")
    return args


if __name__ == "__main__":
    main()
