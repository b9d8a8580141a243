"""The reader as it is trained: MiniLM with two heads, its loss, and the file that it is saved to.

The loss of a question is the cross entropy of a softmax over the passages shown and "none of them",
and, where the answer has words, of another over their sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from reader_examples import Example, Material, Passage
from torch import nn
from transformers import BertModel

from rag.minilm.package import model_folder
from rag.minilm.pairs import pair
from rag.minilm.reading import Reading

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"

SENTENCES = 40
"""Of a passage, at most; hardly any has more."""

SENTENCE_LOSS = 0.7
TELLING = 0.25
"""The share of an answer that the best sentence must have, for a question to teach of sentences."""

WEIGHTS = {
    "answerable": 1.0,
    "unanswerable": 1.0,
    "told": 1.0,
    "untold": 1.0,
    "corrupted": 0.4,
    "elsewhere": 0.4,
    "reported": 0.4,
    "unreported": 0.5,
    "off-topic": 0.3,
}
TOKENS = 768 * 256 if DEVICE == "cuda" else 16 * 256
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

    @classmethod
    def loaded(cls, path: Path) -> Reader:
        """The reader that `save` wrote to ``path``."""
        reader = cls()
        saved = Reading(path).module(model_folder()).state_dict()
        reader.load_state_dict({**saved, "none": torch.zeros(1)})
        return reader

    def hold(self, layers: int) -> None:
        """Leaves the embeddings and the lowest ``layers`` as they are, and drops nothing out: what
        is to be learned of few questions is little, and it takes half the time.
        """
        for part in (self.bert.embeddings, *self.bert.encoder.layer[:layers]):
            part.requires_grad_(False)
        for module in self.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0

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
    held = shown.example.gains[list(shown.places)]
    shares = torch.tensor([float(not held.any()), *held], dtype=torch.float32, device=DEVICE)
    return shares / shares.sum()


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
