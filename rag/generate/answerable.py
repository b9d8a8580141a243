"""What speaks for the evidence holding an answer at all, as numbers."""

from __future__ import annotations

import re

import numpy as np

from rag.generate.linear_model import Matrix
from rag.generate.rarity import rarity
from rag.generate.reading import Reading, terms_of
from rag.text import analyse

BEST = 5
NEAR = 0.6
"""From this cosine on a sentence speaks of the question's matter, whatever its words."""

READ = (
    "best_passage",
    "second_passage",
    "all_passages",
    "best_answering",
    "mean_of_best_answering",
    "best_of_both",
)
"""What a reader of question and passage makes of the evidence; 0 without one."""

NAMES = (
    *READ,
    "best_cosine",
    "mean_of_best_cosines",
    "best_turned",
    "mean_of_best_turned",
    "unmet_terms",
    "unmet_rare_terms",
    "covered_rare_terms",
    "names_met_nowhere",
    "strangest_word",
    "farthest_word",
)

# A capital inside a sentence; the first word has one for another reason.
_NAME = re.compile(r"(?<=\s)[A-Z][\w-]*")


def answerable_features(reading: Reading) -> Matrix:
    """One row ``(1, len(NAMES))``; there is at least one sentence.

    Terms that even the best chunk lacks speak against an answer, the more so the rarer they are.
    But a question may also be put in other words than the paper's, so they count only as far as
    no sentence is near; and a single word only as far as none is near the word itself. Names have
    no other words: a question about Peru finds no answer where Peru is not named.
    """
    cosines, turned = (np.sort(c)[::-1] for c in (reading.cosines, reading.turned_cosines))
    distance = max(0.0, NEAR - float(cosines[0]))
    farness = _farness(reading)
    values = {
        "best_cosine": cosines[0],
        "mean_of_best_cosines": cosines[:BEST].mean(),
        "best_turned": turned[0],
        "mean_of_best_turned": turned[:BEST].mean(),
        "names_met_nowhere": _strange_names(reading),
        "strangest_word": max((far * rare for far, rare in farness), default=0.0),
        "farthest_word": max((far for far, _ in farness), default=0.0),
        **_unmet(reading, distance),
        **_read(reading),
    }
    return np.array([[values[name] for name in NAMES]])


def _read(reading: Reading) -> dict[str, float]:
    if not reading.passages:
        return dict.fromkeys(READ, 0.0)
    passages = np.sort([passage.relevance for passage in reading.passages])[::-1]
    answering, relevance = reading.answering, reading.relevance
    best = np.sort(answering)[::-1]
    return {
        "best_passage": passages[0],
        "second_passage": passages[:2].min(),
        "all_passages": np.logaddexp.reduce(passages),
        "best_answering": best[0],
        "mean_of_best_answering": best[:BEST].mean(),
        "best_of_both": (answering + relevance).max(),
    }


def _unmet(reading: Reading, distance: float) -> dict[str, float]:
    terms = reading.question.terms
    chunks = [frozenset(analyse(item.chunk.indexed_text)) for item in reading.evidence]
    most = max(len(terms & chunk) for chunk in chunks)
    missing = min(_rarity(terms - chunk) for chunk in chunks) / (1 + _rarity(terms))
    return {
        "unmet_terms": distance * (1 - most / max(len(terms), 1)),
        "unmet_rare_terms": distance * missing,
        "covered_rare_terms": max(_rarity(terms & c) for c in chunks) / (1 + _rarity(terms)),
    }


def _farness(reading: Reading) -> list[tuple[float, float]]:
    """Of each word that no passage has: its distance to the nearest sentence, its rarity."""
    return [
        (1 - float((reading.vectors @ vector).max()), max(map(rarity, analyse(word))))
        for word, vector in reading.unmet.items()
    ]


def _rarity(terms: frozenset[str]) -> float:
    return sum(map(rarity, sorted(terms)))


def _strange_names(reading: Reading) -> float:
    """How many of the question's names neither the chunks nor their papers' title pages have."""
    names = _NAME.findall(reading.question.text)
    known = terms_of(reading.evidence)
    return sum(not known.issuperset(analyse(name)) for name in names) / (1 + len(names))
