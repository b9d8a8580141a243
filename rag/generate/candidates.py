"""The sentences that an extractive answer may use: each verbatim in a chunk, fit to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.generate.table_rows import in_words, is_row, is_rule, of_cells
from rag.generate.wording import has_ended, has_words, is_run_in, presentable, reads_alone, shown
from rag.sentences import sentences
from rag.tables import column_paths, row_values, rows_of_lines, titles
from rag.types import Element, Evidence, Grid, Kind, Span

MOST_WORDS_JOINED = 45
"""A sentence is made longer by its formula or its list up to this length."""

_FLOATS = frozenset({Kind.TABLE, Kind.FIGURE})
_BY_LINES = frozenset({Kind.ALGORITHM, Kind.CODE})
_ALONE = _FLOATS | _BY_LINES

_LINE = re.compile(r"[^\n]*\S[^\n]*")
_DOCSTRING = re.compile(r'"""(.+?)"""', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, or a row of a table, of one piece of evidence.

    ``span`` is of the chunk's text; ``place`` counts the candidates of the chunk from 0. A row
    has its table's ``head``, so that it can be read alone, and ``label``; where its cells are known
    it is ``said`` with the names of its columns.
    """

    evidence: Evidence
    span: Span
    kind: Kind
    place: int
    row: bool = False
    head: str = ""
    label: str = ""
    said: str = ""

    @property
    def quote(self) -> str:
        """The words as they stand in the chunk."""
        return self.span.of(self.evidence.chunk.text)

    @property
    def reads_alone(self) -> bool:
        """Whether it is a whole sentence (or row) of mostly words: fit to stand beside another.

        What ends before its formula, or is mostly one, is shown only where nothing says more.
        """
        return self.row or reads_alone(self.shown)

    @property
    def shown(self) -> str:
        """The words on one line; a row with the names of its columns."""
        if self.said:
            return self.said
        if self.row:
            return in_words(self.quote, self.head, self.label)
        return shown(self.quote, self.kind)


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence, row or formula: a span of the chunk's text, and the kind of its element."""

    kind: Kind
    span: Span
    row: bool = False
    head: str = ""
    label: str = ""
    said: str = ""
    grid: Grid | None = None


def candidates(evidence: Sequence[Evidence]) -> list[Candidate]:
    """What may be shown of ``evidence``, in its order and in reading order inside a chunk."""
    return [candidate for item in evidence for candidate in _of_chunk(item)]


def _of_chunk(item: Evidence) -> Iterator[Candidate]:
    text = item.chunk.text
    found = (part for part in _joined(list(_parts(item)), text) if _presentable(part, text))
    for place, part in enumerate(found):
        row = (part.row, part.head, part.label, part.said)
        yield Candidate(item, part.span, part.kind, place, *row)


def _parts(item: Evidence) -> Iterator[Part]:
    text = item.chunk.text
    for element in _elements(item):
        if element.kind is Kind.EQUATION:
            yield element
        elif element.kind is Kind.CODE:
            yield from _code(element, text)
        elif element.kind in _BY_LINES:
            yield from _lines(element, text)
        elif element.grid is not None:
            yield from _grid_rows(element, element.grid, text)
        elif element.kind in _FLOATS:
            yield from _rows_and_captions(element, text)
        elif element.kind is not Kind.REFERENCE:
            yield from _prose(element, text)


def _prose(part: Part, text: str) -> Iterator[Part]:
    """The sentences of a paragraph, without the heading that may open its first line."""
    first, *others = [*_sentences(part, text)] or [part]
    if not others or not is_run_in(first.span.of(text), part.kind):
        yield first
    yield from others


def _sentences(part: Part, text: str) -> Iterator[Part]:
    for span in sentences(part.span.of(text)):
        start = part.span.start + span.start
        yield Part(part.kind, Span(start, part.span.start + span.end))


def _lines(part: Part, text: str) -> Iterator[Part]:
    for match in _LINE.finditer(text, part.span.start, part.span.end):
        yield Part(part.kind, Span(*match.span()))


