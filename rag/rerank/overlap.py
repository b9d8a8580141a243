"""Which of the question's words the candidates have, and how rare these are among them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.rerank.surface import counts, forms, surface
from rag.text import analyse

NAMES = ("covered", "weighted", "covered_heading", "covered_either", "pairs", "covered_rare")
_RARE = 2
_SATURATION = 1.2

Matrix = NDArray[np.float32]


def overlap(question: str, texts: Sequence[str], headings: Sequence[str]) -> Matrix:
    """The features `NAMES`, float32 ``(n, 6)``, each the share of the question's weight in [0, 1].

    A term weighs its inverse document frequency among the candidates; one that none has, nothing.
    """
    stems = list(dict.fromkeys(analyse(question)))
    if not stems or not texts:
        return np.zeros((len(texts), len(NAMES)), dtype=np.float32)
    patterns = [forms(stem) for stem in stems]
    surfaces = [surface(text) for text in texts]
    occurrences = _occurrences(surfaces, patterns)
    titles = {heading: surface(heading) for heading in set(headings)}
    by_title = dict(zip(titles, _occurrences(list(titles.values()), patterns) > 0, strict=True))
    held, titled = occurrences > 0, np.array([by_title[heading] for heading in headings])
    weights = _rarity(held)
    rare = np.argsort(-weights, kind="stable")[:_RARE]
    return np.stack(
        [
            _share(held, weights),
            _share(occurrences / (occurrences + _SATURATION), weights),
            _share(titled, weights),
            _share(held | titled, weights),
            _pairs(surfaces, patterns, held, weights),
            _share(held[:, rare], weights[rare]),
        ],
        axis=1,
    ).astype(np.float32)


def _occurrences(texts: Sequence[bytes], patterns: Sequence[list[bytes]]) -> Matrix:
    return np.array([counts(texts, pattern) for pattern in patterns], dtype=np.float32).T


def _rarity(held: NDArray[np.bool_]) -> Matrix:
    frequency = held.sum(axis=0)
    weights = np.log((len(held) + 1) / (frequency + 0.5))
    return np.asarray(np.where(frequency > 0, np.maximum(weights, 0.05), 0.0), dtype=np.float32)


def _share(values: NDArray[np.bool_] | Matrix, weights: Matrix) -> Matrix:
    return np.asarray(
        values.astype(np.float32) @ weights / (weights.sum() + 1e-6), dtype=np.float32
    )


def _pairs(
    surfaces: Sequence[bytes],
    patterns: Sequence[list[bytes]],
    held: NDArray[np.bool_],
    weights: Matrix,
) -> Matrix:
    """The share of the question's neighbouring terms that are neighbours in the text, too."""
    found, total = np.zeros(len(surfaces), dtype=np.float32), 1e-6
    for i, (first, second) in enumerate(pairwise(patterns)):
        weight = weights[i] + weights[i + 1]
        total += weight
        both = np.flatnonzero(held[:, i] & held[:, i + 1]).tolist()
        if both:
            pattern = _adjacent(first, second)
            found[[k for k in both if pattern.search(surfaces[k])]] += weight
    return found / np.float32(total)


def _adjacent(first: Sequence[bytes], second: Sequence[bytes]) -> re.Pattern[bytes]:
    return re.compile(
        b"|".join(
            re.escape(a.rstrip()) + rb"\w* +" + re.escape(b.strip()) for a in first for b in second
        )
    )
