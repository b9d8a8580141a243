"""Trains the reader of question and passage on QASPER's training papers.

    python benchmarks/train_reader.py [--data FOLDER] [--library DIR] [--folds 3] [--out DIR]

FOLDER (default: SCHOLIUM_DATA) holds ``qasper-train/`` with papers.jsonl.gz and questions.jsonl
(Dasigi et al. 2021, arXiv 2105.03011; CC BY 4.0). The papers go through the real ingestion, or DIR
is a library that has them already. Writes reader.npz into ``--out`` (default: rag/minilm). With
``--folds N`` it also trains N readers that each do without one part of the papers, reader-K.npz,
and prints how they fare there: `train_extractive` needs them, lest it trust a reader that knows the
answers. On one H200 each takes six minutes; on a CPU count on a day.

The loss of a question is the cross entropy of a softmax over all passages of its paper and "none
of them", and, where the answer has words, of another over their sentences.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from qasper_train import fold_of, ingested, papers
from reader_examples import Example, Material, Passage, material
from torch import nn
from transformers import BertModel

from eval.datasets.questions import read_questions
from rag import build
from rag.config import Settings
from rag.minilm.package import load_tokenizer, model_folder
from rag.minilm.pairs import pair

OUT = Path(__file__).parents[1] / "rag" / "minilm"
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"

EPOCHS, RATE, HEAD_RATE, DECAY, WARM_UP = 3, 1e-4, 1e-3, 0.01, 0.06
QUESTIONS = 8
"""Of one step."""

PASSAGES = 28
"""Of one question in one step: those that answer, and others by lot."""

SENTENCES = 40
"""Of a passage, at most; hardly any has more."""

REWORDED = 0.3
SENTENCE_LOSS = 0.7
TELLING = 0.25
"""The share of an answer that the best sentence must have, for a question to teach of sentences."""

KEPT = {"reported": 0.35, "unreported": 0.35, "off-topic": 0.5}
"""The share of these groups that an epoch has."""

WEIGHTS = {
    "answerable": 1.0,
    "unanswerable": 1.0,
    "corrupted": 0.4,
    "elsewhere": 0.4,
    "reported": 0.4,
    "unreported": 0.5,
    "off-topic": 0.3,
}
TOKENS = 768 * 256
"""Of one run of the model, padding included."""

NOWHERE = -1e4


class Reader(nn.Module):
    """As `rag.minilm.reading` exports it, and ``none``, the log odds of there being no answer."""

    def __init__(self) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(model_folder(), add_pooling_layer=False)
        self.relevance, self.answers = nn.Linear(384, 1), nn.Linear(384, 1)
        self.none = nn.Parameter(torch.zeros(1))
        for head in (self.relevance, self.answers):
            nn.init.normal_(head.weight, std=0.02)
        # The vocabulary has all the embedder learned of words; the papers have few of them.
        self.bert.embeddings.word_embeddings.weight.requires_grad = False
        self.bert.embeddings.position_embeddings.weight.requires_grad = False

    def forward(self, ids: Any, types: Any, seen: Any) -> tuple[Any, Any]:
        states = self.bert(input_ids=ids, token_type_ids=types, attention_mask=seen)
        rows = states.last_hidden_state
        return self.relevance(rows[:, 0])[:, 0].float(), self.answers(rows)[..., 0].float()


@dataclass(frozen=True, eq=False)
class Shown:
    """A question with the passages of one step: their places in the paper."""

    example: Example
    places: Sequence[int]
    reworded: bool = False


def main() -> None:
    args = _arguments()
    folder = args.data / "qasper-train"
    with tempfile.TemporaryDirectory() as scratch:
        library = args.library or _ingested(folder, Path(scratch))
        tokens = load_tokenizer(model_folder())
        found = material(
            library,
            read_questions(folder / "questions.jsonl", by_paper=False),
            build.embedder(Settings()),
            tokens,
        )
    args.out.mkdir(parents=True, exist_ok=True)
    for fold in (*range(args.folds), None):
        inside = [e for e in found.examples if fold is None or part(found, e, args.folds) != fold]
        reader = fit(found, inside)
        name = "reader.npz" if fold is None else f"reader-{fold}.npz"
        save(reader, args.out / name)
        digest = hashlib.sha256((args.out / name).read_bytes()).hexdigest()
        print(f"{name}: {len(inside)} questions, SHA-256 {digest}", flush=True)
        if fold is not None:
            report(reader, found, [e for e in found.examples if e not in inside])


def part(found: Material, example: Example, parts: int) -> int:
    """Which part of the papers a question belongs to; off-topic ones by themselves."""
    off_topic = example.group == "off-topic"
    return fold_of(example.text if off_topic else found.names[example.paper], parts)


def fit(found: Material, examples: Sequence[Example], seed: int = 0) -> Reader:
    """The trained reader; prints the loss of each epoch."""
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    reader = Reader().to(DEVICE).train()
    expected = sum(KEPT.get(e.group, 1.0) for e in examples)
    optimiser, pace = _optimiser(reader, int(EPOCHS * expected / QUESTIONS) + 1)
    for epoch in range(EPOCHS):
        begun, losses = time.perf_counter(), []
        for batch in _batches(examples, found, chance):
            loss = loss_of(reader, found, batch) / QUESTIONS
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimiser.step()
            pace.step()
            losses.append(loss.detach())
        mean, spent = float(torch.stack(losses).mean()), time.perf_counter() - begun
        print(f"epoch {epoch}: loss {mean:.3f}, {spent:.0f} s", flush=True)
    return reader.eval()


def _optimiser(reader: Reader, steps: int) -> tuple[Any, Any]:
    """AdamW, whose rate rises, then falls to nothing; the heads are new and learn faster."""
    heads = [*reader.relevance.parameters(), *reader.answers.parameters(), reader.none]
    body = [p for p in reader.bert.parameters() if p.requires_grad]
    groups = [
        {"params": body, "lr": RATE, "weight_decay": DECAY},
        {"params": heads, "lr": HEAD_RATE, "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups)

    def share(step: int) -> float:
        return min(1.0, (step + 1) / (WARM_UP * steps)) * max(0.0, 1 - step / steps)

    return optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, share)


def _batches(
    examples: Sequence[Example], found: Material, chance: np.random.Generator
) -> Iterator[list[Shown]]:
    order = [
        int(i)
        for i in chance.permutation(len(examples))
        if chance.random() < KEPT.get(examples[i].group, 1.0)
    ]
    for start in range(0, len(order) - QUESTIONS + 1, QUESTIONS):
        chosen = [examples[i] for i in order[start : start + QUESTIONS]]
        places = [_by_lot(e, len(found.papers[e.paper]), chance) for e in chosen]
        yield [Shown(e, p, chance.random() < REWORDED) for e, p in zip(chosen, places, strict=True)]


def _by_lot(example: Example, passages: int, chance: np.random.Generator) -> list[int]:
    held = example.gains if example.gains is not None else np.zeros(passages)
    if passages <= PASSAGES:
        return list(range(passages))
    answer = np.flatnonzero(held > 0)[: PASSAGES // 2]
    others = chance.permutation(np.flatnonzero(held == 0))[: PASSAGES - len(answer)]
    return [*answer.tolist(), *others.tolist()]


def loss_of(reader: Reader, found: Material, batch: Sequence[Shown]) -> Any:
    """Summed over the questions, by the weights of their groups."""
    relevance, answers = run(reader, found, batch)
    weights = torch.tensor([WEIGHTS[shown.example.group] for shown in batch], device=DEVICE)
    return (torch.stack(list(_losses(reader, batch, relevance, answers))) * weights).sum()


def _losses(reader: Reader, batch: Sequence[Shown], relevance: Any, answers: Any) -> Iterator[Any]:
    start = 0
    for shown in batch:
        rows = slice(start, start + len(shown.places))
        start = rows.stop
        odds = torch.cat([reader.none, relevance[rows]])
        yield _entropy(odds, _passage_targets(shown)) + SENTENCE_LOSS * _sentence_loss(
            shown, answers[rows]
        )


def _passage_targets(shown: Shown) -> Any:
    """Over "none" and the passages shown, of sum 1."""
    held = shown.example.gains
    shares = [1.0, *(0.0 for _ in shown.places)] if held is None else [0.0, *held[shown.places]]
    return torch.tensor(shares, dtype=torch.float32, device=DEVICE) / sum(shares)


def _sentence_loss(shown: Shown, answers: Any) -> Any:
    if shown.example.targets is None:
        return answers.new_zeros(())
    targets = np.full((len(shown.places), SENTENCES), -1.0, dtype=np.float32)
    for row, place in zip(targets, shown.places, strict=True):
        told = shown.example.targets[place][:SENTENCES]
        row[: len(told)] = told
    if targets.max(initial=0.0) <= TELLING:
        return answers.new_zeros(())
    wanted = torch.from_numpy(targets).to(DEVICE)
    counts = (wanted >= 0) & (answers > NOWHERE / 2)
    total = wanted.clamp(min=0).sum()
    return _entropy(answers[counts], wanted[counts] / total)


def _entropy(odds: Any, targets: Any) -> Any:
    return -(targets * torch.log_softmax(odds, 0)).sum()


def run(reader: Reader, found: Material, batch: Sequence[Shown]) -> tuple[Any, Any]:
    """The relevance ``(n,)`` of all passages of the batch and their sentences ``(n, SENTENCES)``,
    each the mean over its tokens, `NOWHERE` where there is none.

    Passages of about the same length run together.
    """
    rows = [
        (shown.example.copy if shown.reworded else shown.example.ids, passage)
        for shown in batch
        for passage in map(found.papers[shown.example.paper].__getitem__, shown.places)
    ]
    lengths = np.array([len(asked) + len(passage.ids) + 3 for asked, passage in rows])
    order = np.argsort(lengths)
    results = [_run(reader, [rows[i] for i in some]) for some in _alike(order, lengths)]
    back = torch.from_numpy(np.argsort(order)).to(DEVICE)
    relevance, answers = zip(*results, strict=True)
    return torch.cat(relevance)[back], torch.cat(answers)[back]


def _alike(order: NDArray[Any], lengths: NDArray[Any]) -> Iterator[NDArray[Any]]:
    start = 0
    for end in range(1, len(order) + 1):
        if end == len(order) or (end - start + 1) * lengths[order[end]] > TOKENS:
            yield order[start:end]
            start = end


def _run(reader: Reader, rows: Sequence[tuple[list[int], Passage]]) -> tuple[Any, Any]:
    longest = max(len(asked) + len(passage.ids) + 3 for asked, passage in rows)
    inputs = np.zeros((3, len(rows), longest), dtype=np.int64)
    of = np.full((len(rows), longest), -1, dtype=np.int64)
    for i, (asked, passage) in enumerate(rows):
        named, start = pair(asked, passage.ids.tolist())
        size = named["input_ids"].shape[1]
        inputs[0, i, :size], inputs[1, i, :size] = named["input_ids"], named["token_type_ids"]
        inputs[2, i, :size] = 1
        of[i, start : start + len(passage.of)] = passage.of
    ids, types, seen = torch.from_numpy(inputs).to(DEVICE)
    with torch.autocast(DEVICE, dtype=torch.bfloat16):
        relevance, tokens = reader(ids, types, seen)
    return relevance, _of_sentences(tokens, torch.from_numpy(of).to(DEVICE))


def _of_sentences(tokens: Any, of: Any) -> Any:
    inside = ((of >= 0) & (of < SENTENCES)).float()
    places = of.clamp(0, SENTENCES - 1)
    empty = tokens.new_zeros((len(tokens), SENTENCES))
    total = empty.scatter_add(1, places, tokens * inside)
    count = empty.scatter_add(1, places, inside)
    return torch.where(count > 0, total / count.clamp(min=1), NOWHERE)


def save(reader: Reader, path: Path) -> None:
    """What `rag.minilm.reading` reads: matrices by rows in int8, which loses next to nothing, as
    they are changes, not weights. "None" is at 0 there.
    """
    embedder = BertModel.from_pretrained(model_folder(), add_pooling_layer=False).state_dict()
    entries: dict[str, NDArray[Any]] = {}
    for name, value in reader.bert.state_dict().items():
        difference = (value.cpu() - embedder[name]).numpy()
        if not difference.any():
            continue
        if difference.ndim == 2 and len(difference) > 2:
            scale = np.abs(difference).max(axis=1, keepdims=True) / 127 + 1e-12
            entries[f"change/{name}"] = np.round(difference / scale).astype(np.int8)
            entries[f"scale/{name}"] = scale.astype(np.float32)
        else:
            entries[f"change/{name}"] = difference.astype(np.float16)
    for head in ("relevance", "answers"):
        layer = getattr(reader, head)
        entries[f"head/{head}.weight"] = layer.weight.detach().cpu().numpy()
        entries[f"head/{head}.bias"] = layer.bias.detach().cpu().numpy()
    entries["head/relevance.bias"] = entries["head/relevance.bias"] - float(reader.none.detach())
    np.savez_compressed(path, **entries)


@torch.no_grad()
def report(reader: Reader, found: Material, held_out: Sequence[Example]) -> None:
    """Prints how well the first passage answers, and how the groups are told apart."""
    ranks, odds = [], defaultdict(list)
    for example in held_out:
        shown = Shown(example, range(len(found.papers[example.paper])))
        relevance = (run(reader, found, [shown])[0] - reader.none).cpu().numpy()
        odds[example.group].append(float(np.logaddexp.reduce(np.sort(relevance)[-10:])))
        if example.group == "answerable" and example.gains is not None:
            order = np.argsort(-relevance)
            ranks.append(1 + int(np.argmax(example.gains[order] > 0)))
    print(f"  MRR {np.mean(1 / np.array(ranks)):.4f} of {len(ranks)} questions")
    for yes, no in (
        ("answerable", "unanswerable"),
        ("answerable", "corrupted"),
        ("answerable", "elsewhere"),
        ("reported", "unreported"),
    ):
        above = np.array(odds[yes])[:, None] > np.array(odds[no])
        print(f"  {yes} above {no}: {above.mean():.3f} of the pairs")


def _ingested(folder: Path, scratch: Path) -> Path:
    """With the quickest embedder: of the library only the chunks are used."""
    settings = Settings.model_validate({"embedder": {"kind": "hashing"}})
    return ingested(papers(folder), scratch, scratch / "library", settings)


def _arguments() -> argparse.Namespace:
    data = os.environ.get("SCHOLIUM_DATA")
    parser = argparse.ArgumentParser(description="Trains the reader of question and passage.")
    parser.add_argument("--data", type=Path, default=data, required=not data)
    parser.add_argument("--library", type=Path, help="a library that has the papers")
    parser.add_argument("--folds", type=int, default=3, help="readers that do without some papers")
    parser.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args()


if __name__ == "__main__":
    main()
