"""Questions made of others: corrupted ones, copies in other words, and what is asked elsewhere.

A ``corrupted`` question has a telling word of another paper's question that stands nowhere in its
own paper. A copy in other words has near words by the embedder in place of some, and an aside
(``asides.txt``) before it, as people ask who have not just read the abstract.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from eval.datasets import Question
from rag.generate.rarity import rarity
from rag.protocols import Embedder
from rag.text import analyse

TELLING = 0.5
NEAR, ALIKE = 0.5, 0.97
"""Words whose cosine lies between these are near, and not one word twice."""

REWORDED, ASIDES = 0.35, 0.5
"""The shares of the words, and of the copies, that are altered."""

_WORD = re.compile(r"[^\W_]+(?:[-_.'][^\W_]+)*")


def corrupted(
    question: Question, told: Sequence[tuple[str, str]], terms: frozenset[str]
) -> Question | None:
    """The question with one word from another paper's question that its own paper lacks."""
    chance = seeded(question.text)
    if not (own := telling(question.text)):
        return None
    word = chance.choice(own)
    strange = [
        other
        for other, paper in told
        if paper != question.papers[0]
        and _is_name(other) == _is_name(word)
        and any(rarity(term) >= TELLING for term in analyse(other) if term not in terms)
    ]
    text = question.text.replace(word, chance.choice(strange), 1) if strange else ""
    return replace(question, text=text, answerable=False) if text else None


def telling(text: str) -> list[str]:
    """The rare words of a question, its first one left out."""
    words = _WORD.findall(text)[1:]
    return [w for w in words if max(map(rarity, analyse(w)), default=0.0) >= TELLING]


def near_words(texts: Sequence[str], embedder: Embedder) -> dict[str, list[str]]:
    """For each word of the texts up to four others of them that mean about the same."""
    words = sorted({w for text in texts for w in _WORD.findall(text) if analyse(w)})
    vectors = embedder.embed_documents(words)
    near = {}
    for i, word in enumerate(words):
        cosines = vectors @ vectors[i]
        first = [words[j] for j in np.argsort(-cosines)[:12] if NEAR <= cosines[j] < ALIKE]
        if others := [w for w in first if not set(analyse(w)) & set(analyse(word))]:
            near[word] = others[:4]
    return near


def in_other_words(text: str, near: Mapping[str, Sequence[str]], asides: Sequence[str]) -> str:
    """A copy of a question, always the same."""
    chance = seeded(text)

    def other(match: re.Match[str]) -> str:
        altered = match[0] in near and chance.random() < REWORDED
        return chance.choice(near[match[0]]) if altered else match[0]

    said = _WORD.sub(other, text)
    return f"{chance.choice(asides)} {said}" if chance.random() < ASIDES else said


def seeded(text: str) -> random.Random:
    return random.Random(text)


def _is_name(word: str) -> bool:
    return any(letter.isupper() for letter in word)
