from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.datasets import Question
from eval.generations import Generation, read_generations, recorded_only
from rag.errors import UsageError


def written(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "generations.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def test_what_was_recorded_is_read(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"id": "a", "hyde": "We train.", "queries": ["x", "y"], "step_back": "How?"},
        {"id": 2, "queries": None},
    )
    assert read_generations(path) == {
        "a": Generation("a", "We train.", ("x", "y"), "How?"),
        "2": Generation("2"),
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"hyde": "x"}, "line 1.*id"),
        ({"id": "a", "queries": "one"}, "line 1.*list of strings"),
        ({"id": "a", "hyde": ["x"]}, "line 1.*hyde must be a string"),
        (["a"], "line 1: not an object"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, line: object, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_generations(written(tmp_path, line))


def test_a_second_one_and_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="line 2: 'a' comes a second time"):
        read_generations(written(tmp_path, {"id": "a"}, {"id": "a"}))
    with pytest.raises(UsageError, match="holds no generation"):
        read_generations(written(tmp_path))


def test_only_what_was_recorded_is_asked() -> None:
    questions = [Question("a", "A?"), Question("b", "B?")]
    assert recorded_only(questions, {"b": Generation("b")}) == (questions[1],)
    with pytest.raises(UsageError, match="none of the data set's questions"):
        recorded_only(questions, {"c": Generation("c")})


@pytest.mark.corpus
def test_the_recorded_generations_are_of_their_questions(corpus_data: Path) -> None:
    from eval.datasets import load_dataset

    recorded = read_generations(corpus_data / "qasper-dev" / "generations.jsonl")
    data = load_dataset(corpus_data / "qasper-dev")
    assert len(recorded_only(data.questions, recorded)) == len(recorded) == 200
    assert all(len(g.queries) == 4 and g.hyde and g.step_back for g in recorded.values())
