"""Whether an answer is given: what the fit learns of made readings, and the questions for it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from calibrate_answerable import QUESTIONS, REFUSED, Asked, fit

from eval.datasets.questions import read_questions
from rag.generate.answerable import NAMES, READ
from rag.generate.linear_model import LinearModel


def _made(read: bool) -> tuple[list[Asked], np.ndarray]:
    """400 questions of ten papers; nearness, and what a reader says if it does, tell them apart."""
    chance = np.random.default_rng(0)
    groups = ["answerable"] * 200 + ["unanswerable"] * 120 + ["elsewhere"] * 40 + ["off-topic"] * 40
    asked = [Asked(group, str(i % 10), "?", ()) for i, group in enumerate(groups)]
    rows = np.zeros((len(asked), len(NAMES)))
    answered = np.array(groups) == "answerable"
    rows[:, NAMES.index("best_cosine")] = answered + chance.normal(size=400)
    if read:
        rows[:, NAMES.index("best_passage")] = 4 * answered + chance.normal(size=400)
    return asked, rows


def test_the_threshold_refuses_few_that_are_answerable() -> None:
    asked, rows = _made(read=True)
    found = fit(asked, rows, NAMES)
    odds = LinearModel(found["bias"], found["weights"]).logits(NAMES, rows)
    refused = odds < found["threshold"]
    assert refused[:200].mean() == pytest.approx(REFUSED, abs=0.03)
    assert refused[200:].mean() > 0.9


def test_without_a_reader_less_is_refused() -> None:
    """Of what no one reads, only the other features have weights."""
    asked, rows = _made(read=False)
    names = [name for name in NAMES if name not in READ]
    found = fit(asked, rows, names)
    assert list(found["weights"]) == names
    odds = LinearModel(found["bias"], found["weights"]).logits(NAMES, rows)
    assert 0.1 < (odds < found["threshold"])[200:].mean() < 0.5


@pytest.mark.corpus
def test_the_answers_stand_in_the_papers(corpus_data: Path) -> None:
    questions = read_questions(QUESTIONS, by_paper=False)
    texts = {}
    for path in (corpus_data / "pmlr").glob("*.pdf"):
        with pymupdf.open(path) as document:
            texts[path.stem] = " ".join(" ".join(p.get_text() for p in document).split())
    assert {q.papers[0] for q in questions} == set(texts)
    assert 0.4 < np.mean([q.answerable for q in questions]) < 0.6
    for question in questions:
        assert bool(question.must_contain) == question.answerable
        for pattern in question.must_contain:
            assert re.search(pattern, texts[question.papers[0]], re.IGNORECASE), question
