"""What is too long to be read is read in extracts: whole sentences, word for word.

    too long ─ marked sentences ─ those beside them ─ the rest, best passages first ─ enough

Nothing is paraphrased: a passage keeps its text and its place, so that what is quoted of it can
be found in the paper; only what is shown of it is less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.protocols import TokenCounter
from rag.quotes import passages
from rag.select.passages import ranked, united
from rag.types import Evidence, Kind, Query, Selected, Span

AFTER_MARKED = 0.5
"""A turn after marked sentences, which have 0, and before those beside them, which have 1."""

Sentence = tuple[int, int]
"""The place of a passage among the evidence, and of a sentence in it."""


@dataclass(frozen=True)
class Condensing:
    """Extracts of at most ``max_tokens`` in all, but never less than a sentence."""

    max_tokens: int
    count_tokens: TokenCounter
    name: str = "condense"

    def select(self, query: Query, evidence: Sequence[Evidence]) -> Selected:
        del query
        if tokens_shown(evidence, self.count_tokens) <= self.max_tokens:
            return Selected(tuple(evidence))
        sentences = [sentences_shown(each) for each in evidence]
        texts = [s.of(e.chunk.text) for e, of in zip(evidence, sentences, strict=True) for s in of]
        lengths = iter(self.count_tokens(texts))
        costs = [[next(lengths) for _ in of] for of in sentences]
        kept = affordable(in_order_of_use(evidence, sentences), costs, self.max_tokens)
        made = extracts(evidence, sentences, kept)
        left = sum(costs[at][number] for at, number in kept)
        return Selected(made, f"{sum(map(sum, costs))} tokens became {left}")


def tokens_shown(evidence: Sequence[Evidence], count_tokens: TokenCounter) -> int:
    """How many tokens are shown of the evidence."""
    parts = [
        part.of(each.chunk.text)
        for each in evidence
        for part in each.shown or (Span(0, len(each.chunk.text)),)
    ]
    return sum(count_tokens(parts))


def sentences_shown(evidence: Evidence) -> list[Span]:
    """The sentences of what is shown of a passage; all of its text where there are none."""
    text = evidence.chunk.text
    found = passages(text) or [Span(0, len(text))]
    if not evidence.shown:
        return found
    return [each for each in found if any(each.overlaps(part) for part in evidence.shown)]


def in_order_of_use(
    evidence: Sequence[Evidence], sentences: Sequence[Sequence[Span]]
) -> list[Sentence]:
    """All sentences: the marked ones, then those beside them, then the others; each by passage,
    best first, and as they stand in it. A table's caption comes no later than its best rows, or
    than what is beside marked sentences.
    """
    ordered: list[tuple[float, Sentence]] = []
    for at, (each, of) in enumerate(zip(evidence, sentences, strict=True)):
        turns = _turns(each, of)
        for caption, *rows in _tables(each, of):
            best = min(turns[row] for row in rows)
            turns[caption] = min(turns[caption], max(best, AFTER_MARKED))
        ordered += [(turn, (at, number)) for number, turn in enumerate(turns)]
    return [sentence for _, sentence in sorted(ordered)]


def _turns(evidence: Evidence, sentences: Sequence[Span]) -> list[float]:
    """0 for the marked sentences, 1 for those beside them, 2 for the others."""
    marked = [any(span.overlaps(mark) for mark in evidence.marked) for span in sentences]
    return [
        0 if is_marked else 1 if any(marked[max(number - 1, 0) : number + 2]) else 2
        for number, is_marked in enumerate(marked)
    ]


def _tables(evidence: Evidence, sentences: Sequence[Span]) -> Iterator[list[int]]:
    """The numbers of the sentences and rows of each table of which there are several; the first is
    its caption, if it has one.
    """
    at = evidence.chunk.span.start
    placed = [Span(span.start + at, span.end + at) for span in sentences]
    for element in evidence.elements:
        inside = [n for n, span in enumerate(placed) if span.overlaps(element.span)]
        if element.kind is Kind.TABLE and len(inside) > 1:
            yield inside


def affordable(
    order: Sequence[Sentence], costs: Sequence[Sequence[int]], max_tokens: int
) -> set[Sentence]:
    """The first of ``order`` anyway, and those after it that fit with all before them."""
    kept: set[Sentence] = set()
    used = 0
    for at, number in order:
        cost = costs[at][number]
        if not kept or used + cost <= max_tokens:
            kept.add((at, number))
            used += cost
    return kept


def extracts(
    evidence: Sequence[Evidence], sentences: Sequence[Sequence[Span]], kept: set[Sentence]
) -> tuple[Evidence, ...]:
    """The passages of which something is kept, with what that is."""
    made = []
    for at, (each, of) in enumerate(zip(evidence, sentences, strict=True)):
        keeps = [(at, number) in kept for number in range(len(of))]
        if all(keeps):
            made.append(each)
        elif any(keeps):
            made.append(replace(each, shown=_runs(of, keeps)))
    return ranked(made)


def _runs(sentences: Sequence[Span], kept: Sequence[bool]) -> tuple[Span, ...]:
    """Sentences that are kept, those side by side as one."""
    runs: list[Span] = []
    joined = False
    for span, keeps in zip(sentences, kept, strict=True):
        if keeps and joined:
            runs[-1] = Span(runs[-1].start, span.end)
        elif keeps:
            runs.append(span)
        joined = keeps
    return united(runs)
