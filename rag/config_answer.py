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

    ``reader`` reads question and passages together for extractive answers; it comes with the
    package, and without it they are quicker and worse.

    ``max_words`` are those of a plain answer that a language model is asked for; an extractive one,
    which has no words of its own to tie the paper's together, is of ``quoted_sentences`` with
    ``quoted_words`` at most.
    """

    evidence: Positive = 12
    widen: Literal["auto", "none", "neighbours", "section", "pointed"] = "auto"
    evidence_tokens: Positive = 3000
    reader: Literal["minilm", "none"] = "minilm"
    max_words: Positive = 120
    quoted_words: Positive = 180
    quoted_sentences: Positive = 8
