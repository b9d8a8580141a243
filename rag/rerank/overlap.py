"""Which of the question's words the candidates have, and how rare these are among them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.rerank.surface import Indices, Words
from rag.text import analyse

NAMES = ("covered", "weighted", "covered_heading", "covered_either", "pairs", "covered_rare")
TERMS = 64
"""A question has ten; a text that is pasted in as one must not take its length in time."""

_RARE = 2
_SATURATION = 1.2

Matrix = NDArray[np.float32]


def overlap(question: str, texts: Words, headings: Sequence[str]) -> Matrix:
    """The features `NAMES`, float32 ``(n, 6)``, each the share of the question's weight in [0, 1].

    A term weighs its inverse document frequency among the texts; one that none has, nothing. Of a
    long question the first `TERMS` count.
    """
    stems = list(dict.fromkeys(analyse(question)))[:TERMS]
    if not stems or not headings:
        return np.zeros((len(headings), len(NAMES)), dtype=np.float32)
    found = [texts.of_stem(stem) for stem in stems]
    occurrences = _occurrences(texts, found)
    held, titled = occurrences > 0, _titled(stems, headings)
    weights = _rarity(held)
    rare = np.argsort(-weights, kind="stable")[:_RARE]
    return np.stack(
        [
            _share(held, weights),
            _share(occurrences / (occurrences + _SATURATION), weights),
            _share(titled, weights),
            _share(held | titled, weights),
            _pairs(texts, found, weights),
            _share(held[:, rare], weights[rare]),
        ],
        axis=1,
    ).astype(np.float32)


def _occurrences(texts: Words, found: Sequence[Indices]) -> Matrix:
    return np.stack([texts.counts(numbers) for numbers in found], axis=1).astype(np.float32)


def _titled(stems: Sequence[str], headings: Sequence[str]) -> NDArray[np.bool_]:
    """Which headings have which terms; candidates share them, so each is looked at once."""
    numbers = {heading: i for i, heading in enumerate(dict.fromkeys(headings))}
    titles = Words.of(list(numbers))
    held = _occurrences(titles, [titles.of_stem(stem) for stem in stems]) > 0
    return held[[numbers[heading] for heading in headings]]


def _rarity(held: NDArray[np.bool_]) -> Matrix:
    frequency = held.sum(axis=0)
    weights = np.log((len(held) + 1) / (frequency + 0.5))
    return np.asarray(np.where(frequency > 0, np.maximum(weights, 0.05), 0.0), dtype=np.float32)


def _share(values: NDArray[np.bool_] | Matrix, weights: Matrix) -> Matrix:
    return np.asarray(
        values.astype(np.float32) @ weights / (weights.sum() + 1e-6), dtype=np.float32
    )


def _pairs(texts: Words, found: Sequence[Indices], weights: Matrix) -> Matrix:
    """The share of the question's neighbouring terms that are neighbours in the text, too."""
    shares, total = np.zeros(len(texts.begins), dtype=np.float32), 1e-6
    for i, (first, second) in enumerate(pairwise(found)):
        weight = weights[i] + weights[i + 1]
        total += weight
        follows = np.zeros(len(texts.starts) + 1, dtype=bool)
        follows[second] = True
        both = first[follows[first + 1]]
        holders = texts.holders[both]
        shares[np.unique(holders[holders == texts.holders[both + 1]])] += weight
    return shares / np.float32(total)
