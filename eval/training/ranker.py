"""Fits the learned ranker: features in, `rag.rerank.network.Network` out.

The loss is the cross entropy between a softmax over a question's candidates and their shares of
the evidence (ListNet; Cao et al. 2007). What keeps it from learning one corpus's habits: dropout
and weight decay; a share of the questions asked in papers stripped of their sections; features
hidden now and then, by groups; and a part of the score, `ANCHOR`, that is given and not learned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.training.descent import Schedule, descend
from eval.training.members import make_member
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

    ``stripped`` is the share of questions whose papers lose their sections, ``hidden_groups`` the
    share of questions from which each group of features is hidden, ``anchor`` the weight of the
    given part.
    """

    schedule: Schedule = field(
        default_factory=lambda: Schedule(epochs=12, batch=32, rate=2e-3, decay=0.2)
    )
    members: int = 3
    hidden: int = 64
    rank: int = 4
    dropout: float = 0.4
    stripped: float = 0.3
    hidden_groups: float = 0.2
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
    start: Network | None = None,
    held_out: Sequence[Judgeable] = (),
) -> Network:
    """The same network for the same seed; ``start`` is what to begin with, in place of chance.

    ``held_out`` tells when to stop. Raises ValueError without questions.
    """
    if not questions:
        raise ValueError("there is no question to fit the ranker to")
    scaling = _scaling(questions, start)
    scaled, judging = ([_scaled(q, scaling) for q in part] for part in (questions, held_out))
    members = []
    for i in range(len(start.linear) if start else settings.members):
        member = make_member(settings.rank, settings.hidden, settings.dropout, settings.seed + i)
        if start:
            member.take(start, i)
        random = np.random.default_rng(settings.seed + i)
        _fit_member(member, scaled, judging, settings, random)
        members.append(member)
    return _network(members, scaling, 0.0 if start else settings.anchor)


def _scaling(questions: Sequence[Judgeable], start: Network | None) -> dict[str, Matrix]:
    names = ("mean", "scale", "question_mean", "question_scale")
    if start:
        return {name: getattr(start, name) for name in names}
    rows = np.concatenate([question.features for question in questions])
    asked = np.stack([question.question for question in questions])
    values = (
        rows.mean(axis=0),
        np.maximum(rows.std(axis=0), _LEAST_SCALE),
        asked.mean(axis=0),
        asked.std(axis=0) + _QUESTION_LEAST,
    )
    return dict(zip(names, values, strict=True))


def _scaled(question: Judgeable, scaling: Mapping[str, Matrix]) -> Judgeable:
    features, stripped = (
        standardise(matrix, scaling["mean"], scaling["scale"])
        for matrix in (question.features, question.stripped)
    )
    asked = standardise(question.question, scaling["question_mean"], scaling["question_scale"])
    return Judgeable(features, stripped, asked, question.gains)


def _fit_member(
    member: Any,
    questions: Sequence[Judgeable],
    held_out: Sequence[Judgeable],
    settings: RankerSettings,
    random: np.random.Generator,
) -> None:
    import torch

    def loss(batch: Sequence[Judgeable]) -> Any:
        x, asked, gains, mask = _padded(batch)
        if member.training:
            _hide(x, batch, settings, random)
        scores = member(torch.from_numpy(x), torch.from_numpy(asked))
        logs = torch.log_softmax(scores + torch.from_numpy(mask), -1)
        return -(torch.from_numpy(gains) * logs).sum(-1).mean()

    descend(member, loss, questions, settings.schedule, random, held_out)


def _padded(batch: Sequence[Judgeable]) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Features ``(b, n, f)``, questions ``(b, k)``, gains and masks ``(b, n)`` of a batch."""
    longest = max(len(question.gains) for question in batch)
    x = np.zeros((len(batch), longest, len(NAMES)), dtype=np.float32)
    gains = np.zeros((len(batch), longest), dtype=np.float32)
    mask = np.full((len(batch), longest), -1e9, dtype=np.float32)
    for i, question in enumerate(batch):
        n = len(question.gains)
        x[i, :n], gains[i, :n], mask[i, :n] = question.features, question.gains, 0
    return x, np.stack([question.question for question in batch]), gains, mask


def _hide(
    x: Matrix,
    batch: Sequence[Judgeable],
    settings: RankerSettings,
    random: np.random.Generator,
) -> None:
    for i, question in enumerate(batch):
        if random.random() < settings.stripped:
            x[i, : len(question.gains)] = question.stripped
    for group in HIDEABLE:
        hidden = random.random(len(batch)) < settings.hidden_groups
        x[hidden, :, _columns(group)] = 0  # which is the mean


def _columns(group: str) -> slice:
    start = NAMES.index(GROUPS[group][0])
    return slice(start, start + len(GROUPS[group]))


def _network(members: Sequence[Any], scaling: Mapping[str, Matrix], anchor: float) -> Network:
    parts = [member.arrays() for member in members]
    arrays = {name: np.stack([part[name] for part in parts]) for name in parts[0]}
    arrays["linear"][:, NAMES.index(ANCHOR)] += anchor * scaling["scale"][NAMES.index(ANCHOR)]
    return Network(names=NAMES, question_names=QUESTION_NAMES, **arrays, **scaling)
