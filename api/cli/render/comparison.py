"""What papers say on one question: conflicts first, then paper by paper."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from api.cli.text import clean
from rag.citations import reference
from rag.types import ClaimPair, Comparison, PaperClaim, Relation

_HEADINGS = {Relation.CONFLICT: ("conflict", "bold red"), Relation.AGREE: ("agreement", "green")}


def side_by_side(found: Comparison) -> RenderableType:
    """The pairs, both sides cited with quotes, then all claims by paper, and the limits."""
    parts: list[RenderableType] = []
    for pair in found.pairs:
        parts += [*_pair(found, pair), Text()]
    if found.claims and not any(pair.relation is Relation.CONFLICT for pair in found.pairs):
        parts += [Text("No conflict was found between these papers."), Text()]
    for _, group in groupby(found.claims, lambda claim: claim.paper_id):
        parts += [*_paper(list(group)), Text()]
    parts += [
        Text(f"{clean(title or paper_id)}: nothing on this was found.", "dim")
        for paper_id, title in found.silent
    ]
    if found.note:
        parts.append(Text(f"note: {clean(found.note)}", style="yellow"))
    return Group(*parts)


def _pair(found: Comparison, pair: ClaimPair) -> Iterator[RenderableType]:
    heading, style = _HEADINGS[pair.relation]
    yield Text.assemble((heading, style), f": {clean(pair.why)}")
    for at in (pair.first, pair.second):
        yield from _cited(found.claims[at])


def _paper(claims: list[PaperClaim]) -> Iterator[RenderableType]:
    yield Text(clean(claims[0].metadata.title or claims[0].paper_id), "bold")
    for claim in claims:
        yield from _cited(claim)


def _cited(claim: PaperClaim) -> Iterator[RenderableType]:
    """The claim, and where it stands; a quote that it consists of is not repeated."""
    said = clean(claim.text)
    yield Padding(Text(said), (0, 0, 0, 2))
    for citation in claim.citations:
        quote = clean(citation.quote)
        words = "" if quote in said else f" “{quote}”"
        place = clean(reference(citation.evidence, citation.page))
        yield Padding(Text.assemble((place, "green"), words), (0, 0, 0, 4))
