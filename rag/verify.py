"""Holds an answer to its evidence: what a citation does not bear out is marked as unsupported.

A sentence (or row, or block of code) is supported when at least one of its markers names a
chunk that was given, the quote (if there is one) is in that chunk, chunk and sentence share
enough words, every number of the sentence is in what it cites, and so is a denial if it denies.
This can tell an invented quote, number, source or "never"; it can't tell a false reading of a
true quote, such as a negation that was left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.citations import cite
from rag.claims import claims
from rag.markers import Marker, parse
from rag.negation import denies, may_deny
from rag.numbers import borne_out
from rag.quotes import (
    FEWEST_WORDS,
    best_passage,
    best_passages,
    find_misquote,
    find_quote,
    sentence_at,
)
from rag.tables import as_shown
from rag.text import analyse
from rag.types import Citation, Draft, Evidence, Span

UNSUPPORTED = "[unsupported]"
"""Stands in the text after a sentence that no citation supports."""

MIN_SHARED = 0.25
"""The share of a sentence's terms that its evidence must have.

docs/adr/0005-llm-and-citations.md has what it was chosen on.
"""

_WORD = re.compile(r"\w+")


def verify(text: str, evidence: Sequence[Evidence]) -> Draft:
    """The answer ``text`` with the citations that hold, by marker and in order.

    Marker ``[n]`` is ``evidence[n - 1]``. Markers that do not hold are taken out. Each
    (marker, quote) is listed once.
    """
    marked = parse(text.strip())
    inserts: list[tuple[int, str]] = []
    citations: list[Citation] = []
    unsupported: list[str] = []
    before: list[Citation] = []
    for claim in claims(marked.plain, marked.markers):
        held = [(m, c) for m in claim.markers if (c := _resolve(m, claim.text, evidence))]
        inserts += _shown(marked.plain, held)
        citations += [citation for _, citation in held]
        supported = _supported(claim.text, [c for _, c in held]) or _led_to(claim.formula, before)
        before = [citation for _, citation in held]
        if claim.needs_support and not supported:
            unsupported.append(claim.text)
            at = max([claim.end, *(marker.at for marker, _ in held)])
            inserts.append((at, f"{_gap(marked.plain, at)}{UNSUPPORTED}"))
    return Draft(
        text=_inserted(marked.plain, inserts),
        citations=tuple({(c.marker, c.span): c for c in citations}.values()),
        unsupported=tuple(unsupported),
    )


def _resolve(marker: Marker, claim: str, evidence: Sequence[Evidence]) -> Citation | None:
    """The citation that ``marker`` stands for, if there is such evidence and it bears it out."""
    if not 1 <= marker.number <= len(evidence):
        return None
    cited = evidence[marker.number - 1]
    span = _quoted(marker.quote, claim, cited.chunk.text)
    if span is None or not _on_topic(claim, cited):
        return None
    return cite(marker.number, cited, span)


def _quoted(quote: str, claim: str, text: str) -> Span | None:
    if not quote:
        return best_passage(claim, text)
    span = find_quote(quote, text)
    if span is None:
        return find_misquote(quote, text)
    return sentence_at(text, span) if len(_WORD.findall(quote)) < FEWEST_WORDS else span


def _on_topic(claim: str, cited: Evidence) -> bool:
    terms = set(analyse(claim))
    shared = terms & set(analyse(_readable(cited)))
    return len(shared) >= MIN_SHARED * len(terms)


def _supported(claim: str, citations: Sequence[Citation]) -> bool:
    if not citations:
        return False
    readable = "\n".join(_readable(citation.evidence) for citation in citations)
    return borne_out(claim, readable) and (not denies(claim) or _denied(claim, citations))


def _led_to(formula: str, before: Sequence[Citation]) -> bool:
    """Whether it is a formula that stands behind a line with citations, which have its numbers:
    papers' formulas lose too much on the way from the page for more to be compared.
    """
    readable = "\n".join(_readable(citation.evidence) for citation in before)
    return bool(formula and before) and borne_out(formula, readable)


def _denied(claim: str, citations: Sequence[Citation]) -> bool:
    """Whether what comes nearest to the claim in a cited chunk, or is quoted from it, denies."""
    return any(
        may_deny(passage)
        for citation in citations
        for passage in (citation.quote, *_nearest(claim, citation.evidence.chunk.text))
    )


def _nearest(claim: str, text: str) -> list[str]:
    return [span.of(text) for span in best_passages(claim, text)]


def _readable(evidence: Evidence) -> str:
    """All that the model was shown of a piece of evidence: its words, and its tables with the names
    of columns that may stand in another chunk.
    """
    headings = (section.heading for section in evidence.path)
    year, shown = str(evidence.metadata.year or ""), as_shown(evidence)
    tables = [shown] if shown != evidence.chunk.text else []
    return "\n".join([evidence.metadata.title, year, *headings, evidence.chunk.text, *tables])


def _shown(plain: str, held: Sequence[tuple[Marker, Citation]]) -> list[tuple[int, str]]:
    """What to put where for the markers that hold: each once at each place."""
    places = {(marker.at, citation.marker): None for marker, citation in held}
    return [
        (at, f"{mark} " if _opens(plain, at) else f"{_gap(plain, at)}{mark}") for at, mark in places
    ]


def _opens(plain: str, at: int) -> bool:
    return at == 0 or plain[at - 1] == "\n"


def _gap(plain: str, at: int) -> str:
    """What sets a mark off: a fence with anything behind it would not close its block."""
    line = plain[:at].rpartition("\n")[2].strip()
    return "\n" if line in ("```", "~~~") else " "


def _inserted(plain: str, inserts: Sequence[tuple[int, str]]) -> str:
    """``plain`` with the texts put in at their offsets; markers side by side are not spaced."""
    ordered = sorted(inserts, key=lambda insert: insert[0])
    cuts = [0, *(at for at, _ in ordered), len(plain)]
    parts = [plain[start:end] for start, end in pairwise(cuts)]
    texts = ["", *(text for _, text in ordered)]
    joined = "".join(text + part for text, part in zip(texts, parts, strict=True))
    return re.sub(r"(\[\d+\]) (?=\[\d+\])", r"\1", joined).strip()
