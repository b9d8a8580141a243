"""A small network over features: read from a file, run by NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from rag.errors import ConfigError

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The mean of ``m`` networks, each a linear part, a bilinear part and a hidden layer.

    With x the standardised features of a candidate and q those of the question:
    ``linear x + (ask q)·(tell x) + out gelu(hidden [x, q] + bias)``. The bilinear part is what lets
    the kind of question decide which kind of passage is wanted. Shapes, all float32: ``mean`` and
    ``scale`` ``(f,)``, ``question_mean`` and ``question_scale`` ``(k,)``, ``linear`` ``(m, f)``,
    ``ask`` ``(m, r, k)``, ``tell`` ``(m, r, f)``, ``hidden`` ``(m, h, f + k)``, ``bias``
    ``(m, h)``, ``out`` ``(m, h)``. ``names`` and ``question_names`` are the features, in order.
    """

    names: tuple[str, ...]
    question_names: tuple[str, ...]
    mean: Array = field(repr=False)
    scale: Array = field(repr=False)
    question_mean: Array = field(repr=False)
    question_scale: Array = field(repr=False)
    linear: Array = field(repr=False)
    ask: Array = field(repr=False)
    tell: Array = field(repr=False)
    hidden: Array = field(repr=False)
    bias: Array = field(repr=False)
    out: Array = field(repr=False)

    def scores(self, candidates: Array, question: Array) -> Array:
        """One score for each row of ``candidates`` ``(n, f)``; ``question`` is ``(k,)``."""
        x = standardise(candidates, self.mean, self.scale)
        q = standardise(question, self.question_mean, self.question_scale)
        features, members = x.shape[1], len(self.linear)
        wanted = (self.ask @ q).ravel() @ self.tell.reshape(-1, features) / members
        linear = self.linear.mean(axis=0) + wanted
        hidden = self.hidden.reshape(-1, features + len(q))
        inside, constant = hidden[:, :features].T, hidden[:, features:] @ q + self.bias.ravel()
        out = self.out.ravel() / members
        scores = np.empty(len(x), dtype=np.float32)
        for i in range(0, len(x), _ROWS):
            rows = x[i : i + _ROWS]
            scores[i : i + _ROWS] = rows @ linear + gelu(rows @ inside + constant) @ out
        return scores

    def save(self, path: Path) -> None:
        """Writes half-precision weights."""
        arrays: dict[str, Any] = {name: np.array(getattr(self, name)) for name in _NAMES}
        arrays |= {name: getattr(self, name).astype(np.float16) for name in _ARRAYS}
        np.savez_compressed(path, **arrays)

    @classmethod
    def load(cls, path: Path, names: Sequence[str], question_names: Sequence[str]) -> Self:
        """Raises ConfigError if ``path`` holds no network, or one for other features."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
                found = [tuple(data[name].tolist()) for name in _NAMES]
                arrays = [np.asarray(data[name], dtype=np.float32) for name in _ARRAYS]
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            raise ConfigError(f"can't read the ranker {path}: {error}; {_REMEDY}") from error
        if found != [tuple(names), tuple(question_names)]:
            raise ConfigError(
                f"the ranker {path} was trained with other features than there are now: {_REMEDY}"
            )
        return cls(tuple(names), tuple(question_names), *arrays)


CLIP = 8.0
"""Standardised features are cut off here: what is far outside the training says no more."""

_ROWS = 16
"""Products of so few rows are done at once; bigger ones BLAS would divide among threads, and wait
for them longer than the product takes where other programs have the cores.
"""

_REMEDY = 'make it anew with `scholium eval tune`, or delete the file, or set rerank.kind = "none"'
_NAMES = ("names", "question_names")
_ARRAYS = tuple(f.name for f in fields(Network) if f.name not in _NAMES)


def standardise(values: Array, mean: Array, scale: Array) -> Array:
    """In the training's deviations from its mean, cut off at ``CLIP``."""
    return np.asarray(np.clip((values - mean) / scale, -CLIP, CLIP), dtype=np.float32)


def gelu(x: Array) -> Array:
    """Hendrycks & Gimpel 2016 (arXiv 1606.08415), the approximation by a hyperbolic tangent."""
    return np.asarray(0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x * x * x))))
