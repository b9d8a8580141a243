"""`scholium eval answers`, from question to report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from api.schemas import answer_json
from eval.datasets import load_dataset
from rag import build
from rag.errors import UsageError
from rag.library import Library
from rag.types import Filter, Retrieval
from tests.eval.conftest import DATA, HASHING, METHOD, SETTINGS
from tests.scripted_llm import MODEL, fails, says, scripted_server

Call = Callable[..., tuple[int, str, str]]

QUESTIONS = [
    {
        "id": "rate",
        "question": "With what learning rate and for how many epochs do we train with Adam?",
        "paper": "one",
        "evidence": [[METHOD]],
        "answers": ["one tenth"],
        "must_contain": ["one tenth", "(?i)NINETY"],
        "section": "1 Method",
    },
    {
        "id": "pairs",
        "question": "How many million sentence pairs from parliaments does the corpus hold?",
        "paper": "one",
        "evidence": [[DATA]],
        "answers": ["four million"],
    },
    {"id": "gpu", "question": "Which GPU?", "paper": "one", "answerable": False, "evidence": []},
]
LOST = {"id": "lost", "question": "Lost?", "paper": "absent", "evidence": [["words of none"]]}


@pytest.fixture
def asked(dataset: Path) -> Path:
    (dataset / "questions.jsonl").write_text("\n".join(map(json.dumps, QUESTIONS)) + "\n")
    return dataset


@pytest.fixture
def answers(call: Call, asked: Path, tmp_path: Path) -> Call:
    """Runs the command on the three questions."""

    def run(*arguments: object, config: str = "hashing") -> tuple[int, str, str]:
        given = ["--config", tmp_path / f"{config}.toml"] if config else []
        return call(asked, *given, *arguments, command="answers")

    return run


def report(folder: Path) -> dict[str, dict[str, float]]:
    found = json.loads((folder / "report.json").read_text())
    return {each["name"]: each["measures"] for each in found["configurations"]}


def test_everything_is_written(answers: Call, tmp_path: Path) -> None:
    out, lines = tmp_path / "out", tmp_path / "lines.jsonl"
    status, shown, said = answers("--out", out, "--answers-out", lines)
    assert status == 0
    assert said == ""
    assert f"report: {out / 'report.html'}" in shown
    assert "3 questions, 2 of them answerable" in shown
    measures = report(out)
    assert list(measures) == ["hashing", "top paragraph"]
    assert measures["hashing"]["must contain"] == 1
    assert measures["hashing"]["abstention F1"] == 1
    assert measures["hashing"]["first section"] == 1
    assert measures["top paragraph"]["abstention R"] == 0
    written = [json.loads(each) for each in lines.read_text().splitlines()]
    assert [each["id"] for each in written] == ["rate", "pairs", "gpu"]
    assert (out / "answers" / "hashing.jsonl").read_text() == lines.read_text()
    assert METHOD in (out / "report.html").read_text()
    assert len((out / "questions.jsonl").read_text().splitlines()) == 3


def test_recorded_answers_have_the_same_figures(answers: Call, tmp_path: Path) -> None:
    out, again, lines = tmp_path / "out", tmp_path / "again", tmp_path / "hashing.jsonl"
    answers("--out", out, "--answers-out", lines)
    [library] = (out / "libraries").iterdir()
    status, _, _ = answers("--recorded", lines, "--library", library, "--out", again, config="")
    assert status == 0
    assert report(again) == report(out)


def test_recorded_answers_need_no_library(answers: Call, tmp_path: Path) -> None:
    out, lines = tmp_path / "out", tmp_path / "lines.jsonl"
    answers("--out", out, "--answers-out", lines)
    status, shown, _ = answers("--recorded", lines, "--out", tmp_path / "again", config="")
    assert status == 0
    before, after = report(out), report(tmp_path / "again")
    assert not (tmp_path / "again" / "libraries").exists()
    assert before["top paragraph"].keys() >= after["top paragraph"].keys()
    same = before["hashing"].keys() - {"sections", "first section"}  # of one question alone
    assert {name: after["lines"][name] for name in same} == {
        name: before["hashing"][name] for name in same
    }
    assert "lines" in shown


def test_live_and_recorded_answers_are_compared(answers: Call, tmp_path: Path) -> None:
    lines = tmp_path / "short.jsonl"
    lines.write_text(json.dumps({"id": "rate", "answer": "one tenth, ninety"}) + "\n")
    status, shown, _ = answers("--recorded", lines, "--out", tmp_path / "out")
    assert status == 1  # two questions have no answer
    assert "short: no answer to pairs: the file has no answer to it" in " ".join(shown.split())
    found = json.loads((tmp_path / "out" / "report.json").read_text())["configurations"]
    assert found[1]["name"] == "short"
    assert found[1]["against_first"]["must contain"]["mean"] == 0
    assert found[1]["measures"]["evidence F1"] == 0


def test_a_run_that_was_stopped_goes_on(
    answers: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, texts = tmp_path / "out", list[str]()
    asking = Library.ask_stream

    def noted(self: Library, text: str, where: Filter = Filter()) -> object:
        texts.append(text)
        if len(texts) == 3:
            raise KeyboardInterrupt
        return asking(self, text, where)

    monkeypatch.setattr(Library, "ask_stream", noted)
    assert answers("--out", out)[0] != 0
    assert answers("--out", out)[0] == 0
    assert texts == [*(q["question"] for q in QUESTIONS), "Which GPU?"]
    first = (out / "report.json").read_text()
    assert answers("--out", out)[0] == 0
    assert len(texts) == 4
    second = (out / "report.json").read_text()
    assert json.loads(first)["configurations"] == json.loads(second)["configurations"]


def test_a_question_that_fails_does_not_end_the_run(
    answers: Call, asked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = asked / "questions.jsonl"
    path.write_text(path.read_text() + json.dumps(LOST) + "\n")
    asking = Library.ask_stream

    def failing(self: Library, text: str, where: Filter = Filter()) -> object:
        if text.startswith("How many"):
            raise UsageError("nobody knows")
        return asking(self, text, where)

    monkeypatch.setattr(Library, "ask_stream", failing)
    status, shown, _ = answers("--out", tmp_path / "out")
    said = " ".join(shown.split())
    assert status == 1
    assert "no answer to pairs: nobody knows" in said
    assert "no answer to lost: its paper is not in the library: absent" in said
    found = json.loads((tmp_path / "out" / "report.json").read_text())["configurations"][0]
    assert found["asked"] == 4
    assert found["answered"] == 1
    assert found["measures"]["must contain"] == 1


def test_what_a_reader_must_know_is_said_once(
    answers: Call, asked: Path, library: Path, tmp_path: Path
) -> None:
    """However many configurations there are, and where no question has a place to look for."""
    (asked / "questions.jsonl").write_text(json.dumps(LOST | {"evidence": []}) + "\n")
    (tmp_path / "lines.jsonl").write_text(json.dumps({"id": "lost", "answer": "x"}) + "\n")
    given = ["--config", tmp_path / "words.toml", "--recorded", tmp_path / "lines.jsonl"]
    _, shown, _ = answers(*given, "--library", library)
    assert shown.count("1 question is about papers that are not there") == 1


def test_floors_fail_the_command(answers: Call) -> None:
    status, _, said = answers("--fail-under", "answer F1=0.99", "--fail-under", "must contain=1")
    assert status == 1
    assert "hashing: answer F1 is 0." in said
    assert "below 0.99" in said
    assert "must contain is" not in said
    assert answers("--fail-over", "false refusals=0.1")[0] == 0
    status, _, said = answers("--fail-over", "answer F1=0.01")
    assert status == 1
    assert "above 0.01" in said
    with pytest.raises(UsageError, match="no measure 'beauty': there are must contain, answer F1"):
        answers("--fail-under", "beauty=1")


def test_a_few_questions_are_spread_over_the_set(answers: Call, tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    status, shown, _ = answers("--limit", 2, "--answers-out", lines)
    assert status == 0
    assert [json.loads(each)["id"] for each in lines.read_text().splitlines()] == ["rate", "pairs"]
    assert "Only 2 questions of the set were asked." in shown


def test_the_figures_as_json(answers: Call, tmp_path: Path) -> None:
    status, shown, _ = answers("--json", "--out", tmp_path / "out")
    assert status == 0
    assert json.loads(shown) == json.loads((tmp_path / "out" / "report.json").read_text())


def test_a_given_library_is_asked_and_left_as_it_is(
    answers: Call, library: Path, tmp_path: Path
) -> None:
    before = (library / "catalog.sqlite").read_bytes()
    status, _, _ = answers("--library", library, "--out", tmp_path / "out")
    assert status == 0
    assert not (tmp_path / "out" / "libraries").exists()
    assert (library / "catalog.sqlite").read_bytes() == before
    assert report(tmp_path / "out")["hashing"]["must contain"] == 1


def test_a_model_is_measured_beside_the_extractive_answerer(
    answers: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path / "cache"))
    with scripted_server() as server:
        server.play(says("We train with a learning rate of one tenth for ninety epochs [1][2]."))
        table = f'[llm]\nmodel = "{MODEL}"\napi_base = "{server.url}"\n'
        queries = "[query]\nhyde = false\nmulti_query = false\n"
        (tmp_path / "writing.toml").write_text(HASHING + table + queries)
        out = tmp_path / "out"
        status, shown, _ = answers("--config", tmp_path / "writing.toml", "--out", out)
    assert status == 0, shown
    found = json.loads((out / "report.json").read_text())["configurations"]
    names = [each["name"] for each in found]
    assert names == ["hashing", "writing", "top paragraph"]
    writing = found[1]
    assert writing["measures"]["must contain"] == 1
    assert writing["usage"]["prompt_tokens"] > 0
    assert writing["latency_ms"]["median"] >= writing["latency_ms"]["median_to_first"] > 0
    assert "LLM tokens" in shown
    assert writing["against_first"]["answer F1"]["questions"] == 3


def test_a_model_that_fails_is_said_and_asked_again(
    answers: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path / "cache"))
    with scripted_server() as server:
        server.play(fails(401, "no such key"))
        table = f'[llm]\nmodel = "{MODEL}"\napi_base = "{server.url}"\n'
        queries = "[query]\nhyde = false\nmulti_query = false\n"
        (tmp_path / "writing.toml").write_text(HASHING + table + queries)
        out = tmp_path / "out"
        _, shown, _ = answers("--out", out, config="writing")
        before = len(server.requests)
        answers("--out", out, config="writing")
        assert len(server.requests) == 2 * before > 0
    assert "(no such key)" in " ".join(shown.split())


def test_what_a_model_has_to_tell_besides_is_no_failure(
    answers: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that was cut off is what the configuration gives, today and tomorrow."""
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path / "cache"))
    with scripted_server() as server:
        server.play(says("We train with a learning rate of one tenth [1][2].", finish="length"))
        table = f'[llm]\nmodel = "{MODEL}"\napi_base = "{server.url}"\n'
        queries = "[query]\nhyde = false\nmulti_query = false\n"
        (tmp_path / "writing.toml").write_text(HASHING + table + queries)
        asking = ["--limit", 1, "--out", tmp_path / "out"]
        _, shown, _ = answers(*asking, config="writing")
        assert "cut off" in shown
        before = len(server.requests)
        answers(*asking, config="writing")
        assert len(server.requests) == before > 0


