"""The benchmark against other systems: what it scores, measures and says."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import peer
import pytest
import run
from outcomes import Difference, Outcome, difference, read_run, score_run
from peer import Hit
from phases import PhaseFailed, environment, measured, run_phase
from table import OURS, interval, render, share, verdict

from eval.datasets import Question, load_dataset
from rag.errors import UsageError

PASSAGE = "we train the small model with a batch size of thirty two for ten epochs"
OTHER = "nothing of this sentence has anything to do with what the question asks for"
EXAMPLES = Path(__file__).parents[2] / "examples"


def row(name: str, *texts: str) -> dict[str, object]:
    hits = [{"paper": "p", "pages": [1], "text": text} for text in texts]
    return {"id": name, "latency_ms": 5.0, "hits": hits}


def outcome(system: str, mrr: dict[str, float], cost: float = 1.0, run: str = "first") -> Outcome:
    facts = {"ready": 10.0, "done": 10.0 + 60 * cost, "papers": 4, "chunks": 1234, "first": 11.0}
    phase = measured({**facts, "versions": {}}, 9.0, [(10.0, int(cost * 2**20))])
    named = ("MRR", "RR@10", "R@300w", "R@700w", "R@1500w")
    scores = {question: dict.fromkeys(named, value) for question, value in mrr.items()}
    return Outcome(system, run, "abc", phase, phase, scores, (cost, cost, 3 * cost))


def test_runs_are_joined_with_the_questions_by_id() -> None:
    evidence = ((PASSAGE,),)
    questions = [
        Question("second", "?", ("p",), evidence=evidence),
        Question("missing", "?", ("p",), evidence=evidence),
        Question("unanswerable", "?", ("p",), answerable=False, evidence=evidence),
        Question("without evidence", "?", ("p",)),
    ]
    scores = score_run(questions, [row("second", OTHER, PASSAGE), row("unanswerable", PASSAGE)])
    assert scores.keys() == {"second", "missing"}
    assert scores["second"]["MRR"] == 1 / 2
    assert scores["second"]["R@300w"] == 1
    assert set(scores["missing"].values()) == {0.0}


def test_differences_are_taken_question_by_question() -> None:
    ours = outcome(OURS, {"a": 1.0, "b": 0.5, "c": 0.5}).scores
    theirs = outcome("Other", {"c": 0.25, "b": 0.25, "a": 0.75}).scores
    same = difference(ours, theirs, "MRR")
    assert (same.mean, same.low, same.high) == (0.25, 0.25, 0.25)
    mixed = difference(ours, outcome("Other", {"a": 0.0, "b": 1.0, "c": 1.0}).scores, "MRR")
    assert mixed.low == -0.5 < mixed.mean == 0 < mixed.high == 1
    with pytest.raises(ValueError, match="3 and 1 questions"):
        difference(ours, outcome("Other", {"a": 0.5}).scores, "MRR")


def test_the_peak_is_that_of_the_timed_part() -> None:
    facts = {"ready": 10.0, "done": 12.0, "papers": 2, "chunks": 7, "versions": {"a": "1"}}
    samples = [(9.0, 900 * 2**20), (10.5, 100 * 2**20), (11.5, 200 * 2**20), (12.5, 800 * 2**20)]
    found = measured(facts, 4.0, samples)
    assert (found.start_s, found.seconds, found.peak_mib) == (6.0, 2.0, 200)
    assert (found.papers, found.chunks, found.first_s) == (2, 7, None)
    short = measured({**facts, "ready": 11.9, "first": 11.0}, 4.0, samples)
    assert (short.peak_mib, short.first_s) == (200, 7.0)


def test_the_memory_of_children_counts(tmp_path: Path) -> None:
    child = "import time; x = bytearray(b'x') * (100 << 20); time.sleep(.8)"
    program = (
        "import json, subprocess, sys, time; ready = time.time();"
        f"subprocess.run([sys.executable, '-c', {child!r}]);"
        "facts = {'ready': ready, 'done': time.time(), 'versions': {}};"
        "open(sys.argv[1], 'w').write(json.dumps(facts))"
    )
    facts, log = tmp_path / "facts.json", tmp_path / "log"
    found = run_phase([sys.executable, "-c", program, str(facts)], facts, log, cores=1)
    assert 100 < found.peak_mib < 180
    assert found.seconds > 0.8


def test_a_system_that_fails_is_named_with_its_log(tmp_path: Path) -> None:
    facts, log = tmp_path / "facts.json", tmp_path / "the.log"
    facts.write_text("{}")  # of an earlier run
    with pytest.raises(PhaseFailed, match=r"status 3: see .*the\.log"):
        run_phase([sys.executable, "-c", "print('why'); exit(3)"], facts, log, cores=1)
    assert log.read_text() == "why\n"


def test_settings_do_not_reach_the_systems() -> None:
    own = {"SCHOLIUM_LIBRARY": "x", "SCHOLIUM_CACHE": "y", "PATH": "z", "OMP_NUM_THREADS": "9"}
    given = environment(own, cores=2)
    assert "SCHOLIUM_LIBRARY" not in given
    assert (given["SCHOLIUM_CACHE"], given["PATH"], given["OMP_NUM_THREADS"]) == ("y", "z", "2")


def test_what_the_tables_say() -> None:
    ours = outcome(OURS, {"a": 0.5, "b": 1.0}, cost=0.5)
    theirs = outcome("Other", {"a": 0.25, "b": 0.75}, cost=2.0)
    text = render("set", [ours, theirs])
    assert "## set: 4 papers, 2 questions with evidence" in text
    assert "| Scholium | .750 | .750 | .750 | .750 |" in text
    assert f"| Scholium minus Other |{' +.250 [.250, .250] |' * 4}" in text
    assert "| Scholium | 1,234 | in ingest | 8 | 30.0 | 2.0 | 0.5 | 1.4 | 0.5 | 0.5 |" in text
    assert "| Other | 1,234 | 1.0 | 2 | 120 | 2.0 | 2.0 | 5.6 | 2.0 | 2.0 |" in text
    assert "Not of one run" not in text


def test_every_column_that_is_not_ahead_is_named() -> None:
    ours = outcome(OURS, {"a": 0.5})
    ours = replace(ours, query=replace(ours.query, first_s=0.1))
    ahead = outcome("Worse", {"a": 0.4}, cost=2.0)
    assert verdict([ours, ahead]) == "Scholium is ahead in every column."
    said = verdict([ours, outcome("Better", {"a": 0.6}, cost=0.5), ahead])
    assert "- MRR: .500 against .600 of Better" in said
    assert "- peak MiB, query: 1.0 against 0.5 of Better" in said
    assert "first answer" not in said
    assert "Worse" not in said
    assert "R@300w: .500 against .500 of Equal" in verdict([ours, outcome("Equal", {"a": 0.5})])


def test_results_of_different_runs_are_marked() -> None:
    rows = [outcome(OURS, {"a": 0.5}, run="today"), outcome("Other", {"a": 0.4}, run="yesterday")]
    text = render("set", rows)
    assert "**Not of one run" in text
    assert "Scholium in today (commit abc); Other in yesterday (commit abc)" in text


def test_shares_are_written_as_in_the_field() -> None:
    assert [share(value) for value in (0.0, 0.6589, 1.0)] == [".000", ".659", "1.000"]
    assert interval(Difference(0.05, -0.1, 1.0)) == "+.050 [-.100, 1.000]"
    assert interval(Difference(-0.25, -0.5, 0.0)) == "-.250 [-.500, .000]"


def test_results_go_to_the_page_after_its_mark() -> None:
    page = run.on_page(f"# Title\n\n{run.MARK}\n\nold\n", "new\n")
    assert page == f"# Title\n\n{run.MARK}\n\nnew\n"
    assert run.on_page(page, "new\n") == page
    with pytest.raises(UsageError, match="no line"):
        run.on_page("# Title\n", "new\n")


class Repeating:
    """Finds the name of the paper that was asked, a character no encoding has, and one that ends a
    line for some programs.
    """

    packages = ("pytest", "no-such-package")

    def load(self) -> None:
        self.loaded = time.time()

    def ingest(self, papers: list[Path], store: Path) -> int:
        store.mkdir()
        (store / "papers").write_text("\n".join(path.stem for path in papers))
        return 2 * len(papers)

    def open(self, store: Path, scopes: list[peer.Scope]) -> None:
        self.papers = (store / "papers").read_text().split()
        assert {paper for scope in scopes for paper in scope} <= set(self.papers)

    def search(self, question: str, scope: peer.Scope, k: int) -> list[Hit]:
        return [Hit(paper, (1,), f"{question} \ud835 one\u2028two") for paper in scope][:k]


def test_a_peer_is_timed_and_its_run_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers, store, facts, found = (tmp_path / name for name in ("in", "store", "facts", "run"))
    papers.mkdir()
    for name in ("a.pdf", "b.pdf", "c.txt"):
        (papers / name).touch()
    questions = tmp_path / "questions"
    asked = {"id": "1", "question": "why", "papers": ["b", "a"]}
    questions.write_text(json.dumps(asked) + "\n", encoding="utf-8")

    monkeypatch.setattr(sys, "argv", ["peer", "ingest", *map(str, (papers, store, facts))])
    ingesting = Repeating()
    peer.serve(ingesting)
    told = json.loads(facts.read_text())
    assert (told["papers"], told["chunks"]) == (2, 4)
    assert ingesting.loaded <= told["ready"] <= told["done"]
    assert told["versions"] == {"pytest": pytest.__version__}

    arguments = map(str, (store, questions, facts, found))
    monkeypatch.setattr(sys, "argv", ["peer", "query", *arguments])
    peer.serve(Repeating())
    told = json.loads(facts.read_text())
    assert told["first"] <= told["ready"] <= told["done"]
    [only] = read_run(found)
    assert only["id"] == "1"
    assert 0 <= only["latency_ms"] / 1000 <= told["done"] - told["ready"] + 0.01
    assert [hit["paper"] for hit in only["hits"]] == ["b", "a"]
    assert only["hits"][0]["pages"] == [1]
    assert only["hits"][0]["text"].startswith("why")
    assert only["hits"][0]["text"].endswith("one\u2028two")


@pytest.mark.slow
def test_scholium_is_measured_as_a_user_has_it(tmp_path: Path) -> None:
    data = load_dataset(EXAMPLES)
    bench = run.Bench("now", "abc", 1, "no-python")
    run.measure(bench, data, "scholium", tmp_path / "scholium")
    [found] = run.known(data, tmp_path)
    assert (found.system, found.run, found.ingest.papers) == (OURS, "now", 3)
    assert found.ingest.chunks > 50
    assert found.ingest.peak_mib > found.query.peak_mib > 40
    assert len(found.latencies_ms) == len(data.questions)
    assert found.means["R@700w"] > 0.5
    assert "Run of now, commit abc, 1 cores." in run.report(bench, {data.name: [found]})
    with pytest.raises(PhaseFailed, match="status"):
        run.measure(replace(bench, peers_python="false"), data, "langchain", tmp_path / "langchain")
