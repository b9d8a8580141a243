"""Questions about made papers, with vectors of our choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from eval.training.examples import Example, Judged
from rag.types import Candidate, Chunk, Kind, Metadata, Ranking, Role, Section, Span

DIMENSION = 8
CHUNKS = 5
TURN = np.roll(np.eye(DIMENSION, dtype=np.float32), 1, axis=0)
"""What a question's vector is to that of the chunk that answers it: every component moves on."""


def example(
    number: int,
    answer: int | None = None,
    texts: Sequence[str] = (),
    per_paper: int = 1,
) -> Example:
    """Question ``number``: chunk ``answer`` (default: by turns) of its paper holds the evidence.

    The vectors are drawn by chance, but the question's is that of the answer, turned back.
    """
    random = np.random.default_rng(number)
    paper = f"paper-{number // per_paper:02}"
    answer = number % CHUNKS if answer is None else answer
    texts = texts or [" ".join(f"word{number}x{i}x{k}" for k in range(9)) for i in range(CHUNKS)]
    documents = random.normal(size=(len(texts), DIMENSION)).astype(np.float32)
    documents /= np.linalg.norm(documents, axis=1, keepdims=True)
    gains = np.zeros(len(texts), dtype=np.float32)
    gains[answer] = 1
    return Example(
        Judged(f"question number {number}?", (paper,), ((texts[answer],),)),
        tuple(candidate(paper, i, text) for i, text in enumerate(texts)),
        documents,
        TURN.T @ documents[answer],
        Ranking("bm25/original", ()),
        gains,
    )


def candidate(paper: str, place: int, text: str) -> Candidate:
    section = Section("1", "Method", 1, Role.METHOD)
    chunk = Chunk(f"{paper}/{place}", paper, 1, Span(place * 100, place * 100 + 90), text, "", (0,))
    return Candidate(chunk, 0.0, Metadata(), (section,), Kind.PARAGRAPH, 0.5)


def misled(made: Example) -> Example:
    """The same question, its evidence said to be elsewhere."""
    return replace(made, gains=np.roll(made.gains, 1))
