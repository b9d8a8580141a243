"""What papers say on one question, as JSON. Scripts rely on these names."""

from __future__ import annotations

from typing_extensions import TypedDict

from api.paper_shapes import PaperJson
from api.schemas import citation_json, paper_json
from api.shapes import CitationJson, UsageJson
from api.traces import usage_json
from rag.types import Comparison


class ClaimJson(TypedDict):
    """What one paper says on a question, and where."""

    paper: PaperJson
    text: str
    citations: list[CitationJson]


class ClaimPairJson(TypedDict):
    """Two claims of different papers, by their places in ``claims`` (from 0): ``relation`` is
    conflict or agree.
    """

    relation: str
    first: int
    second: int
    why: str


class SilentJson(TypedDict):
    """A paper that says nothing on a question."""

    id: str
    title: str


class ComparisonJson(TypedDict):
    """What papers say on one question. ``by`` is who found the pairs: model or rules."""

    question: str
    claims: list[ClaimJson]
    pairs: list[ClaimPairJson]
    silent: list[SilentJson]
    by: str
    note: str
    usage: UsageJson


def comparison_json(found: Comparison) -> ComparisonJson:
    """What papers say, and which of it conflicts."""
    return {
        "question": found.question,
        "claims": [
            {
                "paper": paper_json(claim.paper_id, claim.metadata),
                "text": claim.text,
                "citations": [citation_json(citation) for citation in claim.citations],
            }
            for claim in found.claims
        ],
        "pairs": pairs_json(found),
        "silent": silent_json(found),
        "by": "model" if found.by_model else "rules",
        "note": found.note,
        "usage": usage_json(found.usage),
    }


def pairs_json(found: Comparison) -> list[ClaimPairJson]:
    """Which claims go together, and how."""
    return [
        {
            "relation": pair.relation.value,
            "first": pair.first,
            "second": pair.second,
            "why": pair.why,
        }
        for pair in found.pairs
    ]


def silent_json(found: Comparison) -> list[SilentJson]:
    """The papers that say nothing."""
    return [{"id": paper_id, "title": title} for paper_id, title in found.silent]
