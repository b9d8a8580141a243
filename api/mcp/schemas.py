"""How what was found and answered becomes the shapes of `api.mcp.shapes`."""

from __future__ import annotations

from api.comparison import pairs_json, silent_json
from api.mcp.shapes import AnsweredJson, ComparedJson, PassageJson
from api.schemas import cited_json, paper_json, place_json
from api.traces import usage_json
from rag.types import Answer, Comparison, Evidence


def passage_json(evidence: Evidence) -> PassageJson:
    """A passage that was found."""
    return {
        "rank": evidence.rank,
        "chunk_id": evidence.chunk.chunk_id,
        "paper": paper_json(evidence.chunk.paper_id, evidence.metadata),
        "section": place_json(evidence.path),
        "pages": list(evidence.chunk.pages),
        "text": evidence.chunk.text,
    }


def answered_json(answer: Answer) -> AnsweredJson:
    """An answer without its evidence, which the assistant can search for."""
    return {
        "question": answer.query.text,
        "answer": answer.text,
        "abstained": answer.abstained,
        "citations": [cited_json(citation) for citation in answer.citations],
        "unsupported": list(answer.unsupported),
        "note": answer.note,
        "model": answer.model,
        "usage": usage_json(answer.usage),
    }


def compared_json(found: Comparison) -> ComparedJson:
    """What papers say on one question."""
    return {
        "question": found.question,
        "claims": [
            {
                "paper": paper_json(claim.paper_id, claim.metadata),
                "text": claim.text,
                "citations": [cited_json(citation) for citation in claim.citations],
            }
            for claim in found.claims
        ],
        "pairs": pairs_json(found),
        "silent": silent_json(found),
        "by": "model" if found.by_model else "rules",
        "note": found.note,
        "usage": usage_json(found.usage),
    }