def _code(part: Part, text: str) -> Iterator[Part]:
    """The sentences of docstrings, and the other lines one by one."""
    at = part.span.start
    for match in _DOCSTRING.finditer(text, part.span.start, part.span.end):
        yield from _lines(replace(part, span=Span(at, match.start())), text)
        yield from _sentences(Part(Kind.PARAGRAPH, Span(*match.span(1))), text)
        at = match.end()
    yield from _lines(replace(part, span=Span(at, part.span.end)), text)


def _elements(item: Evidence) -> list[Part]:
    """The elements, clipped to the chunk."""
    chunk = item.chunk.span
    clipped = [_clip(element, chunk) for element in item.elements if element.span.overlaps(chunk)]
    return clipped or [Part(Kind.PARAGRAPH, Span(0, len(item.chunk.text)))]


def _clip(element: Element, chunk: Span) -> Part:
    start = max(element.span.start, chunk.start) - chunk.start
    span = Span(start, min(element.span.end, chunk.end) - chunk.start)
    return Part(element.kind, span, label=element.label, grid=element.grid)


def _joined(parts: Sequence[Part], text: str) -> Iterator[Part]:
    """A sentence and the formula inside it are one; so are a colon and the list after it."""
    run: list[Part] = []
    for part in parts:
        if run and not _continues(run, part, text):
            yield _whole(run)
            run = []
        run.append(part)
    if run:
        yield _whole(run)


def _whole(run: Sequence[Part]) -> Part:
    return replace(run[0], span=Span(run[0].span.start, run[-1].span.end))


def _continues(run: Sequence[Part], following: Part, text: str) -> bool:
    last, before, after = run[-1].kind, run[-1].span.of(text), following.span.of(text)
    whole = text[run[0].span.start : following.span.end]
    if len(whole.split()) > MOST_WORDS_JOINED or {last, following.kind} & _ALONE:
        return False
    if following.kind is Kind.EQUATION:
        return before.endswith((":", ";")) or not has_ended(before)
    if last is Kind.EQUATION:
        return after[:1].islower()
    introduced = before.endswith(":") or (last is Kind.LIST and run[0].kind is not Kind.LIST)
    return following.kind is Kind.LIST and introduced


def _rows_and_captions(table: Part, text: str) -> Iterator[Part]:
    """Every row by itself, the first one as head of the others; lines between them as sentences."""
    prose: Span | None = None
    head = ""
    for match in _LINE.finditer(text, table.span.start, table.span.end):
        if is_row(match[0]):
            if prose:
                yield from _sentences(Part(table.kind, prose), text)
            prose = None
            if head and not is_rule(match[0]):
                yield Part(table.kind, Span(*match.span()), True, head, table.label)
            head = head or match[0]
        else:
            prose = Span(prose.start if prose else match.start(), match.end())
    if prose:
        yield from _sentences(Part(table.kind, prose), text)


def _grid_rows(table: Part, grid: Grid, text: str) -> Iterator[Part]:
    """Every row of values by itself, under the title above it and the names of its columns; the
    caption as sentences.
    """
    found = list(_LINE.finditer(text, table.span.start, table.span.end))
    names, values, above, heads = (
        column_paths(grid),
        row_values(grid),
        titles(grid),
        grid.header_rows,
    )
    for match, row in zip(found, rows_of_lines(grid, [m[0] for m in found]), strict=True):
        span = Span(*match.span())
        if row is None:
            yield from _sentences(Part(table.kind, span), text)
        elif row >= heads and sum(map(bool, values[row])) > 1:
            said = of_cells(values[row], names, ", ".join(filter(None, (table.label, above[row]))))
            yield Part(table.kind, span, True, "", table.label, said)


def _presentable(part: Part, text: str) -> bool:
    said = part.span.of(text)
    return has_words(part.said or said) if part.row else presentable(said, part.kind)
