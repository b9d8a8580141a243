"""What speaks for a sentence as the answer to a question, as numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import groupby

import numpy as np

from rag.generate.candidates import Candidate
from rag.generate.linear_model import Matrix
from rag.generate.preselection import coverage, term_weights
from rag.generate.question import Question
from rag.generate.reading import Reading
from rag.text import analyse
from rag.types import Role

_PATTERNS = {
    "number": re.compile(r"(?<![\w.])\d[\d.,]*(?:%|\b)|\b(?:two|three|four|five|six|ten)\b", re.I),
    "reason": re.compile(
        r"\b(?:because|since|due to|in order to|so that|therefore|thus|hence|as a result|reasons?"
        r"|allows?|enables?|avoids?|prevents?|caus\w+|leads? to|motivat\w+|helps?)\b",
        re.I,
    ),
    "definition": re.compile(
        r"\b(?:is|are) (?:an?|the|defined|called)\b|\brefers? to\b|\bdefined as\b"
        r"|\bwe (?:call|define)|\bdenotes?\b|\bmeans\b|\bconsists? of\b|, (?:an?|which)\b|\bi\.e\.",
        re.I,
    ),
    "way": re.compile(
        r"\b(?:by|using|via|through|with) \w+|\bwe (?:use|train|compute|apply|propose|add|first)\b",
        re.I,
    ),
    "selection": re.compile(
        r"\bsuch as\b|\bnamely\b|:|\bincluding\b|\binclude\b|, \w+(?: \w+)?,? and\b|\bconsists?\b",
        re.I,
    ),
    "yes_no": re.compile(r"\b(?:not|no|only|also|both|all|without)\b", re.I),
}
SCORE_RANGE = 8.0
"""What lies further behind the best chunk's score is as far as can be, on whatever scale."""

_OURS = re.compile(r"\b(?:we|our)\b", re.I)
_ENDS = re.compile(r"[.!?:;][)\]”\"']*$")
_SYMBOL = re.compile(r"[^\w\s.,;:()'\"%-]")

_NAME = re.compile(r"(?<=\s)[A-Z][\w-]*[A-Z0-9][\w-]*|(?<=[a-z,] )[A-Z][a-z]+")

READ = ("answering", "answering_behind_best", "relevance", "relevance_behind_best")
"""What a reader says; 0 without one."""

NAMES = (
    "cosine",
    "cosine_behind_best",
    "cosine_of_previous",
    "cosine_of_next",
    "cosine_of_chunk",
    "turned",
    "turned_behind_best",
    "turned_of_previous",
    "turned_of_next",
    "turned_of_chunk",
    "coverage",
    "coverage_behind_best",
    "coverage_nearby",
    "coverage_of_chunk",
    "coverage_of_heading",
    "reciprocal_rank",
    "log_rank",
    "score_behind_best",
    "first_of_chunk",
    "log_words",
    "short",
    "long",
    "symbols",
    "ours",
    "unfinished",
    "related_work",
    "names",
    "names_wanted",
    *_PATTERNS,
    *(f"{name}_wanted" for name in _PATTERNS),
    *READ,
)


def features(reading: Reading) -> Matrix:
    """One row per sentence, one column per name in `NAMES`."""
    found = reading.found
    if not found:
        return np.zeros((0, len(NAMES)))
    terms = [frozenset(analyse(candidate.shown)) for candidate in found]
    weights = term_weights(reading.question.terms, terms)
    columns = {
        **_semantic("cosine", found, reading.cosines),
        **_semantic("turned", found, reading.turned_cosines),
        **_lexical(found, terms, weights),
        **_places(found),
        **_wording(reading.question, found),
        **_read(reading),
    }
    return np.column_stack([columns[name] for name in NAMES])


def _semantic(name: str, found: Sequence[Candidate], cosines: Matrix) -> dict[str, Matrix]:
    before, after = _neighbours(found, cosines)
    return {
        name: cosines,
        f"{name}_behind_best": cosines - cosines.max(),
        f"{name}_of_previous": before,
        f"{name}_of_next": after,
        f"{name}_of_chunk": _per_chunk(found, cosines),
    }


