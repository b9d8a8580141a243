"""Settings of what searches again while it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from rag.config_values import Choice, Positive, Seconds, Share

BOUNDS = frozenset({"max_rounds", "max_tokens", "deadline_s", "evidence", "max_evidence"})


class ActiveTable(Choice):
    """Whether more is searched for while an answer is written, and how much that may take.

    Without a language model "multi-hop" parts the question by rule, and the others do nothing.
    Each round adds at most ``evidence`` chunks a search, all together hold at most
    ``max_evidence`` besides the first search's. No round begins after ``max_rounds``, nor once
    ``max_tokens`` (read and written by the model for the rounds) are spent, and what of them runs
    ``deadline_s`` after the beginning is called off. The answer is then made of what there is, in
    the time that ``llm.deadline_s`` gives it.

    FLARE is unsure of a sentence with a word less likely than ``min_probability``. ``questions``
    is how many multi-hop asks in one round; ``passages`` how many Astute RAG has the model write
    of its own knowledge.
    """

    USES: ClassVar[Mapping[str, frozenset[str]]] = {
        "none": frozenset(),
        "flare": BOUNDS | {"min_probability"},
        "multi-hop": BOUNDS | {"questions"},
        "astute": BOUNDS | {"passages"},
    }
    kind: Literal["none", "flare", "multi-hop", "astute"] = "none"
    max_rounds: Positive = 3
    max_tokens: Positive = 30_000
    deadline_s: Seconds = 60.0
    evidence: Positive = 5
    max_evidence: Positive = 15
    min_probability: Share = 0.3
    questions: Positive = 3
    passages: Positive = 2
