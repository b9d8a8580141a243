from __future__ import annotations

from pathlib import Path

import pytest

from eval.datasets import Question, load_dataset
from eval.generations import recorded_for, recorded_only
from rag.errors import UsageError
from rag.query.recorded import Generation, RecordedHyDE, load_generations
from rag.types import Filter, Query


def test_only_what_was_recorded_is_asked() -> None:
    questions = [Question("a", "A?"), Question("b", "B?")]
    assert recorded_only(questions, {"b": Generation("b")}) == (questions[1],)
    with pytest.raises(UsageError, match="none of the data set's questions"):
        recorded_only(questions, {"c": Generation("c")})


def test_the_same_words_about_two_papers_are_two_questions() -> None:
    questions = [Question(name, "Which baseline?", (name,)) for name in ("one", "two", "lost")]
    generations = {name: Generation(f"of {name}") for name in ("one", "two")}
    hyde = RecordedHyDE(recorded_for(questions, generations, {"id1": "one", "id2": "two"}))
    for paper_id, name in (("id1", "one"), ("id2", "two")):
        query = Query("Which baseline?", Filter(frozenset({paper_id})))
        assert [v.text for v in hyde.transform(query).variants] == [f"of {name}"]


@pytest.mark.corpus
def test_the_recorded_generations_are_of_their_questions(corpus_data: Path) -> None:
    recorded = load_generations(corpus_data / "qasper-dev" / "generations.jsonl")
    data = load_dataset(corpus_data / "qasper-dev")
    assert len(recorded_only(data.questions, recorded)) == len(recorded) == 200
    assert all(len(g.queries) == 4 and g.hyde and g.step_back for g in recorded.values())
