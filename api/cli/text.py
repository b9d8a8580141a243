"""How papers, places and their words are written on a terminal."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types import Metadata, Section

WIDTH = 100
"""Text is set no wider (in characters), however wide the terminal: lines stay readable."""

_HIDDEN = {"Cc", "Cf", "Co", "Cs"}


def clean(text: str) -> str:
    """``text`` as one run of printable characters.

    A paper's words (and a model's) may hold escape sequences or direction marks that would
    change what the terminal shows.
    """
    return re.sub(r"\s+", " ", printable(text)).strip()


def printable(text: str) -> str:
    """``text`` without control and formatting characters; line breaks and spacing stay."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _HIDDEN)


def byline(metadata: Metadata) -> str:
    """Who and when, briefly: "Vaswani et al. 2017"; empty if unknown."""
    names = [clean(author).split(" ")[-1] for author in metadata.authors if author.strip()]
    match names:
        case []:
            who = ""
        case [one]:
            who = one
        case [one, two]:
            who = f"{one} and {two}"
        case [first, *_]:
            who = f"{first} et al."
    return " ".join(part for part in (who, str(metadata.year or "")) if part)


def title(metadata: Metadata) -> str:
    """The title, or a stand-in for it."""
    return clean(metadata.title) or "(no title)"


def place(section: Section, pages: tuple[int, ...]) -> str:
    """Where in a paper: "§5.4 Regularization, p. 8"."""
    sign = "§" if section.number else ""
    where = [sign + clean(section.heading)] if section.heading else []
    if pages:
        first, last = pages[0], pages[-1]
        where.append(f"p. {first}" if first == last else f"pp. {first}–{last}")
    return ", ".join(where)
