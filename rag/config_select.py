"""Settings of what is read of the evidence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rag.config_values import Seconds, Table


class SelectTable(Table):
    """What of the evidence a generator reads, besides what `AnswerTable.widen` brings along.

    Extractive answers read evidence as it was found, merged and marked: they weigh single sentences
    by what is set here for a language model to read.

    ``floor``: a passage is left out whose best sentence's log odds lie so far behind the best of
    all; 0: none is. ``emphasis``: sentences that bear on the question are marked, by the extractive
    answerer's model, or by the language model in its place. ``definitions`` of symbols and short
    forms come along. ``merge``: passages that overlap or meet are one. ``order``: of the passages
    of one section. ``condense``: what is beyond `AnswerTable.evidence_tokens` is cut down to its
    most telling sentences, if they are to be so chosen by the language model. It has ``deadline_s``
    for each; without one, or where it fails, it is done without it.
    """

    floor: Annotated[float, Field(ge=0)] = 3.0
    emphasis: Literal["sentences", "llm", "none"] = "sentences"
    definitions: bool = True
    merge: bool = True
    order: Literal["paper", "rank"] = "paper"
    condense: Literal["sentences", "llm", "none"] = "sentences"
    deadline_s: Seconds = 8.0
