"""What a language model might make of a question, made up without one.

A ranker that has seen nothing but questions learns how far one wording can be trusted, and trusts
what many say together too little. QASPER has no rewritings to learn from, so they are put together
from words: those of the question and some of a passage that a model might have in mind, among words
that it might make up. Half of the time that passage is one that answers; else it is any of its
section, or one that looks right and is wrong, so that the ranker learns doubt as well. All wordings
of a question have one passage in mind, as those of a model do.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from eval.training.examples import DEPTH, Example, Wording, unturned
from rag.fusion import ReciprocalRankFusion
from rag.protocols import Embedder, Index
from rag.query.hyde import hypothetical
from rag.query.multi_query import rewritten
from rag.text import analyse
from rag.types import Candidate, Ranking, Variant, Vector

_MINDS = {"right": 0.5, "near": 0.25, "wrong": 0.25}
_LOOKS_RIGHT = 15
"""Hits of the question itself among which the wrong passage is."""

_REWRITES = 4
_PASSAGE_SHARE = 0.7
"""Of the questions that have a hypothetical passage, as they have rewritings, if any at all."""

_PASSAGE_WORDS, _CLAUSE = 80, 5
_WORD = re.compile(r"[A-Za-z][\w-]+|\d[\d.]*")


@dataclass(frozen=True, slots=True)
class Imagined:
    """Texts as a model might have written them; there is at least one."""

    rewrites: tuple[str, ...]
    passage: str


def with_imagined(
    examples: Sequence[Example], lexical: Index, embedder: Embedder, seed: int
) -> list[Example]:
    """The examples with further wordings, searched for; the same for the same seed.

    ``lexical`` holds their papers, ``embedder`` is without adapter.
    """
    draw = random.Random(seed)  # noqa: S311  nothing here is a secret
    texts = [imagine(example, draw.choice(examples), draw) for example in examples]
    asked = iter(embedder.embed_queries([t for each in texts for t in each.rewrites]))
    written = iter(embedder.embed_documents([each.passage for each in texts if each.passage]))
    made = []
    for example, each in zip(examples, texts, strict=True):
        variants = list(_variants(each))
        found = lexical.search(variants, DEPTH, example.query.where)
        vectors = (next(written if variant.passage else asked) for variant in variants)
        others = map(_wording, variants, vectors, found)
        made.append(replace(example, others=tuple(others)))
    return made


def imagine(example: Example, stranger: Example, draw: random.Random) -> Imagined:
    """``stranger`` lends what is made up."""
    target = in_mind(example, draw)
    passage = draw.random() < _PASSAGE_SHARE
    rewrites = draw.randint(0 if passage else 1, _REWRITES)
    return Imagined(
        tuple(_rewriting(example, target, draw) for _ in range(rewrites)),
        _passage(example, target, stranger, draw) if passage else "",
    )


def in_mind(example: Example, draw: random.Random) -> Candidate:
    """The passage that a model might think of."""
    mind = draw.choices([*_MINDS], [*_MINDS.values()])[0]
    answers = [c for c, gain in zip(example.candidates, example.gains, strict=True) if gain > 0]
    if mind == "near":
        sections = {(c.chunk.paper_id, c.chunk.section) for c in answers}
        near = [c for c in example.candidates if (c.chunk.paper_id, c.chunk.section) in sections]
        return draw.choice(near)
    if mind == "wrong":
        fused = ReciprocalRankFusion().fuse(example.alone().rankings(unturned))
        best = {hit.chunk_id for hit in fused.hits[:_LOOKS_RIGHT]}
        right = {c.chunk.chunk_id for c in answers}
        looks_right = [c for c in example.candidates if c.chunk.chunk_id in best - right]
        return draw.choice(looks_right or answers)
    return draw.choice(answers)


def _rewriting(example: Example, target: Candidate, draw: random.Random) -> str:
    question = _words(example.judged.text)
    kept = max(1, round(len(question) * draw.uniform(0.4, 1)))
    words = [
        *_some(question, kept, draw),
        *_some(_words(target.chunk.text), draw.choice([0, 1, 1, 2, 2, 3]), draw),
        *_some(_words(example.candidates[0].chunk.text), draw.randint(0, 3), draw),
        *_some(_words(draw.choice(example.candidates).chunk.text), draw.randint(0, 2), draw),
    ]
    draw.shuffle(words)
    return " ".join(words) or example.judged.text


def _passage(example: Example, target: Candidate, stranger: Example, draw: random.Random) -> str:
    """Clauses of the target, some, and of a passage of the same role in the stranger's paper."""
    alike = [c for c in stranger.candidates if _role(c) == _role(target)]
    right = target.chunk.text.split()
    made_up = draw.choice(alike or stranger.candidates).chunk.text.split()
    share = draw.uniform(0.1, 0.4)
    words = _words(example.judged.text)
    for _ in range(0, _PASSAGE_WORDS, _CLAUSE):
        source = right if draw.random() < share else made_up
        at = draw.randint(0, max(0, len(source) - _CLAUSE))
        words += source[at : at + _CLAUSE]
    return " ".join(words) or example.judged.text


def _role(candidate: Candidate) -> object:
    return candidate.section.role if candidate.path else None


def _words(text: str) -> list[str]:
    """Those that a search would look for."""
    return [word for word in _WORD.findall(text) if analyse(word)]


def _some(words: Sequence[str], count: int, draw: random.Random) -> list[str]:
    return draw.sample(words, min(count, len(words)))


def _variants(imagined: Imagined) -> Iterator[Variant]:
    yield from rewritten(imagined.rewrites)
    yield from hypothetical(imagined.passage)


def _wording(variant: Variant, vector: Vector, lexical: Ranking) -> Wording:
    return Wording(variant.name, vector, variant.passage, lexical)
