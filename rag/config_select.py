"""Settings of what is read of the evidence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rag.config_values import Seconds, Table


class SelectTable(Table):
    """What of the evidence a language model reads, besides what `AnswerTable.widen` brings along.

    Extractive answers weigh single sentences by a model that was fitted to evidence as it is found:
    theirs is merged where it overlaps, and marked, and that is all.

    ``floor``: a passage is left out if the log odds of its best sentence lie so far behind the best
    of all; 0 leaves none out. ``emphasis``: who says which sentences bear on the question, the
    extractive answer's model or the language model. ``definitions``: those of symbols and short
    forms come along. ``merge``: passages that overlap or meet become one. ``order``: of the
    passages of one section. ``condense``: who chooses what is left of evidence that exceeds
    `AnswerTable.evidence_tokens`. The language model gets ``deadline_s`` for either; where there is
    none, or it fails, it is done without it.
    """

    floor: Annotated[float, Field(ge=0)] = 5.0
    emphasis: Literal["sentences", "llm", "none"] = "sentences"
    definitions: bool = True
    merge: bool = True
    order: Literal["paper", "rank"] = "paper"
    condense: Literal["sentences", "llm", "none"] = "sentences"
    deadline_s: Seconds = 8.0
