"""What the learned ranker knows of each candidate. Pure: no index, no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.rerank import overlap, question, scores, shape
from rag.rerank.places import Places, places
from rag.rerank.surface import Words
from rag.types import Candidate, Query, Ranking
from rag.weights import weight_of_variant

PLACES = ("start", "within_section", "first_in_section", "section_size")
_RELATIVE = len(("log_words", "numbers", "citations", "floats", "names"))
GROUPS: Mapping[str, tuple[str, ...]] = {
    "scores": scores.NAMES,
    "overlap": overlap.NAMES,
    "overlap_z": tuple(f"{name}_z" for name in overlap.NAMES),
    "text": shape.TEXT,
    "text_z": tuple(f"{name}_z" for name in shape.TEXT[:_RELATIVE]),
    "places": PLACES,
    "roles": shape.ROLES,
    "kinds": shape.KINDS,
    "headings": shape.HEADINGS,
}
_EQUAL: Mapping[str, float] = {}
NAMES = tuple(name for names in GROUPS.values() for name in names)
QUESTION_NAMES = question.NAMES


def candidate_features(
    query: Query,
    candidates: Sequence[Candidate],
    rankings: Sequence[Ranking],
    weights: Mapping[str, float] = _EQUAL,
) -> NDArray[np.float32]:
    """The features `NAMES`, float32 ``(n, len(NAMES))``, a row for each candidate.

    ``weights`` are those of the query's variants (`rag.weights`).

    Those named ``_z`` and the scores are relative to the other candidates, so that a question
    whose words are everywhere and one with rare words look alike. No candidates give no rows.
    """
    if not candidates:
        return np.zeros((0, len(NAMES)), dtype=np.float32)
    where = places(candidates)
    headings = [" ".join(section.title for section in c.path) for c in candidates]
    texts = Words.of([candidate.chunk.text for candidate in candidates])
    words = overlap.overlap(query.text, texts, headings)
    looks = shape.shapes(candidates, texts)
    text, rest = np.split(looks, [len(shape.TEXT)], axis=1)
    return np.hstack(
        [
            scores.score_features(candidates, rankings, where, weights),
            words,
            scores.standardised(words),
            text,
            scores.standardised(text[:, :_RELATIVE]),
            _of_places(where),
            rest,
        ]
    )


def question_features(
    query: Query, rankings: Sequence[Ranking], weights: Mapping[str, float] = _EQUAL
) -> NDArray[np.float32]:
    """The features `QUESTION_NAMES`, float32 ``(len(QUESTION_NAMES),)``.

    What counts for half of the question itself is half a variant.
    """
    counting = {
        ranking.variant: weight_of_variant(ranking.variant, weights) for ranking in rankings
    }
    return question.kind_of_question(query.text, sum(counting.values()))


def _of_places(where: Places) -> NDArray[np.float32]:
    return np.stack([where.start, where.within, where.first, np.log(where.size)], axis=1)
