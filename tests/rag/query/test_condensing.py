"""A long conversation is summed up under a budget, by a model or by rule."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ModelTimeout
from rag.query.asking import Asking
from rag.query.condensing import (
    MAX_PAPERS,
    Condensed,
    Condensing,
    WrittenSummary,
    estimated,
    listed,
    told,
)
from rag.types import CitedPaper, Turn, Usage
from tests.rag.query.said import USAGE, Says

BERT, LORA = CitedPaper("bert", "BERT"), CitedPaper("lora", "LoRA")
LONG = tuple(
    Turn(f"What is asked as number {n}?", "It is answered. " * 20, (BERT if n % 2 else LORA,))
    for n in range(12)
)
BUDGET = 400


def length(turns: tuple[Turn, ...]) -> int:
    return sum(estimated([told(turn) for turn in turns]))


def test_a_short_conversation_stays_as_it_is() -> None:
    assert Condensing(BUDGET, listed)(LONG[:2]) == Condensed(LONG[:2])
    assert Condensing(BUDGET, listed)(()) == Condensed(())


def test_the_oldest_turns_become_their_questions_and_their_papers() -> None:
    summary, *kept = Condensing(BUDGET, listed)(LONG).turns
    assert tuple(kept) == LONG[-len(kept) :]
    assert summary.question == ""
    assert summary.answer.splitlines()[-1] == f"- {LONG[-len(kept) - 1].question}"
    assert set(summary.papers) == {BERT, LORA}


def test_it_goes_on_from_a_summary() -> None:
    condense = Condensing(BUDGET, listed)
    once = condense(LONG).turns
    again = condense((*once, *LONG[:4])).turns
    assert again[0].question == ""
    assert again[0].answer.splitlines()[-1].startswith("- What is asked")
    assert length(again) <= BUDGET


def test_a_model_writes_the_summary_and_is_told_what_was_cited() -> None:
    model = Says("They asked about the numbers 0 to 9 in the papers BERT and LoRA.")
    made = Condensing(BUDGET, WrittenSummary(Asking(model)))(LONG)
    assert made.turns[0].answer.startswith("They asked about the numbers")
    assert made.usage == USAGE
    system, user = model.asked[0]
    assert "Sum them up" in system["content"]
    assert "at most 75 words" in system["content"]
    assert "Cited papers: BERT" in user["content"]
    assert LONG[-1].question not in user["content"]


def test_where_the_model_fails_the_questions_are_listed() -> None:
    late = Says(ModelTimeout("The model is late"))
    made = Condensing(BUDGET, WrittenSummary(Asking(late)))(LONG)
    assert made.turns == Condensing(BUDGET, listed)(LONG).turns
    assert made.usage == Usage()
    sorry = Condensing(BUDGET, WrittenSummary(Asking(Says("I'm sorry, I can't."))))(LONG)
    assert sorry.turns == made.turns


turns = st.builds(
    Turn,
    st.text(min_size=1, max_size=80),
    st.text(max_size=2_000),
    st.lists(st.builds(CitedPaper, st.text(max_size=3)), max_size=3).map(tuple),
)


@given(st.lists(turns, max_size=30).map(tuple), st.integers(100, 2_000))
def test_what_comes_of_it_is_bounded_and_ends_as_the_conversation(
    history: tuple[Turn, ...], budget: int
) -> None:
    made = Condensing(budget, listed)(history).turns
    assert made[-1:] == history[-1:]
    whole = [turn for turn in made if turn.question]
    assert tuple(whole) == history[len(history) - len(whole) :]
    assert all(len(turn.papers) <= MAX_PAPERS for turn in made if not turn.question)
    if len(whole) > 1:
        assert length(tuple(whole)) <= budget
