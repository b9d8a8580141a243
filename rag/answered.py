"""From a draft to the answer that tells how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.trace import Stopwatch
from rag.types import Answer, Draft, Retrieval, StageTrace, Step, Trace


def answered(
    retrieval: Retrieval, draft: Draft, watch: Stopwatch, steps: Sequence[Step] = ()
) -> Answer:
    """The answer to what was searched for ``retrieval``; ``watch`` has timed the draft."""
    trace = replace(_with_selection(retrieval.trace, draft, watch), steps=tuple(steps))
    return Answer(
        query=retrieval.query,
        text=draft.text,
        abstained=draft.abstained,
        citations=draft.citations,
        evidence=retrieval.evidence if draft.evidence is None else draft.evidence,
        trace=trace,
        unsupported=draft.unsupported,
        note=draft.note,
        usage=draft.usage + trace.usage,
        model=draft.model,
    )


def _with_selection(trace: Trace, draft: Draft, watch: Stopwatch) -> Trace:
    """The trace with what was done after retrieval; selecting is timed apart from generating."""
    [generating] = watch.stages
    selecting = StageTrace("select", sum(step.ms for step in draft.selection))
    rest = replace(generating, ms=max(generating.ms - selecting.ms, 0.0))
    done = (selecting, rest) if draft.selection else (rest,)
    return replace(
        trace,
        transforms=(*trace.transforms, *draft.selection),
        stages=(*trace.stages, *done),
    )
