"""What short forms and symbols stand for, where the question or a sentence that bears on it uses
them and the evidence does not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.naming import key
from rag.protocols import Terms
from rag.quotes import sentence_at
from rag.select.along import Companion
from rag.select.passages import clipped, holds
from rag.select.symbols import Symbol, definitions, symbols
from rag.store.catalog import Catalog
from rag.store.stretches import chunk_over, text_of
from rag.types import Evidence, KnownTerm, Query, Span

MOST = 3
"""Definitions that come along with an answer's evidence."""

MOST_SYMBOLS = 12
LONGEST_PAPER = 2_000_000
NEAR = 40
"""Characters around a long form in which its short form stands where it is defined."""

_SHORT_FORM = re.compile(r"\b[A-Za-z][a-z]*[A-Z][\w-]*\b|\b[A-Z]{2,}[\w-]*\b")
_APART = r"[\s‐‑–-]+"


@dataclass(frozen=True)
class Defining:
    """The sentences that define what is used: short forms as ``terms`` knows them, and symbols
    ("where X denotes").
    """

    catalog: Catalog
    terms: Terms

    def __call__(self, query: Query, evidence: Sequence[Evidence]) -> Iterator[Companion]:
        made: list[Companion] = []
        for paper_id in dict.fromkeys(each.chunk.paper_id for each in evidence):
            own = [each for each in evidence if each.chunk.paper_id == paper_id]
            for what, span in self._defined(query, own, paper_id):
                if len(made) < MOST and not holds(_shown(made), paper_id, span):
                    made += self._sentence(own[0], what, span)
        yield from made

    def _defined(
        self, query: Query, own: Sequence[Evidence], paper_id: str
    ) -> Iterator[tuple[str, Span]]:
        used = "\n".join([query.text, *(m.of(e.chunk.text) for e in own for m in e.marked)])
        said = "\n".join(each.chunk.text for each in own)
        terms = [term for term in self._terms(used, paper_id) if not _is_said(term, said)]
        unknown = [
            s for s in symbols(used)[:MOST_SYMBOLS] if next(definitions(s, said), None) is None
        ]
        if not terms and not unknown:
            return
        text = text_of(self.catalog, paper_id, Span(0, LONGEST_PAPER))
        for term in terms:
            if span := introduced(term, text):
                yield term.short, span
        for symbol in unknown:
            if span := _nearest(symbol, text, own[0].chunk.span.start):
                yield symbol.shown, span

    def _terms(self, used: str, paper_id: str) -> list[KnownTerm]:
        keys = {key(match[0]) for match in _SHORT_FORM.finditer(used)} - {""}
        return self.terms.of_short(keys, frozenset((paper_id,))) if keys else []

    def _sentence(self, near: Evidence, what: str, span: Span) -> Iterator[Companion]:
        """The sentence around ``span``, marked."""
        holder = chunk_over(self.catalog, near.chunk.paper_id, span)
        for whole in self.catalog.evidence([(holder, near.score)]) if holder else ():
            at = whole.chunk.span.start
            if not at <= span.start <= span.end <= whole.chunk.span.end:
                continue
            found = sentence_at(whole.chunk.text, Span(span.start - at, span.end - at))
            part = clipped(whole, Span(found.start + at, found.end + at))
            yield Companion(_all_marked(part), f"what {what} is")


def introduced(term: KnownTerm, text: str) -> Span | None:
    """Where ``text`` first has the long form with the short one beside it."""
    words = map(re.escape, re.split(r"[\s-]+", term.long))
    short = re.compile(rf"\b{re.escape(term.short)}s?\b")
    for match in re.finditer(_APART.join(words), text, re.IGNORECASE):
        end = match.end() + NEAR
        around = short.finditer(text, max(match.start() - NEAR, 0), end + len(term.short) + 2)
        if any(found.start() < end for found in around):  # a word that the end cuts is another
            return Span(*match.span())
    return None


def _nearest(symbol: Symbol, text: str, place: int) -> Span | None:
    """The definition that stands nearest to ``place``: a paper uses letters for several things."""
    found = definitions(symbol, text)
    return min(found, key=lambda span: abs(span.start - place), default=None)


def _is_said(term: KnownTerm, text: str) -> bool:
    return introduced(term, text) is not None or key(term.long) in key(text)


def _shown(made: Sequence[Companion]) -> list[Evidence]:
    return [companion.evidence for companion in made]


def _all_marked(evidence: Evidence) -> Evidence:
    return replace(evidence, marked=(Span(0, len(evidence.chunk.text)),))
