"""A parsed paper -> the same with its references read and its parts linked. Read this first.

Works on text, elements and sections alone, so that papers of every format profit. What a parser
knows better (LaTeX has labels and keys) is kept; only what is missing is added.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from heapq import merge
from itertools import chain

from ingest.linking.author_year import AuthorYears
from ingest.linking.bibliography import read_bibliography
from ingest.linking.cross_references import cross_references
from ingest.linking.labelled import labelled_citations
from ingest.linking.notes import footnote_calls
from rag.types import Kind, Link, LinkKind, Paper, Span

_SILENT = frozenset((Kind.REFERENCE, Kind.EQUATION))
"""Kinds whose brackets and numbers mean something else."""


def linked(paper: Paper) -> Paper:
    """``paper`` with references and links, those it had among them.

    Links are in the order of the text. Those of one span lead to several targets ("[3-5]"); others
    don't overlap. None stands in the element that it leads to.
    """
    paper = replace(paper, references=paper.references or read_bibliography(paper))
    stretches = [e.span for e in paper.elements if e.kind not in _SILENT]
    found = chain(
        footnote_calls(paper), citations(paper, stretches), cross_references(paper, stretches)
    )
    return replace(paper, links=tuple(_sorted(paper, found)))


def citations(paper: Paper, stretches: Iterable[Span]) -> Iterator[Link]:
    """Links from ``stretches`` of the text to entries of the bibliography."""
    stretches = list(stretches)
    references = paper.references
    labels = {r.label: at for at, r in reversed(list(enumerate(references))) if r.label}
    yield from labelled_citations(stretches, paper.text, labels)
    printed = [paper.elements[r.element].span.of(paper.text) for r in references]
    yield from AuthorYears(references, printed).citations(stretches, paper.text)


def _sorted(paper: Paper, found: Iterable[Link]) -> Iterator[Link]:
    """The paper's own links and what is found besides, by place; of two of these that overlap, the
    earlier and longer.
    """
    given = sorted(paper.links, key=lambda link: link.span.start)
    added: list[Link] = []
    for link in sorted(
        {link for link in found if not _is_own(paper, link) and not _touches(given, link.span)},
        key=lambda link: (link.span.start, -link.span.end, link.target),
    ):
        if not added or link.span == added[-1].span or link.span.start >= added[-1].span.end:
            added.append(link)
    return merge(given, added, key=lambda link: link.span.start)


def _touches(links: Sequence[Link], span: Span) -> bool:
    """Whether one of ``links``, which are in order, overlaps ``span``."""
    before = bisect_left(links, span.end, key=lambda link: link.span.start)
    return before > 0 and links[before - 1].span.end > span.start


def _is_own(paper: Paper, link: Link) -> bool:
    """Whether the link leads to the element that it stands in, as a caption's own label."""
    if link.kind not in (LinkKind.ELEMENT, LinkKind.FOOTNOTE):
        return False
    span = paper.elements[link.target].span
    return span.start <= link.span.start < span.end
