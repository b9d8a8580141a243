"""How rare a term is in papers about machine learning."""

from __future__ import annotations

import json
import math
from functools import cache
from importlib.resources import files

RARE = 1 / 900
"""The share of paragraphs below which a term is as rare as can be."""

COMMON = 1 / 50
"""The share of paragraphs from which on a term is not rare at all."""


def rarity(term: str) -> float:
    """0 for a term of every fiftieth paragraph or more, 1 for one of every 900th or fewer."""
    share = max(_shares().get(term, 0.0), RARE)
    return max(math.log(COMMON / share), 0.0) / math.log(COMMON / RARE)


@cache
def _shares() -> dict[str, float]:
    """The share of paragraphs that have each term; terms that are as rare as can be left out."""
    data = json.loads((files("rag.generate") / "term_counts.json").read_text(encoding="utf-8"))
    return {term: count / data["paragraphs"] for term, count in data["counts"].items()}
