"""A logistic model over named features, and the weights that come with the package."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LinearModel:
    """``weights`` by feature name; a feature without a weight counts nothing."""

    bias: float
    weights: Mapping[str, float]

    def logits(self, names: Sequence[str], rows: Matrix) -> Matrix:
        """Log odds, ``(n,)``, of ``rows`` ``(n, len(names))``."""
        weights = np.array([self.weights.get(name, 0.0) for name in names])
        odds: Matrix = rows @ weights + self.bias
        return odds


@dataclass(frozen=True, slots=True)
class Weights:
    """The two models of the extractive answer.

    A sentence is used if its log odds lie within ``margin`` of the best one's; a question is
    answered if the log odds of ``answerable`` reach ``threshold``.
    """

    sentence: LinearModel
    margin: float
    answerable: LinearModel
    threshold: float


@cache
def shipped_weights(reader: bool) -> Weights:
    """The weights that benchmarks/train_extractive.py and calibrate_answerable.py made, for answers
    with a reader or without; docs/models.md has their figures.
    """
    name = "with_reader" if reader else "without_reader"
    sentence, answerable = (
        json.loads((files("rag.generate") / file).read_text(encoding="utf-8"))[name]
        for file in ("extractive.json", "answerable.json")
    )
    return Weights(
        LinearModel(sentence["bias"], sentence["weights"]),
        sentence["margin"],
        LinearModel(answerable["bias"], answerable["weights"]),
        answerable["threshold"],
    )
