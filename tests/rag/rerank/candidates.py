"""Candidates to judge."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from rag.types import Candidate, Chunk, Kind, Metadata, Ranking, Role, Section, Span

SECTION = Section("3", "Training", 1, Role.METHOD)


def candidate(text: str, score: float = 1.0, context: str = "") -> Candidate:
    """One whose id is drawn from its text."""
    chunk_id = hashlib.sha256(text.encode()).hexdigest()[:16]
    chunk = Chunk(chunk_id, "p1", 0, Span(0, len(text)), text, context, (0,))
    return Candidate(chunk, score, Metadata("A Paper"), (SECTION,), Kind.PARAGRAPH, 0.5)


def candidates(*texts: str) -> list[Candidate]:
    """In the order of the fusion."""
    return [candidate(text, 1 / place) for place, text in enumerate(texts, 1)]


def ranking(source: str, found: Sequence[Candidate]) -> Ranking:
    """They as an index may have ranked them."""
    return Ranking.from_scores(source, [(c.chunk.chunk_id, c.score) for c in found])


def texts_by_score(found: Sequence[Candidate], scores: Sequence[float]) -> list[str]:
    """What the candidates say, best first; ties stay in their order."""
    return [found[i].chunk.text for i in sorted(range(len(found)), key=lambda i: -scores[i])]
