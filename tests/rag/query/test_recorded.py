from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.query.recorded import (
    Generation,
    Recorded,
    RecordedHyDE,
    RecordedMultiQuery,
    RecordedStepBack,
    load_generations,
)
from rag.types import Filter, Query, Rewriting

QUERY = Query("What is the learning rate?")


def test_generations_are_found_by_the_question() -> None:
    known = Recorded(
        {
            " what is the Learning rate": Generation(
                "p", ("What is the learning rate?", "b", "B!", "c"), "s"
            )
        }
    )
    assert [v.text for v in RecordedHyDE(known).transform(QUERY).variants] == ["p"]
    assert [v.text for v in RecordedMultiQuery(known, 2).transform(QUERY).variants] == ["b", "c"]
    assert [v.text for v in RecordedStepBack(known).transform(QUERY).variants] == ["s"]


def test_questions_of_one_wording_are_told_apart_by_their_papers() -> None:
    one, two = frozenset({"one"}), frozenset({"two"})
    question = "What is the baseline?"
    known = Recorded(
        {question: Generation("any")},
        {(question, one): Generation("first"), (question, two): Generation("second")},
    )
    hyde = RecordedHyDE(known)
    for papers, written in ((one, "first"), (two, "second"), (frozenset[str](), "any")):
        query = Query("what is the baseline", Filter(papers))
        assert [v.text for v in hyde.transform(query).variants] == [written]


def test_what_is_not_recorded_is_said() -> None:
    unknown = RecordedHyDE(Recorded({})).transform(QUERY)
    assert unknown == Rewriting(note="nothing is recorded for this question")
    empty = Recorded({QUERY.text: Generation()})
    for kind in (RecordedHyDE, RecordedMultiQuery, RecordedStepBack):
        assert kind(empty).transform(QUERY).variants == ()


def test_a_file_of_generations(tmp_path: Path) -> None:
    path = tmp_path / "generations.jsonl"
    path.write_text('{"id": 7, "hyde": "p", "queries": ["a"], "model": "m"}\n\n{"id": "x"}\n')
    assert load_generations(path) == {"7": Generation("p", ("a",)), "x": Generation()}


def test_a_text_may_hold_what_ends_a_line_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "generations.jsonl"
    odd = "a\u2028b\u2029c\x85d"
    lines = [json.dumps({"id": n, "hyde": odd}, ensure_ascii=False) for n in "xy"]
    path.write_bytes("\r\n".join(lines).encode())
    assert load_generations(path) == {"x": Generation(odd), "y": Generation(odd)}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json", "Invalid JSON"),
        ("[]", "object"),
        ('{"hyde": "p"}', "id: Field required"),
        ('{"id": "a", "queries": "not a list"}', "queries: "),
        ('{"id": "a", "queries": [["nested"]]}', "queries.0: "),
        ('{"id": "a", "hyde": null}', "hyde: "),
    ],
)
def test_what_is_wrong_with_a_file_is_named(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "generations.jsonl"
    path.write_text(json.dumps({"id": "fine"}) + "\n" + line)
    with pytest.raises(UsageError, match=r"generations.jsonl, line 2: not a generation") as caught:
        load_generations(path)
    assert reason in str(caught.value)
    with pytest.raises(UsageError, match="can't read the generations"):
        load_generations(tmp_path / "absent.jsonl")


@pytest.mark.corpus
def test_the_recorded_generations_of_a_data_set_load(corpus_data: Path) -> None:
    found = load_generations(corpus_data / "qasper-dev" / "generations.jsonl")
    assert len(found) == 200
    assert all(each.hyde and each.queries and each.step_back for each in found.values())
