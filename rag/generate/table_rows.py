"""A table's row in words that can be read without the table."""

from __future__ import annotations

import re
from collections.abc import Sequence

_RULE = re.compile(r"[\s|:\-=+]*")
_NUMBER = re.compile(r"^[-+±−(<>≈~]?\d[\d.,%)±×−-]*$")


def is_row(line: str) -> bool:
    """Whether ``line`` has cells, or is mostly numbers."""
    words = line.split()
    numbers = sum(bool(_NUMBER.match(word)) for word in words)
    return "|" in line.strip() or "\t" in line.strip() or numbers * 3 > len(words)


def is_rule(line: str) -> bool:
    """Whether ``line`` only parts the head of a table from its body."""
    return bool(_RULE.fullmatch(line))


def in_words(row: str, head: str, label: str) -> str:
    """``Table 2, BM25 alone: Recall 0.61; MRR 0.44``, as far as the cells match the head's."""
    return of_cells(_cells(row), _cells(head), label)


def of_cells(cells: Sequence[str], names: Sequence[str], label: str) -> str:
    """The same of a row's cells and the names of its columns."""
    first, *values = cells
    if not values or len(cells) != len(names):
        said = ", ".join(cell for cell in cells if cell)
        return f"{label}: {said}" if label else said
    pairs = zip(names[1:], values, strict=True)
    said = "; ".join(f"{name} {value}".strip() for name, value in pairs if value)
    return f"{', '.join(filter(None, (label, first)))}: {said}"


def _cells(row: str) -> list[str]:
    parts = re.split(r"\||\t", row.strip().strip("|"))
    return [" ".join(part.split()) for part in parts]
