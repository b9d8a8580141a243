"""The sentences that an extractive answer may use: each verbatim in a chunk, fit to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.sentences import sentences
from rag.types import Element, Evidence, Kind, Span

FEWEST_WORDS = 4
MOST_WORDS = 90
_NEVER_SHOWN = frozenset({Kind.REFERENCE})
_FLOATS = frozenset({Kind.TABLE, Kind.FIGURE, Kind.ALGORITHM})

_LINE = re.compile(r"[^\n]*\S[^\n]*")
_WORD = re.compile(r"[^\W\d_]{2,}")
_CELLS = re.compile(r"\||\t| {3,}")
_NUMBER = re.compile(r"^[-+±−(]?\d[\d.,%)±×−-]*$")
_RULE = re.compile(r"^[\s|:\-=+]*$")
_LIST_MARK = re.compile(r"^(?:[-*+•▪–]|\(?\d{1,2}[.)])\s+(?=\S)")
_ENTRY = re.compile(r"^\[\w{1,8}\]\s|\b(?:In Proc(?:eedings|\.)|arXiv preprint|pp\. ?\d+)")
_WHITE = re.compile(r"\s+")
_HYPHENATED = re.compile(r"(?<=[a-z])-\n\s*(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, or a row of a table, of one piece of evidence.

    ``span`` is of the chunk's text; ``place`` counts the candidates of the chunk from 0.
    """

    evidence: Evidence
    span: Span
    kind: Kind
    place: int

    @property
    def quote(self) -> str:
        """The words as they stand in the chunk."""
        return self.span.of(self.evidence.chunk.text)

    @property
    def shown(self) -> str:
        """The words on one line, without a list's mark."""
        return _LIST_MARK.sub("", _WHITE.sub(" ", _HYPHENATED.sub("-", self.quote)).strip())


def candidates(evidence: Sequence[Evidence]) -> list[Candidate]:
    """What may be shown of ``evidence``, in its order and in reading order inside a chunk."""
    return [candidate for item in evidence for candidate in _of_chunk(item)]


def _of_chunk(item: Evidence) -> Iterator[Candidate]:
    place = 0
    for kind, span in _stretches(item):
        for part in _parts(kind, span.of(item.chunk.text)):
            own = Span(span.start + part.start, span.start + part.end)
            if _presentable(own.of(item.chunk.text)):
                yield Candidate(item, own, kind, place)
                place += 1


def _stretches(item: Evidence) -> Iterator[tuple[Kind, Span]]:
    """The parts of the chunk's text by kind; neighbouring prose and equations are one."""
    run: Span | None = None
    for kind, span in _elements(item):
        if kind in _FLOATS or kind in _NEVER_SHOWN or kind is Kind.FOOTNOTE:
            if run:
                yield Kind.PARAGRAPH, run
            run = None
            if kind not in _NEVER_SHOWN:
                yield kind, span
        else:
            run = Span(run.start, span.end) if run else span
    if run:
        yield Kind.PARAGRAPH, run


def _elements(item: Evidence) -> Iterator[tuple[Kind, Span]]:
    """The elements' kinds and spans, clipped to the chunk and relative to it."""
    chunk = item.chunk.span
    clipped = [_clip(element, chunk) for element in item.elements if element.span.overlaps(chunk)]
    if not clipped:
        yield Kind.PARAGRAPH, Span(0, len(chunk))
    yield from clipped


def _clip(element: Element, chunk: Span) -> tuple[Kind, Span]:
    start = max(element.span.start, chunk.start) - chunk.start
    return element.kind, Span(start, min(element.span.end, chunk.end) - chunk.start)


def _parts(kind: Kind, text: str) -> Iterator[Span]:
    if kind in _FLOATS:
        yield from _rows_and_captions(text)
    else:
        yield from sentences(text)


def _rows_and_captions(text: str) -> Iterator[Span]:
    """Every row by itself; the lines between rows, as sentences."""
    prose: Span | None = None
    for match in _LINE.finditer(text):
        if _is_row(match[0]):
            yield from _caption(text, prose)
            prose = None
            yield Span(*match.span())
        else:
            prose = Span(prose.start if prose else match.start(), match.end())
    yield from _caption(text, prose)


def _caption(text: str, prose: Span | None) -> Iterator[Span]:
    if prose:
        for span in sentences(prose.of(text)):
            yield Span(prose.start + span.start, prose.start + span.end)


def _is_row(line: str) -> bool:
    words = line.split()
    numbers = sum(bool(_NUMBER.match(word)) for word in words)
    return bool(_CELLS.search(line.strip())) or numbers * 3 > len(words)


def _presentable(text: str) -> bool:
    """Whether a reader would take ``text`` for a statement: no heading, rule, entry or debris."""
    words = text.split()
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or _RULE.match(text) or _ENTRY.search(text):
        return False
    return len(_WORD.findall(text)) * 3 >= len(words)
