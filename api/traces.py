"""What was done for a question, as JSON: how the values become the shapes of `api.shapes`."""

from __future__ import annotations

from api.shapes import FoundJson, StepJson, TraceJson, UsageJson
from rag.citations import reference
from rag.types import Evidence, Step, Trace, Usage


def trace_json(trace: Trace) -> TraceJson:
    """What each stage did. Vectors stay behind."""
    return {
        "variants": [{"name": v.name, "text": v.text} for v in trace.variants],
        "transforms": [
            {
                "name": t.name,
                "status": t.status.value,
                "ms": round(t.ms, 2),
                "note": t.note,
                "usage": usage_json(t.usage),
            }
            for t in trace.transforms
        ],
        "stages": [{"name": s.name, "ms": round(s.ms, 2)} for s in trace.stages],
        "hits": [
            {
                "chunk_id": hit.chunk_id,
                "ranks": dict(hit.ranks),
                "fused_rank": hit.fused_rank,
                "reranked": hit.reranked,
                "final_rank": hit.final_rank,
                "duplicates": list(hit.duplicates),
            }
            for hit in trace.hits
        ],
        "steps": [step_json(step) for step in trace.steps],
    }


def step_json(step: Step) -> StepJson:
    """A step of an active method."""
    return {
        "kind": step.kind.value,
        "round": step.round,
        "asked": step.asked,
        "said": step.said,
        "found": [_found_json(evidence) for evidence in step.found],
        "note": step.note,
        "ms": round(step.ms, 2),
        "usage": usage_json(step.usage),
    }


def _found_json(evidence: Evidence) -> FoundJson:
    page = next(iter(evidence.chunk.pages), None)
    return {"chunk_id": evidence.chunk.chunk_id, "place": reference(evidence, page)}


def usage_json(usage: Usage) -> UsageJson:
    """What was charged."""
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cost_usd": usage.cost_usd,
    }
