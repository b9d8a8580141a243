"""A small shelf of papers, and ways to have a method answer from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from rag.errors import SearchEngineError
from rag.text import STOP_WORDS, analyse
from rag.types import Evidence, Filter, Query, Retrieval, Trace
from tests.values import make_evidence, make_paper

TRANSFORMER = make_paper(
    {
        "Attention": ["We employ h = 8 parallel attention layers, or heads."],
        "Regularization": ["We apply dropout at a rate of 0.1 to each sub-layer."],
        "Training": ["We trained on one machine with 8 P100 GPUs for 3.5 days."],
    },
    paper_id="p-transformer",
    title="Attention Is All You Need",
    year=2017,
)
BERT = make_paper(
    {
        "Model": ["BERT large has 24 layers and 16 self-attention heads."],
        "Pre-training": ["BERT was trained on 16 Cloud TPUs for four days."],
    },
    paper_id="p-bert",
    title="Deep Bidirectional Transformers",
    year=2019,
)


@dataclass
class Shelf:
    """Searches by shared words, as a library would; keeps what it was asked."""

    evidence: tuple[Evidence, ...] = (*make_evidence(TRANSFORMER), *make_evidence(BERT))
    asked: list[str] = field(default_factory=list)
    broken: bool = False

    def search(self, text: str, keep: int) -> Retrieval:
        self.asked.append(text)
        if self.broken:
            raise SearchEngineError("the index is gone")
        wanted = set(analyse(text)) - STOP_WORDS
        scored = [(len(wanted & set(analyse(e.chunk.text))), e) for e in self.evidence]
        best = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])[:keep]
        found = tuple(replace(e, rank=rank) for rank, (_, e) in enumerate(best, 1))
        return Retrieval(Query(text), Query(text, Filter()), found, Trace())


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def of(paper: str, words: str) -> Callable[[Sequence[Evidence]], bool]:
    """Whether the evidence has the passage of ``paper`` with these words."""
    return lambda evidence: any(
        e.chunk.paper_id == paper and words in e.chunk.text for e in evidence
    )
