"""Whether what an answer cites bears out what it says: citation recall and precision.

As ALCE defines them (Gao et al. 2023, arXiv 2305.14627): a statement counts for recall if all that
it cites together supports it; a citation of such a statement counts for precision unless it
supports nothing alone and the others do without it. ALCE's statements are sentences and its judge
an entailment model; ours are what `rag.claims` takes for statements, and the judge can be chosen.
Where several sentences are one quotation, with its marker behind the last, all of them cite it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.answers.values import Given, Passage
from rag.claims import Claim, claims
from rag.markers import parse
from rag.verify import UNSUPPORTED

Support = Callable[[str, Sequence[Passage]], bool]
"""Whether the passages, taken together, bear out a statement; never asked about none."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, table row or block of code of an answer, with the passages that it cites."""

    text: str
    cited: tuple[Passage, ...]


def statements(given: Given) -> list[Statement]:
    """What an answer states, in order; headings and the like state nothing."""
    marked = parse(given.text.replace(UNSUPPORTED, "").strip())
    return [
        Statement(claim.text, _cited(claim, given))
        for claim in claims(marked.plain, marked.markers)
        if claim.needs_support
    ]


def _cited(claim: Claim, given: Given) -> tuple[Passage, ...]:
    """The passages that a claim cites, each once: by its markers, or as a part of a quotation."""
    markers = {f"[{marker.number}]" for marker in claim.markers}
    words = _spaced(claim.text)
    cited = {
        citation.passage.chunk_id: citation.passage
        for citation in given.citations
        if citation.marker in markers or (not markers and words in _spaced(citation.quote))
    }
    return tuple(cited.values())


def _spaced(text: str) -> str:
    return " ".join(text.split())


def citation_scores(given: Given, support: Support) -> dict[str, float]:
    """``citation R`` and ``citation P``; none for a refusal, 0 of both without any citation."""
    if not given.answers:
        return {}
    made = statements(given)
    borne_out = [bool(each.cited) and support(each.text, each.cited) for each in made]
    needed = sum(
        _needed(each, support) for each, right in zip(made, borne_out, strict=True) if right
    )
    citations = sum(len(each.cited) for each in made)
    return {
        "citation R": sum(borne_out) / len(made) if made else 0.0,
        "citation P": needed / citations if citations else 0.0,
    }


def _needed(statement: Statement, support: Support) -> int:
    """How many citations of a statement that is borne out are not beside the point."""
    if len(statement.cited) == 1:
        return 1
    return sum(
        support(statement.text, (passage,))
        or not support(statement.text, [p for p in statement.cited if p is not passage])
        for passage in statement.cited
    )
