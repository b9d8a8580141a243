"""What people see: values in, text or rich renderables out. Nothing here prints."""

from __future__ import annotations

from collections.abc import Sequence

from api.cli.text import clean
from rag.citations import names
from rag.citations import place as section_place
from rag.types import Metadata, Section


def count(number: int, noun: str) -> str:
    """The number and its noun: "1 page", "2,000 pages"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def byline(metadata: Metadata) -> str:
    """Who and when, briefly: "Vaswani et al. 2017"; empty if unknown."""
    return " ".join(part for part in (clean(names(metadata)), str(metadata.year or "")) if part)


def title(metadata: Metadata) -> str:
    """The title, or a stand-in for it."""
    return clean(metadata.title) or "(no title)"


def place(section: Section, pages: Sequence[int]) -> str:
    """Where in a paper: "§5.4 Regularization, p. 8"."""
    named = clean(section_place(section))
    where = [named] if named else []
    if pages:
        first, last = pages[0], pages[-1]
        where.append(f"p. {first}" if first == last else f"pp. {first}–{last}")
    return ", ".join(where)
