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


def test_questions_that_a_search_cannot_tell_apart_are_left_out() -> None:
    """Asked of the whole library, neither is to be searched with what was written for the other."""
    questions = [Question("a", "Which data?"), Question("b", "which data"), Question("c", "Why?")]
    generations = {name: Generation(f"of {name}") for name in "abc"}
    assert recorded_only(questions, generations) == (questions[2],)
    hyde = RecordedHyDE(recorded_for(questions, generations, {"id": "one"}))
    found = [hyde.transform(Query(q.text)).variants for q in questions]
    assert [[v.text for v in variants] for variants in found] == [[], [], ["of c"]]


def test_what_was_written_for_a_lost_paper_is_for_no_other_question() -> None:
    questions = [Question("whole", "Which data?"), Question("lost", "Which data?", ("lost",))]
    generations = {q.question_id: Generation(f"of {q.question_id}") for q in questions}
    hyde = RecordedHyDE(recorded_for(questions, generations, {"id": "one"}))
    [variant] = hyde.transform(Query("Which data?")).variants
    assert variant.text == "of whole"


def test_a_recorded_text_may_hold_what_other_programs_take_for_an_end_of_line(
    tmp_path: Path,
) -> None:
    path = tmp_path / "recorded.jsonl"
    path.write_text('{"id": "a", "hyde": "one\u2028two"}\n', encoding="utf-8")
    assert load_generations(path) == {"a": Generation("one\u2028two")}


@pytest.mark.corpus
def test_the_recorded_generations_are_of_their_questions(corpus_data: Path) -> None:
    recorded = load_generations(corpus_data / "qasper-dev" / "generations.jsonl")
    data = load_dataset(corpus_data / "qasper-dev")
    assert len(recorded_only(data.questions, recorded)) == len(recorded) == 200
    assert all(len(g.queries) == 4 and g.hyde and g.step_back for g in recorded.values())