def _lexical(
    found: Sequence[Candidate],
    terms: Sequence[frozenset[str]],
    weights: dict[str, float],
) -> dict[str, Matrix]:
    own = np.array([coverage(weights, text) for text in terms])
    nearby = [
        coverage(weights, text.union(*_adjacent(found, terms, i))) for i, text in enumerate(terms)
    ]
    chunks = {c.evidence.chunk.chunk_id: c.evidence for c in found}
    whole = {k: frozenset(analyse(e.chunk.indexed_text)) for k, e in chunks.items()}
    heading = {k: frozenset(analyse(e.section.title)) for k, e in chunks.items()}
    ids = [c.evidence.chunk.chunk_id for c in found]
    return {
        "coverage": own,
        "coverage_behind_best": own - own.max(),
        "coverage_nearby": np.array(nearby),
        "coverage_of_chunk": np.array([coverage(weights, whole[i]) for i in ids]),
        "coverage_of_heading": np.array([coverage(weights, heading[i]) for i in ids]),
    }


def _places(found: Sequence[Candidate]) -> dict[str, Matrix]:
    best = max(c.evidence.score for c in found)
    columns = {
        "score_behind_best": [max(c.evidence.score - best, -SCORE_RANGE) for c in found],
        "reciprocal_rank": [1 / c.evidence.rank for c in found],
        "log_rank": [math.log(c.evidence.rank) for c in found],
        "first_of_chunk": [float(c.place == 0) for c in found],
        "related_work": [float(c.evidence.section.role is Role.RELATED_WORK) for c in found],
    }
    return {name: np.array(values) for name, values in columns.items()}


def _wording(question: Question, found: Sequence[Candidate]) -> dict[str, Matrix]:
    texts = [candidate.shown for candidate in found]
    words = np.array([len(text.split()) for text in texts], dtype=np.float64)
    names = np.log1p([float(len(_NAME.findall(text))) for text in texts])
    columns = {
        "log_words": np.log(words),
        "short": (words < 8).astype(np.float64),
        "long": (words > 45).astype(np.float64),
        "symbols": np.array([len(_SYMBOL.findall(text)) / len(text) for text in texts]),
        "ours": np.array([float(bool(_OURS.search(text))) for text in texts]),
        "unfinished": np.array([float(not _ENDS.search(t) or t[:1].islower()) for t in texts]),
        "names": names,
        "names_wanted": names * question.wants["names"],
    }
    for name, pattern in _PATTERNS.items():
        columns[name] = np.array([float(bool(pattern.search(text))) for text in texts])
        columns[f"{name}_wanted"] = columns[name] * question.wants[name]
    return columns


def _read(reading: Reading) -> dict[str, Matrix]:
    if not reading.passages:
        return {name: np.zeros(len(reading.found)) for name in READ}
    answering, relevance = reading.answering, reading.relevance
    return {
        "answering": answering,
        "answering_behind_best": answering - answering.max(),
        "relevance": relevance,
        "relevance_behind_best": relevance - relevance.max(),
    }


def _neighbours(found: Sequence[Candidate], values: Matrix) -> tuple[Matrix, Matrix]:
    """The value of the sentence before and after in the same chunk; 0 where there is none."""
    before, after = np.zeros(len(found)), np.zeros(len(found))
    for i in range(1, len(found)):
        if found[i].evidence is found[i - 1].evidence:
            before[i], after[i - 1] = values[i - 1], values[i]
    return before, after


def _adjacent(
    found: Sequence[Candidate], terms: Sequence[frozenset[str]], at: int
) -> list[frozenset[str]]:
    return [
        terms[i]
        for i in (at - 1, at + 1)
        if 0 <= i < len(found) and found[i].evidence is found[at].evidence
    ]


def _per_chunk(found: Sequence[Candidate], cosines: Matrix) -> Matrix:
    """The mean of the two best cosines of each sentence's chunk."""
    means = np.zeros(len(found))
    for _, group in groupby(range(len(found)), key=lambda i: found[i].evidence.rank):
        members = list(group)
        means[members] = np.sort(cosines[members])[-2:].mean()
    return means
