"""The claims of a paper: the sentences of an answer made from it alone, with what they cite.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rag.claims import Claim, claims
from rag.markers import parse
from rag.types import Answer
from rag.types.comparison import PaperClaim


def claims_of(answer: Answer) -> tuple[PaperClaim, ...]:
    """The sentences of ``answer`` that a citation supports, in their order."""
    if answer.abstained:
        return ()
    marked = parse(answer.text)
    doubtful = set(answer.unsupported)
    made = []
    for claim in claims(marked.plain, marked.markers):
        if claim.text in doubtful:
            continue
        for text, numbers in _parts(marked.plain, claim):
            cited = tuple(c for c in answer.citations if c.marker in numbers)
            if cited and text:
                evidence = cited[0].evidence
                made.append(PaperClaim(evidence.chunk.paper_id, evidence.metadata, text, cited))
    return tuple(made)


def _parts(plain: str, claim: Claim) -> Iterator[tuple[str, frozenset[str]]]:
    """The claim cut behind its markers, each part with those it ends in: a row of a table, quoted,
    has no full stop to tell it from the sentence behind it.
    """
    start, last = claim.span.start, max((m.at for m in claim.markers), default=0)
    for at, group in groupby(claim.markers, lambda marker: marker.at):
        end = claim.span.end if at == last else at
        text = " ".join(plain[start:end].split())
        yield text, frozenset(f"[{marker.number}]" for marker in group)
        start = end
