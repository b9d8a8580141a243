"""Fits the query adapter: `rag.embed.adapter.QueryAdapter`.

The loss is the cross entropy between a softmax over the cosines of a question's candidates,
divided by a temperature, and their shares of the evidence. The candidates are the chunks of the
question's own papers: they are the negatives that matter, and all of them are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from eval.training.descent import Schedule, descend
from eval.training.examples import Example
from rag.embed.adapter import QueryAdapter


@dataclass(frozen=True, slots=True)
class AdapterSettings:
    """How it is fitted; docs/models.md tells how the values were chosen."""

    schedule: Schedule = field(
        default_factory=lambda: Schedule(epochs=4, batch=32, rate=1e-3, decay=0.01)
    )
    temperature: float = 0.1
    seed: int = 0


def fit_adapter(
    examples: Sequence[Example],
    settings: AdapterSettings = AdapterSettings(),
    start: QueryAdapter | None = None,
    held_out: Sequence[Example] = (),
) -> QueryAdapter:
    """The same adapter for the same seed; ``start`` is what to begin with, in place of none.

    ``held_out`` tells when to stop. Raises ValueError without examples.
    """
    if not examples:
        raise ValueError("there is no question to fit the adapter to")
    dimension = len(examples[0].vector)
    begun = start.matrix if start else np.zeros((dimension, dimension), dtype=np.float32)
    module = _linear(begun)

    def loss(batch: Sequence[Example]) -> Any:
        return _loss(module.weight, batch, settings.temperature)

    random = np.random.default_rng(settings.seed)
    descend(module, loss, examples, settings.schedule, random, held_out)
    return QueryAdapter(module.weight.detach().numpy())


def _linear(matrix: np.ndarray[Any, np.dtype[np.float32]]) -> Any:
    import torch

    module = torch.nn.Linear(*matrix.shape, bias=False)
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(matrix))
    return module


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
