"""What an answer was made from."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from api.cli.render import count, place
from api.cli.text import clean
from rag.citations import names
from rag.types import Answer, Evidence


def reading(answer: Answer) -> RenderableType:
    """The passages that were read, each with the sentences that were marked in it."""
    head = Text(f"Made from {count(len(answer.evidence), 'passage')}:", style="bold")
    return Group(Text(), head, *map(_passage, answer.evidence), Text())


def _passage(evidence: Evidence) -> RenderableType:
    chunk = evidence.chunk
    where = Text.assemble(
        (f"{evidence.rank:>2}  ", "bold"),
        (place(evidence.section, chunk.pages), "green"),
        (f"  {clean(names(evidence.metadata))}  {_length(evidence)}", "dim"),
    )
    marked = [Padding(Text(clean(mark.of(chunk.text))), (0, 0, 0, 6)) for mark in evidence.marked]
    return Group(where, *marked)


def _length(evidence: Evidence) -> str:
    words = len(evidence.chunk.text.split())
    if not evidence.shown:
        return count(words, "word")
    read = sum(len(part.of(evidence.chunk.text).split()) for part in evidence.shown)
    return f"{read:,} of {count(words, 'word')}"
