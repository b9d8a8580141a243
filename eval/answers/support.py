"""Who decides whether passages bear out a statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from eval.answers.values import Passage
from rag.types import Chunk, Evidence, Metadata, Role, Section, Span
from rag.verify import verify

JudgeKind = Literal["lexical", "entailment", "llm"]


def lexical(statement: str, passages: Sequence[Passage]) -> bool:
    """By `rag.verify`: words, numbers and denials, not meaning."""
    markers = "".join(f"[{number}]" for number in range(1, len(passages) + 1))
    checked = verify(f"{statement} {markers}", [evidence_of(passage) for passage in passages])
    return bool(checked.citations) and not checked.unsupported


def evidence_of(passage: Passage) -> Evidence:
    """The passage as what a generator is given; its table, if it has one, is part of the text."""
    text = passage.shown or passage.text
    path = tuple(
        Section("", heading, level, Role.OTHER) for level, heading in enumerate(passage.path, 1)
    )
    chunk = Chunk(
        passage.chunk_id, passage.paper, 0, Span(0, len(text)), text, "", (), passage.pages
    )
    metadata = Metadata(title=passage.title, year=passage.year)
    return Evidence(chunk, 0.0, 1, metadata, path or (Section("", "", 1, Role.OTHER),), ())
