"""Settings of what is made of the evidence."""

from __future__ import annotations

from typing import Literal

from rag.config_values import Positive, Table


class AnswerTable(Table):
    """How answers are made from what was found.

    ``widen``: evidence is widened to the chunks beside it, or to its section, or by the tables,
    figures, equations and algorithms that it points to, while all of it keeps to
    ``evidence_tokens``. "auto" is "neighbours" and "pointed" for a language model and "none" for
    extractive answers.
    """

    evidence: Positive = 10
    widen: Literal["auto", "none", "neighbours", "section", "pointed"] = "auto"
    evidence_tokens: Positive = 3000
    max_words: Positive = 180
    max_sentences: Positive = 8
