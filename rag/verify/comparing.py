"""Whether a comparison is turned round: "A outperforms B" where B is the better one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from rag.numbers import spelled_alike
from rag.text import analyse
from rag.types import Evidence
from rag.verify.cells import Table, tables, without_cells
from rag.verify.comparisons import DIRECTIONS, Comparison, comparisons
from rag.verify.mention import Mention
from rag.verify.mentions import mentions
from rag.verify.quantities import comparable
from rag.verify.wording import parts, telling

_LOWER_IS_BETTER = re.compile(
    r"error|perplex|\bloss|latenc|\bwer\b|\btime\b|memor|\bcost", re.I
)  # of words and of their stems
_BY_NUMBERS = frozenset(("size", "quality", "extent"))
_SIZES = frozenset(analyse("parameters size layers examples tokens depth width number"))

# "by 2.3", "2.3 points higher": the number is a difference, and not one side's.
_DIFFERENCE = re.compile(
    rf"\bby\s(?:about\s)?[\d.]|\d\S*\s(?:\w+\s)?(?:{'|'.join(DIRECTIONS)}|improvement|gain)\b",
    re.I,
)


def is_turned_round(claim: str, cited: Sequence[Evidence]) -> bool:
    """Whether the evidence, in words or numbers, has a comparison of ``claim`` the other way."""
    made = [each for each in comparisons(claim) if each.left and each.right]
    if not made:
        return False
    texts = [without_cells(each) for each in cited]
    found = [c for text in texts for part in parts(text) for c in comparisons(part)]
    return any(
        _is_reversed(each, found)
        or any(_is_outnumbered(each, claim, text) for text in texts)
        or any(_is_outranked(each, claim, evidence) for evidence in cited)
        for each in made
    )


def _is_reversed(claim: Comparison, found: Sequence[Comparison]) -> bool:
    """Whether a comparison of the same kind has the sides the other way, and none as claimed."""
    verdicts = [_agreement(claim, each) for each in found if claim.is_like(each)]
    return bool(verdicts) and min(verdicts) < 0 and max(verdicts) <= 0


def _agreement(claim: Comparison, other: Comparison) -> int:
    """1 for the same, -1 for the reverse, 0 for a comparison of something else."""
    straight = _shared(claim, other.left, other.right)
    crossed = _shared(claim, other.right, other.left)
    way = (straight > crossed) - (straight < crossed)
    return way * claim.sign * other.sign * _turned(claim, other) * _turned(other, claim)


def _turned(one: Comparison, other: Comparison) -> int:
    """-1 if ``one`` says what is better, and ``other`` which error or the like is higher."""
    said = " ".join({*other.about, *other.left, *other.right})
    differ = (one.kind, other.kind) == ("quality", "size")
    return -1 if differ and _LOWER_IS_BETTER.search(said) else 1


def _shared(claim: Comparison, left: frozenset[str], right: frozenset[str]) -> int:
    """How many terms the sides share with ``left`` and ``right``; 0 if but one shares any. A side
    that is not told may be either.
    """
    shared = [
        len(own & other) for own, other in ((claim.left, left), (claim.right, right)) if other
    ]
    return 0 if 0 in shared else sum(shared)


def _is_outnumbered(claim: Comparison, said: str, text: str) -> bool:
    """Whether, in the sentence most like the claim, all numbers of the two sides say otherwise."""
    terms = telling(said)
    found: dict[int, list[Decimal]] = {}
    for sentence in parts(spelled_alike(text)):
        if claim.kind not in _BY_NUMBERS or _DIFFERENCE.search(sentence):
            continue
        if claim.about and not claim.about & telling(sentence):
            continue
        sign = _sign(claim, said + sentence)
        pairs = [(a - b) * sign for a, b in _pairs(claim, mentions(sentence))]
        if pairs:
            found.setdefault(len(terms & telling(sentence)), []).extend(pairs)
    return bool(found) and all(difference < 0 for difference in found[max(found)])


def _pairs(claim: Comparison, numbers: Sequence[Mention]) -> list[tuple[Decimal, Decimal]]:
    """The values of the two sides, where they are compared with one another."""
    sides = []
    for own, other in _both(claim):
        close = [len(own & m.near) if not other & m.near else 0 for m in numbers]
        most = max(close, default=0)
        sides.append([m for m, shared in zip(numbers, close, strict=True) if shared == most > 0])
    return [
        (a.quantity.numeral.value, b.quantity.numeral.value)
        for a, b in zip(*sides, strict=False)
        if comparable(a.quantity, b.quantity)
    ]


def _is_outranked(claim: Comparison, said: str, evidence: Evidence) -> bool:
    """Whether, in the rows (or columns) of the two sides, all cells that the claim may mean say
    otherwise.
    """
    seen = [view for table in tables(evidence) for view in (table, table.turned())]
    differences = [_differences(claim, said, table) for table in seen]
    return any(each and max(each) < 0 for each in differences)


def _differences(claim: Comparison, said: str, table: Table) -> list[Decimal]:
    """How much the claim is right by in each column that it names best, or in all if it names
    none.
    """
    left, right = (_row(table.rows, own, other) for own, other in _both(claim))
    if left is None or right is None:
        return []
    cells = {(row, column): q.numeral.value for row, column, q in reversed(table.cells)}
    both = [c for row, c in cells if row == left and (right, c) in cells]
    both = [c for c in both if not (claim.kind == "quality" and _is_size(table.columns[c]))]
    shared = {c: len(table.columns[c] & telling(said)) for c in both}
    most = max(shared.values(), default=0)
    named = [column for column in both if shared[column] == most > 0]
    return [
        (cells[left, column] - cells[right, column])
        * _sign(claim, f"{' '.join(table.columns[column])} {said}")
        for column in named or both
    ]


def _is_size(column: frozenset[str]) -> bool:
    """Whether it tells of no quality; "32 layers" is what something is measured at."""
    return bool(_SIZES & column) and not any(map(str.isdigit, column))


def _both(claim: Comparison) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Each side's terms, and those of the other; what they are compared in is neither's."""
    left, right = claim.left - claim.about, claim.right - claim.about
    return [(left, right), (right, left)]


def _row(names: Sequence[frozenset[str]], own: frozenset[str], other: frozenset[str]) -> int | None:
    """The row that is called what one side is, and not what the other is; of several the one that
    is called nothing else.
    """
    fits = [len(name & own) if name and not name & other else 0 for name in names]
    best = max(fits, default=0)
    rows = [row for row, shared in enumerate(fits) if shared == best > 0]
    if len(rows) > 1:
        rows = [row for row in rows if names[row] <= own]
    return rows[0] if len(rows) == 1 else None


def _sign(claim: Comparison, about: str) -> int:
    """Which way the numbers of the left side should differ from those of the right."""
    return -claim.sign if claim.kind == "quality" and _LOWER_IS_BETTER.search(about) else claim.sign
