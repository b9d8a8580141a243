from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from eval.training.adapter import AdapterSettings, fit_adapter
from eval.training.descent import Schedule
from eval.training.examples import Example, Wording, folds, unturned
from eval.training.fitting import (
    CROSS_FITTED,
    FitSettings,
    Fitted,
    cross_fitted,
    fit,
    judgeable,
    measured,
)
from eval.training.members import make_member
from eval.training.ranker import Judgeable, RankerSettings, fit_ranker
from rag.embed.adapter import QueryAdapter
from rag.rerank.features import NAMES, QUESTION_NAMES
from rag.rerank.network import Network
from rag.types import Ranking
from tests.eval.training.made_examples import example, misled

QUICK = AdapterSettings(Schedule(epochs=30, batch=16, rate=0.05, decay=0.0, warm_up=1))
SMALL = RankerSettings(Schedule(epochs=8, batch=8, rate=0.02, decay=0.0, warm_up=1), members=2)
EXAMPLES = [example(i) for i in range(60)]
OTHERS = [example(i) for i in range(60, 90)]


def top(adapter: QueryAdapter, examples: list[Example]) -> float:
    """The share of questions whose answer is nearest."""
    turned = [adapter(e.vector[None])[0] for e in examples]
    found = zip(turned, examples, strict=True)
    return float(np.mean([np.argmax(e.documents @ v) == np.argmax(e.gains) for v, e in found]))


def test_the_adapter_learns_what_answers_have_in_common() -> None:
    before = QueryAdapter(np.zeros((8, 8), dtype=np.float32))
    adapter = fit_adapter(EXAMPLES, QUICK)
    assert top(before, OTHERS) < 0.4
    assert top(adapter, OTHERS) > 0.8


def test_the_same_seed_gives_the_same_adapter() -> None:
    first, second = (fit_adapter(EXAMPLES, QUICK) for _ in range(2))
    np.testing.assert_array_equal(first.matrix, second.matrix)


def test_what_helps_nobody_else_is_not_learned() -> None:
    start = fit_adapter(EXAMPLES, QUICK)
    spoilt = fit_adapter([misled(e) for e in EXAMPLES], QUICK, start, held_out=OTHERS)
    np.testing.assert_array_equal(spoilt.matrix, start.matrix)


def with_numbers(number: int) -> Judgeable:
    """The passage with the numbers is the evidence; nothing else tells it from the others."""
    answer = number % 4
    texts = ["words and more words of a text" for _ in range(4)]
    texts[answer] = "words and 12 more 0.5 of 1997"
    made = example(number, answer, texts)
    same = replace(made, documents=np.tile(made.documents[:1], (4, 1)))
    return judgeable(same, unturned)


def test_the_ranker_learns_which_features_count() -> None:
    network = fit_ranker([with_numbers(i) for i in range(40)], SMALL)
    for i in range(40, 60):
        made = with_numbers(i)
        scores = network.scores(made.features, made.question)
        assert np.argmax(scores) == np.argmax(made.gains)


def test_the_same_seed_gives_the_same_network() -> None:
    questions = [with_numbers(i) for i in range(8)]
    first, second = (fit_ranker(questions, SMALL) for _ in range(2))
    np.testing.assert_array_equal(first.hidden, second.hidden)
    assert (fit_ranker(questions, replace(SMALL, seed=5)).hidden != first.hidden).any()


def test_the_ranker_begins_with_what_it_is_given_and_stops_where_others_lose() -> None:
    questions = [with_numbers(i) for i in range(20)]
    start = fit_ranker(questions, SMALL)
    wrong = [replace(q, gains=np.roll(q.gains, 1)) for q in questions]
    kept = fit_ranker(wrong, SMALL, start, held_out=questions)
    made = questions[0]
    np.testing.assert_allclose(
        kept.scores(made.features, made.question), start.scores(made.features, made.question)
    )


