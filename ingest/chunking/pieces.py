"""Cutting what is too long for one chunk, at the best places there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rag.protocols import TokenCounter
from rag.sentences import sentences
from rag.types import Element, Kind, Span

Splitter = Callable[[str], list[Span]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch that stays whole. ``cut_cost`` is what a chunk that starts here costs more."""

    span: Span
    tokens: int
    cut_cost: float = 0.0


_WORD = re.compile(r"\S+")
_LINE = re.compile(r"\S[^\n]*")
_CODE_LINE = re.compile(r"^([ \t]*)(\S(?:[^\n]*\S)?)", re.MULTILINE)
_CLOSING = re.compile(r"[)\]}]|(?:else|elif|except|finally|catch|end|fi|done|esac)\b")
_MANY = 400  # pieces; more are put together before they are balanced
_GRAIN = 16  # then a chunk has about so many
# The cost of a chunk is its squared relative distance from the length aimed at.
_INSIDE_ELEMENT = 0.25
_BEFORE_EQUATION = 1.0


def words(text: str) -> list[Span]:
    """The runs of characters other than white space."""
    return [Span(*match.span()) for match in _WORD.finditer(text)]


def lines(text: str) -> list[Span]:
    """The lines that are not blank, without indentation."""
    return [Span(m.start(), m.start() + len(m[0].rstrip())) for m in _LINE.finditer(text)]


def statements(text: str) -> list[Span]:
    """The statements of code that stand least deep below its first line, with what they hold."""
    found = list(_CODE_LINE.finditer(text))
    depths = [len(line[1].expandtabs(4)) for line in found]
    ends = [bool(_CLOSING.match(line[2])) for line in found]
    opening = [i for i in range(1, len(found)) if not ends[i]]
    least = min((depths[i] for i in opening), default=0)
    starts = [0, *(i for i in opening if depths[i] <= least)] if found else []
    return [
        Span(found[a].start(2), found[b - 1].end(2))
        for a, b in zip(starts, [*starts[1:], len(found)], strict=True)
    ]


_PROSE: tuple[Splitter, ...] = (sentences, words)
_ROWS: tuple[Splitter, ...] = (lines, sentences, words)
_STATEMENTS: tuple[Splitter, ...] = (statements, statements, lines, words)
_BY_ROWS = (Kind.TABLE, Kind.ALGORITHM, Kind.LIST)


def divide(
    elements: Sequence[tuple[Element, int]], text: str, count: TokenCounter, limit: int
) -> list[Piece]:
    """Pieces of at most ``limit`` tokens of elements given with their tokens.

    An element that is longer falls into sentences (or rows, or statements), a longer sentence into
    words; a longer word stays. A paragraph before an equation falls into sentences too, so that
    the last of them can go with the equation.
    """
    pieces: list[Piece] = []
    for i, (element, tokens) in enumerate(elements):
        equation = element.kind is Kind.EQUATION
        cost = 0.0 if i == 0 else _BEFORE_EQUATION if equation else 0.0
        introduces = i + 1 < len(elements) and elements[i + 1][0].kind is Kind.EQUATION
        if tokens <= limit and (equation or not introduces):
            pieces.append(Piece(element.span, tokens, cost))
            continue
        splitters = _splitters(element.kind)
        parts = _parts(text, element.span, splitters, count, limit)
        pieces.append(Piece(parts[0].span, parts[0].tokens, cost))
        pieces.extend(Piece(part.span, part.tokens, _INSIDE_ELEMENT) for part in parts[1:])
    return pieces


def _splitters(kind: Kind) -> tuple[Splitter, ...]:
    if kind is Kind.CODE:
        return _STATEMENTS
    return _ROWS if kind in _BY_ROWS else _PROSE


def balance(pieces: Sequence[Piece], limit: int) -> list[Sequence[Piece]]:
    """Runs of pieces of at most ``limit`` tokens (or one piece), as equal as they can be.

    The least sum of costs over all ways of cutting, by dynamic programming; ties go to the
    longer first run. Very many pieces (the words of a text without sentences) are cut only at
    every sixteenth part of the limit or so, which keeps the time linear.
    """
    if len(pieces) <= _MANY:
        return [pieces[a:b] for a, b in _least_costly(pieces, limit)]
    starts = _grains(pieces, limit // _GRAIN)
    ends = [*starts[1:], len(pieces)]
    coarse = [
        Piece(
            Span(pieces[a].span.start, pieces[b - 1].span.end),
            sum(piece.tokens for piece in pieces[a:b]),
            pieces[a].cut_cost,
        )
        for a, b in zip(starts, ends, strict=True)
    ]
    return [pieces[starts[a] : ends[b - 1]] for a, b in _least_costly(coarse, limit)]


def _grains(pieces: Sequence[Piece], limit: int) -> list[int]:
    """Where runs of at most ``limit`` tokens begin; one begins wherever an element does."""
    starts = [0]
    length = pieces[0].tokens
    for at in range(1, len(pieces)):
        piece = pieces[at]
        length += piece.tokens
        if length > limit or piece.cut_cost < _INSIDE_ELEMENT:
            starts.append(at)
            length = piece.tokens
    return starts


def _least_costly(pieces: Sequence[Piece], limit: int) -> list[tuple[int, int]]:
    """The runs ``[first, last)`` that cost least."""
    total = [0, *accumulate(piece.tokens for piece in pieces)]
    goal = max(total[-1] / max(-(-total[-1] // limit), 1), 1.0)
    n = len(pieces)
    best = [0.0] * (n + 1)
    end_of = [n] * (n + 1)
    for first in range(n - 1, -1, -1):
        options = []
        for last in range(first + 1, n + 1):
            length = total[last] - total[first]
            if length > limit and last > first + 1:
                break
            after = pieces[last].cut_cost if last < n else 0.0
            options.append((((length - goal) / goal) ** 2 + after + best[last], -last))
        best[first], end = min(options)
        end_of[first] = -end
    runs, at = [], 0
    while at < n:
        runs.append((at, end_of[at]))
        at = end_of[at]
    return runs


def _parts(
    text: str, span: Span, splitters: Sequence[Splitter], count: TokenCounter, limit: int
) -> list[Piece]:
    first, *further = splitters
    spans = [Span(span.start + s.start, span.start + s.end) for s in first(span.of(text))]
    tokens = count([s.of(text) for s in spans])
    parts: list[Piece] = []
    for part, length in zip(spans, tokens, strict=True):
        if length <= limit or not further:
            parts.append(Piece(part, length))
        else:
            parts.extend(_parts(text, part, further, count, limit))
    return parts
