"""Citations by label: "[12]", "[3, 5-7]", "[HSW21]", and raised numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ingest.linking.numbers import listed
from rag.types import Link, LinkKind, Span

_BRACKETS = re.compile(r"\[(\d{1,3}\]\s?[-‐–—]\s?\[\d{1,3}|[^\[\]]{1,200})\]")
_NO_BRACKETS = str.maketrans("[]", "  ")  # of "[5]-[7]"
_NUMBERS = re.compile(r"\d{1,3}(?:\s*[-‐–—,;]\s*\d{1,3})*\s*[,;]?")
_PLACE = re.compile(r"[,;]\s*(?:§|[A-Z]|[a-z]|pp?\.|e\.g).*$")  # "[12, Theorem 3]"
_PART = re.compile(r"[^,;]+")
_RAISED = re.compile(
    r"(?<=[^\W\d_A-Z]|[.,;:)”’])(?<![^\w]\w)(\d{1,3}(?:[,–-]\d{1,3}){0,5})(?=[\s.,;:)]|$)"
)
_FEW = 3
_SHARE = 0.5  # of the entries must be called by raised numbers for these to be citations


def labelled_citations(
    stretches: Iterable[Span], text: str, labels: Mapping[str, int]
) -> Iterator[Link]:
    """Links from the brackets in ``stretches`` of ``text``. ``labels`` gives the entry of each.

    A bracket counts if everything in it is a label; a list gives a link for each, a range links of
    one span. Where a list of numbered entries is never cited so, raised numbers may do it.
    """
    stretches = list(stretches)
    found = [link for stretch in stretches for link in _bracketed(stretch, text, labels)]
    numbered = sum(label.isdigit() for label in labels)
    if len(found) < _FEW and numbered >= _FEW:
        raised = [link for stretch in stretches for link in _raised(stretch, text, labels)]
        if len({link.target for link in raised}) >= _SHARE * numbered:
            found = raised
    yield from found


def _bracketed(stretch: Span, text: str, labels: Mapping[str, int]) -> Iterator[Link]:
    for match in _BRACKETS.finditer(text, stretch.start, stretch.end):
        inside, start = match[1].translate(_NO_BRACKETS), match.start(1)
        if not _NUMBERS.fullmatch(inside.strip()):
            yield from _named(match, labels)
            continue
        items = list(listed(inside, start))
        if not all(number in labels for _, numbers in items for number in numbers):
            continue
        if len(items) == 1 and len(items[0][1]) == 1:
            items = [(Span(*match.span()), items[0][1])]
        for span, numbers in items:
            yield from (Link(span, LinkKind.CITATION, labels[number]) for number in numbers)


def _named(match: re.Match[str], labels: Mapping[str, int]) -> Iterator[Link]:
    """Links of a bracket with a label that is no number, or with a place in the work cited."""
    whole = Span(*match.span())
    inside = " ".join(match[1].split())
    if inside in labels:
        yield Link(whole, LinkKind.CITATION, labels[inside])
        return
    first = _PLACE.sub("", match[1])
    if first != match[1] and (label := first.strip()) in labels:
        yield Link(whole, LinkKind.CITATION, labels[label])
        return
    parts = list(_PART.finditer(match[1]))
    if all(part[0].strip() in labels for part in parts):
        for part in parts:
            label = part[0].strip()
            start = match.start(1) + part.start() + part[0].index(label)
            yield Link(Span(start, start + len(label)), LinkKind.CITATION, labels[label])


def _raised(stretch: Span, text: str, labels: Mapping[str, int]) -> Iterator[Link]:
    for match in _RAISED.finditer(text, stretch.start, stretch.end):
        items = list(listed(match[1], match.start(1)))
        if all(number in labels for _, numbers in items for number in numbers):
            for span, numbers in items:
                yield from (Link(span, LinkKind.CITATION, labels[number]) for number in numbers)