def test_the_network_computes_what_was_fitted() -> None:
    import torch

    random = np.random.default_rng(0)
    member = make_member(rank=3, hidden=5, dropout=0.5, seed=1).eval()
    torch.nn.init.normal_(member.out.weight)
    parts = {name: array[None] for name, array in member.arrays().items()}
    network = Network(
        NAMES,
        QUESTION_NAMES,
        mean=np.zeros(len(NAMES), dtype=np.float32),
        scale=np.ones(len(NAMES), dtype=np.float32),
        question_mean=np.zeros(len(QUESTION_NAMES), dtype=np.float32),
        question_scale=np.ones(len(QUESTION_NAMES), dtype=np.float32),
        **parts,
    )
    x = random.normal(size=(7, len(NAMES))).astype(np.float32)
    q = random.normal(size=len(QUESTION_NAMES)).astype(np.float32)
    with torch.no_grad():
        wanted = member(torch.from_numpy(x)[None], torch.from_numpy(q)[None])[0].numpy()
    np.testing.assert_allclose(network.scores(x, q), wanted, atol=1e-4)
    other = make_member(rank=3, hidden=5, dropout=0.5, seed=2).eval()
    other.take(network, 0)
    with torch.no_grad():
        taken = other(torch.from_numpy(x)[None], torch.from_numpy(q)[None])[0].numpy()
    np.testing.assert_allclose(taken, wanted)


def vectors_turned(examples: Sequence[Example], settings: FitSettings) -> np.ndarray:
    turns = cross_fitted(examples, settings)
    found = [turn(e.vector[None])[0] for turn, e in zip(turns, examples, strict=True)]
    return np.stack(found)


def test_vectors_are_cross_fitted_without_their_own_paper() -> None:
    """What is falsely said of the papers of a fold changes nothing in it, but all others."""
    settings = FitSettings(QUICK, SMALL)
    turned = vectors_turned(EXAMPLES, settings)
    others, fold = next(folds(EXAMPLES, CROSS_FITTED, settings.seed))
    falsified = [misled(e) if i in fold else e for i, e in enumerate(EXAMPLES)]
    spoilt = vectors_turned(falsified, settings)
    np.testing.assert_array_equal(spoilt[fold], turned[fold])
    assert (spoilt[others] != turned[others]).any(axis=1).all()


def test_both_together_are_better_than_plain_fusion() -> None:
    steps: list[str] = []
    fitted = fit(EXAMPLES, FitSettings(QUICK, SMALL), on_step=steps.append)
    plain, learned = measured(OTHERS, None), measured(OTHERS, fitted)
    assert len(plain) == len(learned) == len(OTHERS)
    assert np.mean([row["MRR"] for row in learned]) > np.mean([row["MRR"] for row in plain]) + 0.2
    assert {"adapter", "features", "ranker"} < set(steps)


def test_the_ranker_learns_from_questions_with_further_wordings_and_without() -> None:
    """In their own wording the questions tell nothing; a second one has the answer's vector."""
    blind = [replace(e, vector=np.ones_like(e.vector)) for e in EXAMPLES + OTHERS]
    answers = [e.documents[np.argmax(e.gains)] for e in EXAMPLES + OTHERS]
    worded = [
        replace(e, others=(Wording("hyde", answer, True, Ranking("bm25/hyde", ())),))
        for e, answer in zip(blind, answers, strict=True)
    ]
    fitted = fit(worded[: len(EXAMPLES)], FitSettings(QUICK, SMALL))
    held_out = worded[len(EXAMPLES) :]
    found = [row["MRR"] for row in measured(held_out, fitted)]
    alone = [row["MRR"] for row in measured([e.alone() for e in held_out], fitted)]
    assert np.mean(found) > np.mean(alone) + 0.2


def test_fitting_goes_on_from_a_start() -> None:
    settings = FitSettings(QUICK, SMALL)
    start = fit(EXAMPLES, settings)
    none = replace(settings, adapter=replace(QUICK, schedule=replace(QUICK.schedule, rate=0.0)))
    again = fit(EXAMPLES, none, start, OTHERS)
    assert isinstance(again, Fitted)
    np.testing.assert_allclose(again.adapter.matrix, start.adapter.matrix)


def test_no_questions_are_an_error() -> None:
    with pytest.raises(ValueError, match="no question"):
        fit_adapter([], QUICK)
    with pytest.raises(ValueError, match="no question"):
        fit_ranker([], SMALL)
