"""Gradient descent with early stopping, for whatever torch can differentiate."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long, in what steps. ``warm_up`` steps of rising rate, then it falls in a line."""

    epochs: int
    batch: int
    rate: float
    decay: float
    warm_up: int = 30

    def factor(self, step: int, steps: int) -> float:
        """What the rate is multiplied by."""
        return min(1.0, (step + 1) / self.warm_up) * max(0.02, 1 - step / steps)


def descend(
    module: Any,
    loss: Callable[[Sequence[T]], Any],
    examples: Sequence[T],
    schedule: Schedule,
    random: np.random.Generator,
    held_out: Sequence[T] = (),
) -> None:
    """Fits ``module`` (a `torch.nn.Module`) in place, by AdamW.

    ``loss`` is the mean over a batch. With ``held_out``, the state before the first epoch or after
    one of them stays that had the least loss there.
    """
    import torch

    optimiser = torch.optim.AdamW(
        module.parameters(), lr=schedule.rate, weight_decay=schedule.decay
    )
    steps = schedule.epochs * math.ceil(len(examples) / schedule.batch)
    rates = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda i: schedule.factor(i, steps))
    best = (_judged(module, loss, held_out), deepcopy(module.state_dict()))
    for _ in range(schedule.epochs):
        module.train()
        for batch in _batches(examples, schedule.batch, random):
            value = loss(batch)
            optimiser.zero_grad()
            value.backward()
            optimiser.step()
            rates.step()
        judged = _judged(module, loss, held_out)
        if not held_out or judged < best[0]:
            best = judged, deepcopy(module.state_dict())
    module.load_state_dict(best[1])
    module.eval()


def _batches(
    examples: Sequence[T], size: int, random: np.random.Generator
) -> Sequence[Sequence[T]]:
    order = random.permutation(len(examples))
    return [
        [examples[i] for i in order[start : start + size]] for start in range(0, len(order), size)
    ]


def _judged(module: Any, loss: Callable[[Sequence[T]], Any], held_out: Sequence[T]) -> float:
    import torch

    if not held_out:
        return math.inf
    module.eval()
    with torch.no_grad():
        return float(loss(held_out))
