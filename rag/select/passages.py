"""Where pieces of evidence stand, and what becomes of their marks when they are cut anew. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.types import Evidence, Span


def ranked(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The evidence, ranked from 1 as it comes."""
    return tuple(
        each if each.rank == rank else replace(each, rank=rank)
        for rank, each in enumerate(evidence, 1)
    )


def with_marks_of(made: Evidence, members: Sequence[Evidence]) -> Evidence:
    """``made`` with what is marked in ``members``, of the same paper, as far as it holds that."""
    return replace(made, marked=_within(made, (_in_paper(each, each.marked) for each in members)))


def clipped(evidence: Evidence, span: Span) -> Evidence:
    """The part of the evidence that covers ``span`` of the paper's text."""
    chunk = evidence.chunk
    start, end = span.start - chunk.span.start, span.end - chunk.span.start
    first = min(chunk.elements, default=0)
    held = [(at, e) for at, e in enumerate(evidence.elements, first) if e.span.overlaps(span)]
    lines = [line for _, e in held for line in e.lines if line.span.overlaps(span)]
    cut = replace(
        chunk,
        span=span,
        text=chunk.text[start:end],
        elements=tuple(at for at, _ in held),
        pages=tuple(sorted({line.box.page for line in lines})),
    )
    made = replace(evidence, chunk=cut, elements=tuple(e for _, e in held), marked=(), shown=())
    return with_marks_of(made, [evidence])


def holds(evidence: Iterable[Evidence], paper_id: str, span: Span) -> bool:
    """Whether any of the evidence has something of that part of the paper."""
    return any(e.chunk.paper_id == paper_id and e.chunk.span.overlaps(span) for e in evidence)


def united(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same characters in spans that are ascending and apart."""
    made: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        if made and span.start <= made[-1].end:
            made[-1] = Span(made[-1].start, max(made[-1].end, span.end))
        else:
            made.append(span)
    return tuple(made)


def _in_paper(evidence: Evidence, spans: Sequence[Span]) -> list[Span]:
    at = evidence.chunk.span.start
    return [Span(span.start + at, span.end + at) for span in spans]


def _within(evidence: Evidence, several: Iterable[Sequence[Span]]) -> tuple[Span, ...]:
    """Spans of the paper as spans of the chunk, without those that reach beyond it."""
    home = evidence.chunk.span
    return united(
        Span(span.start - home.start, span.end - home.start)
        for spans in several
        for span in spans
        if home.start <= span.start and span.end <= home.end
    )
