"""A table's row in words that can be read without the table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

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
    """``Table 2, BM25 alone: Recall 0.61; MRR 0.44.``, as far as the cells match the head's."""
    return of_cells(_cells(row), [(name,) for name in _cells(head)], label)


def of_cells(cells: Sequence[str], names: Sequence[Sequence[str]], label: str) -> str:
    """The same of a row's cells and the names of its columns, from the top of the header down.

    What columns side by side are under is said once: ``Dev EM 80.8; F1 88.5``.
    """
    first, *values = cells
    if values and len(cells) == len(names):
        what = ", ".join(filter(None, (label, first)))
        said = "; ".join(_named(values, names[1:]))
    else:
        what, said = label, ", ".join(filter(None, cells))
    return _ended(": ".join(filter(None, (what, said))))


def _named(values: Sequence[str], names: Sequence[Sequence[str]]) -> Iterator[str]:
    """The values that there are, each after as much of its name as the one before it has not."""
    before: Sequence[str] = ()
    for value, name in zip(values, names, strict=True):
        if value:
            both = zip(name[:-1], before[:-1], strict=False)
            shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], both))
            yield " ".join((*name[shared:], value)).strip()
            before = name


def _ended(said: str) -> str:
    return said if said.endswith(".") else f"{said}."


def _cells(row: str) -> list[str]:
    parts = re.split(r"\||\t", row.strip().strip("|"))
    return [" ".join(part.split()) for part in parts]