def test_what_ask_printed_can_be_judged(
    answers: Call, asked: Path, library: Path, tmp_path: Path
) -> None:
    lines = []
    with build.open_library(library, SETTINGS) as opened:
        for question in load_dataset(asked).questions:
            lines.append(json.dumps(answer_json(opened.ask(question.text))) + "\n")
    (tmp_path / "asked.jsonl").write_text("".join(lines))
    recorded = ["--recorded", tmp_path / "asked.jsonl", "--out", tmp_path / "out"]
    status, _, _ = answers(*recorded, config="")
    assert status == 0
    assert report(tmp_path / "out")["asked"]["must contain"] == 1


def test_one_name_for_two_is_refused(answers: Call, tmp_path: Path) -> None:
    lines = tmp_path / "hashing.jsonl"
    lines.write_text(json.dumps({"id": "rate", "answer": "x"}) + "\n")
    with pytest.raises(UsageError, match="'hashing' is a configuration and recorded answers"):
        answers("--recorded", lines)


def test_the_whole_library_may_be_asked(
    answers: Call, asked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheres = []
    asking = Library.ask_stream

    def noted(self: Library, text: str, where: Filter = Filter()) -> object:
        wheres.append(where)
        return asking(self, text, where)

    monkeypatch.setattr(Library, "ask_stream", noted)
    (asked / "papers" / "two.md").write_text("# Other\n\nWe train with SGD for one epoch.\n")
    status, shown, _ = answers("--whole-library")
    assert status == 0
    assert set(wheres) == {Filter()}
    assert "asked of the whole library" in " ".join(shown.split())


def test_first_pieces_are_timed_from_what_was_found_on(library: Path) -> None:
    """The first thing that a stream brings is what was found, which no reader takes for words."""
    with build.open_library(library, SETTINGS) as opened:
        first = next(iter(opened.ask_stream("Which learning rate?")))
    assert isinstance(first, Retrieval)
