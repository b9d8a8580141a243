"""Fits the query adapter: `rag.embed.adapter.QueryAdapter`.

The loss is the cross entropy between a softmax over the cosines of a question's candidates,
divided by a temperature, and their shares of the evidence. The candidates are the chunks of the
question's own papers: they are the negatives that matter, and all of them are there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval.training.examples import Example
from rag.embed.adapter import QueryAdapter


@dataclass(frozen=True, slots=True)
class AdapterSettings:
    """How it is fitted; docs/models.md tells how the values were chosen."""

    epochs: int = 4
    batch: int = 32
    rate: float = 1e-3
    decay: float = 0.01
    temperature: float = 0.1
    seed: int = 0


def fit_adapter(
    examples: Sequence[Example],
    settings: AdapterSettings = AdapterSettings(),
    start: QueryAdapter | None = None,
) -> QueryAdapter:
    """The same adapter for the same seed; ``start`` is what to begin with, in place of none.

    Raises ValueError without examples.
    """
    if not examples:
        raise ValueError("there is no question to fit the adapter to")
    import torch

    random = np.random.default_rng(settings.seed)
    dimension = len(examples[0].vector)
    begun = start.matrix if start else np.zeros((dimension, dimension), dtype=np.float32)
    matrix = torch.from_numpy(begun.copy()).requires_grad_()
    optimiser = torch.optim.AdamW([matrix], lr=settings.rate, weight_decay=settings.decay)
    steps = settings.epochs * math.ceil(len(examples) / settings.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    for _ in range(settings.epochs):
        order = random.permutation(len(examples))
        for start in range(0, len(order), settings.batch):
            batch = [examples[i] for i in order[start : start + settings.batch]]
            loss = _loss(matrix, batch, settings.temperature)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return QueryAdapter(matrix.detach().numpy())


def _loss(matrix: Any, batch: Sequence[Example], temperature: float) -> Any:
    import torch

    queries = torch.from_numpy(np.stack([example.vector for example in batch]))
    turned = torch.nn.functional.normalize(queries + queries @ matrix.T, dim=-1)
    losses = []
    for query, example in zip(turned, batch, strict=True):
        cosines = torch.from_numpy(example.documents) @ query
        logs = torch.log_softmax(cosines / temperature, -1)
        losses.append(-(torch.from_numpy(example.gains) * logs).sum())
    return torch.stack(losses).mean()


def _rate(step: int, steps: int) -> float:
    """A quick rise, then a straight line down to nearly nothing."""
    return min(1.0, (step + 1) / 20) * max(0.02, 1 - step / steps)
