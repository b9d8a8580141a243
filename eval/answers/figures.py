"""Whether the numbers that an answer gives stand anywhere."""

from __future__ import annotations

from eval.answers.overlap import plain
from eval.answers.values import Given, Passage
from eval.datasets import Question
from rag.numbers import borne_out


def number_errors(question: Question, given: Given) -> dict[str, float]:
    """1 for an answer with a number that neither its cited passages have, nor a gold answer or its
    evidence, nor the question; none for a refusal.
    """
    if not given.answers:
        return {}
    cited = [part for citation in given.citations for part in _words(citation.passage)]
    gold = [passage for passages in question.evidence for passage in passages]
    known = "\n".join([question.text, *question.answers, *gold, *cited])
    return {"number errors": float(not borne_out(plain(given.text), known))}


def _words(passage: Passage) -> tuple[str, ...]:
    return (*passage.path, passage.title, str(passage.year or ""), passage.text, passage.shown)
