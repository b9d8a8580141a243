"""What is put before a chunk for the indexes to see, and never shown as the paper's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.types import Chunk, Kind, Paper

_FLOATS = frozenset({Kind.TABLE, Kind.FIGURE, Kind.ALGORITHM, Kind.CODE})

Contextualiser = Callable[[Paper, Sequence[Chunk]], list[Chunk]]
"""Gives the chunks of one paper their ``context``, in the same order and otherwise unchanged.

One that asks a language model for each chunk's place in the paper has this shape too.
"""


def structure_context(paper: Paper, section: int) -> str:
    """The line "title > section > subsection", without numbers; unknown parts are left out."""
    titles = [paper.metadata.title, *(part.title for part in paper.path(section))]
    return " > ".join(title for title in titles if title)


def with_structure(paper: Paper, chunks: Sequence[Chunk]) -> list[Chunk]:
    """Chunks that carry their section's `structure_context`, and later parts of a float its
    first line, which is the caption.
    """
    lines = {section: structure_context(paper, section) for section in {c.section for c in chunks}}
    return [
        replace(
            chunk, context=" > ".join(filter(None, [lines[chunk.section], _caption(paper, chunk)]))
        )
        for chunk in chunks
    ]


def _caption(paper: Paper, chunk: Chunk) -> str:
    first = paper.elements[chunk.elements[0]]
    begun = first.kind in _FLOATS and first.span.start < chunk.span.start
    return first.span.of(paper.text).partition("\n")[0] if begun else ""


def no_context(paper: Paper, chunks: Sequence[Chunk]) -> list[Chunk]:
    """Chunks as they are."""
    del paper
    return list(chunks)
