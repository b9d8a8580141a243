"""Fits the learned ranker: features in, `rag.rerank.network.Network` out.

The loss is the cross entropy between a softmax over a question's candidates and their shares of
the evidence (ListNet; Cao et al. 2007). What keeps it from learning one corpus's habits: dropout
and weight decay; a share of the questions asked in papers stripped of their sections; features and
question kinds hidden now and then, by groups; and a fixed part of the fused score, `ANCHOR`, that
the networks can only add to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.rerank.features import GROUPS, NAMES, QUESTION_NAMES
from rag.rerank.network import Network, standardise

ANCHOR = "sum"
HIDEABLE = ("overlap", "text", "places", "roles", "kinds", "headings")
_LEAST_SCALE = 0.05  # a feature that hardly varies in the training must not explode elsewhere
_QUESTION_LEAST = 0.1

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class RankerSettings:
    """How the networks are fitted; docs/models.md tells how the values were chosen.

    ``stripped`` is the share of questions whose papers lose their sections, ``hidden_groups`` that
    of each group of features, ``anchor`` the weight of the fused score.
    """

    members: int = 3
    hidden: int = 64
    rank: int = 4
    epochs: int = 12
    batch: int = 32
    rate: float = 2e-3
    decay: float = 0.2
    dropout: float = 0.4
    stripped: float = 0.3
    hidden_groups: float = 0.0
    anchor: float = 0.5
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Judgeable:
    """One question's matrices: features ``(n, f)``, those without sections, the question's
    ``(k,)``, and the gains ``(n,)``.
    """

    features: Matrix
    stripped: Matrix
    question: Matrix
    gains: Matrix


def fit_ranker(
    questions: Sequence[Judgeable],
    settings: RankerSettings = RankerSettings(),
    on_epoch: Callable[[], None] = lambda: None,
) -> Network:
    """A network of ``settings.members`` members, the same for the same seed.

    Raises ValueError without questions.
    """
    if not questions:
        raise ValueError("there is no question to fit the ranker to")
    rows = np.concatenate([question.features for question in questions])
    asked = np.stack([question.question for question in questions])
    scaling = {
        "mean": rows.mean(axis=0),
        "scale": np.maximum(rows.std(axis=0), _LEAST_SCALE),
        "question_mean": asked.mean(axis=0),
        "question_scale": asked.std(axis=0) + _QUESTION_LEAST,
    }
    scaled = [_scaled(question, scaling) for question in questions]
    members = [
        _fit_member(scaled, settings, settings.seed + i, on_epoch) for i in range(settings.members)
    ]
    return _network(members, scaling, settings)


def _scaled(question: Judgeable, scaling: Mapping[str, Matrix]) -> Judgeable:
    features, stripped = (
        standardise(matrix, scaling["mean"], scaling["scale"])
        for matrix in (question.features, question.stripped)
    )
    asked = standardise(question.question, scaling["question_mean"], scaling["question_scale"])
    return Judgeable(features, stripped, asked, question.gains)


def _fit_member(
    questions: Sequence[Judgeable],
    settings: RankerSettings,
    seed: int,
    on_epoch: Callable[[], None],
) -> Any:
    import torch

    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    member = _member(settings)
    optimiser = torch.optim.AdamW(
        member.parameters(), lr=settings.rate, weight_decay=settings.decay
    )
    steps = settings.epochs * math.ceil(len(questions) / settings.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    member.train()
    for _ in range(settings.epochs):
        order = random.permutation(len(questions))
        for start in range(0, len(order), settings.batch):
            batch = [questions[i] for i in order[start : start + settings.batch]]
            loss = _loss(member, _padded(batch, settings, random))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        on_epoch()
    return member.eval()


def _rate(step: int, steps: int) -> float:
    """A quick rise, then a straight line down to nearly nothing."""
    return min(1.0, (step + 1) / 30) * max(0.02, 1 - step / steps)


def _member(settings: RankerSettings) -> Any:
    import torch
    from torch import nn

    class Member(nn.Module):  # type: ignore[misc]
        """One of the networks that `Network` averages, with its dropout."""

        def __init__(self) -> None:
            super().__init__()
            features, asked = len(NAMES), len(QUESTION_NAMES)
            self.linear = nn.Linear(features, 1, bias=False)
            self.ask = nn.Linear(asked, settings.rank, bias=False)
            self.tell = nn.Linear(features, settings.rank, bias=False)
            self.hidden = nn.Linear(features + asked, settings.hidden)
            self.out = nn.Linear(settings.hidden, 1, bias=False)
            self.dropout = nn.Dropout(settings.dropout)
            nn.init.normal_(self.ask.weight, std=0.05)
            nn.init.normal_(self.tell.weight, std=0.05)
            nn.init.zeros_(self.out.weight)

        def forward(self, x: Any, q: Any) -> Any:
            both = torch.cat([x, q[:, None, :].expand(-1, x.shape[1], -1)], -1)
            inner = nn.functional.gelu(self.hidden(both), approximate="tanh")
            wanted = (self.ask(q)[:, None, :] * self.tell(x)).sum(-1)
            return self.linear(x)[..., 0] + wanted + self.out(self.dropout(inner))[..., 0]

    return Member()


def _padded(
    batch: Sequence[Judgeable], settings: RankerSettings, random: np.random.Generator
) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Features ``(b, n, f)``, questions ``(b, k)``, gains and masks ``(b, n)`` of a batch."""
    longest = max(len(question.gains) for question in batch)
    x = np.zeros((len(batch), longest, len(NAMES)), dtype=np.float32)
    gains = np.zeros((len(batch), longest), dtype=np.float32)
    mask = np.full((len(batch), longest), -1e9, dtype=np.float32)
    for i, question in enumerate(batch):
        n = len(question.gains)
        bare = random.random() < settings.stripped
        x[i, :n] = question.stripped if bare else question.features
        gains[i, :n], mask[i, :n] = question.gains, 0
        for group in HIDEABLE:
            if random.random() < settings.hidden_groups:
                x[i, :, _columns(group)] = 0  # which is the mean
    return x, np.stack([question.question for question in batch]), gains, mask


def _columns(group: str) -> slice:
    names = GROUPS[group]
    start = NAMES.index(names[0])
    return slice(start, start + len(names))


def _loss(member: Any, batch: tuple[Matrix, Matrix, Matrix, Matrix]) -> Any:
    import torch

    x, asked, gains, mask = map(torch.from_numpy, batch)
    return -(gains * torch.log_softmax(member(x, asked) + mask, -1)).sum(-1).mean()


def _network(
    members: Sequence[Any], scaling: Mapping[str, Matrix], settings: RankerSettings
) -> Network:
    def stacked(name: str) -> Matrix:
        return np.stack([member.get_parameter(name).detach().numpy() for member in members])

    linear = stacked("linear.weight")[:, 0]
    linear[:, NAMES.index(ANCHOR)] += settings.anchor * scaling["scale"][NAMES.index(ANCHOR)]
    return Network(
        names=NAMES,
        question_names=QUESTION_NAMES,
        linear=linear,
        ask=stacked("ask.weight"),
        tell=stacked("tell.weight"),
        hidden=stacked("hidden.weight"),
        bias=stacked("hidden.bias"),
        out=stacked("out.weight")[:, 0],
        **scaling,
    )
