"""A library that is tuned to questions whose answers always stand in one kind of section."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from api.cli.evaluate import evaluate
from eval.datasets import Dataset, Question, load_dataset
from eval.provenance import weights_digest
from eval.training.split import groups, split_by_paper
from eval.training.weights import discard, keep
from eval.tuning import Tuned, tune
from eval.tuning_questions import enough, usable
from ingest.commands import ingest
from ingest.lock import writing
from rag.build import open_library
from rag.build_learned import tuned_adapter, tuned_ranker
from rag.config import Embedder, Ingest, Rerank, Settings
from rag.embed.adapter import QueryAdapter
from rag.errors import LibraryError, LibraryLocked, UsageError
from rag.rerank.learned import load_network
from rag.rerank.network import Array
from rag.types import Filter
from tests.copying import copied

SETTINGS = Settings(embedder=Embedder(kind="hashing"), ingest=Ingest(jobs=1))
HASHING = '[embedder]\nkind = "hashing"\n[ingest]\njobs = 1\n'
TOPICS = ("parsing", "speech", "images", "proteins", "weather", "music")
SECTIONS = ("Introduction", "Method", "Experiments", "Results", "Conclusion")
PAPERS = [f"paper{i:02}" for i in range(10)]

Call = Callable[..., tuple[int, str, str]]


def sentence(topic: str, dice: random.Random) -> str:
    """About the same in every section: by words alone, the introduction looks best."""
    filler = " ".join(dice.sample(("model", "data", "error", "layer", "score", "token"), 6))
    return f"On {topic} the {filler} of our {topic} system is {dice.randint(10, 999)} overall."


def make_dataset(folder: Path, answering: Callable[[str], str]) -> Path:
    """``answering`` names the section in which a paper's evidence stands."""
    dice, questions = random.Random(1), []
    (folder / "papers").mkdir(parents=True)
    for paper in PAPERS:
        parts = [f"# Study {paper}"]
        for number, section in enumerate(SECTIONS, 1):
            parts.append(f"## {number} {section}")
            for topic in TOPICS:
                if section == "Introduction":  # where the question's own words are
                    parts.append(f"What is the error of the {topic} model? We ask of the {topic}.")
                said = sentence(topic, dice)
                parts.append(said)
                if section == answering(paper):
                    questions.append(
                        {
                            "id": f"{paper}-{topic}",
                            "question": f"What is the error of the {topic} model?",
                            "paper": paper,
                            "evidence": [[said]],
                        }
                    )
        (folder / "papers" / f"{paper}.md").write_text("\n\n".join(parts) + "\n")
    lines = [json.dumps(question) for question in questions]
    (folder / "questions.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def make_library(dataset: Path, library: Path) -> Path:
    list(ingest([dataset / "papers"], library, SETTINGS))
    return library


def silent(what: str, total: int) -> Callable[[], None]:
    return lambda: None


def tuned_to(dataset: Path, library: Path, seed: int = 0) -> Tuned:
    return tune(load_dataset(dataset), library, SETTINGS, seed, silent)


def found(library: Path, paper: str) -> list[str]:
    with open_library(library, SETTINGS) as opened:
        hits = opened.search("What is the error of the music model?", Filter(frozenset({paper})))
        return [hit.chunk.chunk_id for hit in hits.evidence]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_dataset(tmp_path_factory.mktemp("alike") / "mine", lambda _: "Results")


@pytest.fixture(scope="module")
def template(dataset: Path) -> Path:
    return make_library(dataset, dataset.parent / "library")


@pytest.fixture(scope="module")
def tuned(dataset: Path, template: Path) -> Tuned:
    return tuned_to(dataset, template)


@pytest.fixture
def library(template: Path, tmp_path: Path) -> Path:

    return copied(template, tmp_path / "library")


@pytest.fixture
def tune_command(tmp_path: Path) -> Call:
    config = tmp_path / "hashing.toml"
    config.write_text(HASHING)

    def run(*arguments: object) -> tuple[int, str, str]:
        done = CliRunner().invoke(evaluate, ["tune", "--config", str(config), *map(str, arguments)])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout, done.stderr

    return run


def test_it_learns_in_which_section_answers_stand(tuned: Tuned) -> None:
    assert tuned.difference("MRR").low > 0.1
    assert not tuned.refined
    assert len(tuned.before) == len(tuned.after) == len(tuned.split.held_out)


def test_no_paper_is_on_two_sides(tuned: Tuned) -> None:
    parts = (tuned.split.train, tuned.split.validation, tuned.split.held_out)
    papers = [set(groups(part)) for part in parts]
    assert set.union(*papers) == set(PAPERS)
    assert sum(map(len, papers)) == len(PAPERS)
    assert list(map(len, papers)) == [6, 2, 2]


def test_questions_join_papers() -> None:
    questions = [Question(str(i), "?", papers) for i, papers in enumerate(["ab", "bc", "d", "ef"])]
    assert groups(questions) == {"a": "a", "b": "a", "c": "a", "d": "d", "e": "e", "f": "e"}
    late = [Question(str(i), "?", papers) for i, papers in enumerate(["b", "c", "ab", "ca"])]
    assert set(groups(late).values()) == {"a"}


def test_what_is_written_is_used_from_the_next_opening_on(
    tuned: Tuned, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_library(library, SETTINGS) as reader:
        paper = reader.papers()[0].paper_id
        before, blank = found(library, paper), weights_digest(library, SETTINGS)
        reader.search("Which error?")
        keep(tuned.fitted, library, SETTINGS)
        reader._retire()  # as after an ingest: assembled anew
        still = reader.search(
            "What is the error of the music model?", Filter(frozenset({paper}))
        ).evidence
        assert [hit.chunk.chunk_id for hit in still] == before
    after = found(library, paper)
    assert after != before
    assert weights_digest(library, SETTINGS) != blank
    with open_library(library, SETTINGS) as opened:
        [first] = opened.search(
            "What is the error of the music model?", Filter(frozenset({paper})), 1
        ).evidence
    assert "Results" in [section.title for section in first.path]
    assert not list((library / "tuned").glob("partial*"))
    assert discard(library) == 2
    assert found(library, paper) == before
    assert weights_digest(library, SETTINGS) == blank
    assert not (library / "tuned").exists()


def test_a_library_that_is_being_written_is_left_alone(tuned: Tuned, library: Path) -> None:
    with writing(library), pytest.raises(LibraryLocked):
        keep(tuned.fitted, library, SETTINGS)
    assert not (library / "tuned").exists()


def test_too_few_questions_are_refused(dataset: Path, library: Path) -> None:
    data = load_dataset(dataset)
    few = Dataset(data.name, data.corpus, data.questions[:49])
    with pytest.raises(UsageError, match=r"at least 50 questions .* mine has 49 in 9$"):
        tune(few, library, SETTINGS, 0, silent)
    one = [q for q in data.questions if q.papers[0] < "paper04"] * 3
    with pytest.raises(UsageError, match="has 72 in 4"):
        enough(usable(one, PAPERS), "mine", library)


def test_papers_that_the_library_lacks_are_named(dataset: Path, library: Path) -> None:
    data = load_dataset(dataset)
    part = usable(data.questions, PAPERS[1:])
    assert (part.missing, part.absent, part.papers) == (("paper00",), 6, 9)
    with pytest.raises(UsageError, match=r"none of the papers .*paper00.*scholium ingest"):
        enough(usable(data.questions, []), "mine", library)
    unjudged = [Question("1", "?", ("paper00",), answerable=False), Question("2", "?", ())]
    assert usable(unjudged, PAPERS).unjudged == 2


def test_evidence_that_no_paper_has_is_refused(dataset: Path, library: Path) -> None:
    data = load_dataset(dataset)
    strange = tuple(
        Question(q.question_id, q.text, q.papers, True, (("words that nobody ever wrote here",),))
        for q in data.questions
    )
    with pytest.raises(UsageError, match="evidence of 0 questions is in the library's text"):
        tune(Dataset(data.name, data.corpus, strange), library, SETTINGS, 0, silent)


def test_settings_that_would_not_use_it_are_refused(dataset: Path, library: Path) -> None:
    without = SETTINGS.model_copy(update={"rerank": Rerank(kind="none")})
    with pytest.raises(UsageError, match=r'set rerank.kind = "auto"'):
        tune(load_dataset(dataset), library, without, 0, silent)


def test_the_command_writes_and_takes_back(
    tune_command: Call, tuned: Tuned, dataset: Path, library: Path, tmp_path: Path
) -> None:
    adapter, ranker = tuned_adapter(library, SETTINGS), tuned_ranker(library, SETTINGS)
    given = ("--library", library)
    status, shown, _ = tune_command(dataset, *given, "--out", tmp_path / "out")
    assert status == 0
    assert unspaced(f"written into {library / 'tuned'}") in unspaced(shown)
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["written"]
    assert report["measures"]["MRR"]["after"] > report["measures"]["MRR"]["before"]
    assert set(report["parts"]["held_out"]["papers"]).isdisjoint(report["parts"]["train"]["papers"])
    # The same seed has learned the same as before; files hold half precision.
    assert np.array_equal(QueryAdapter.load(adapter).matrix, half(tuned.fitted.adapter.matrix))
    assert np.array_equal(load_network(ranker).hidden, half(tuned.fitted.network.hidden))
    assert [row["after"] for row in report["questions"]] == tuned.after
    status, shown, _ = tune_command("--reset", *given)
    assert status == 0
    assert unspaced(shown) == unspaced(f"2 files of tuned weights removed from {library}")
    assert "nothing to remove" in tune_command("--reset", *given)[1]


def unspaced(text: str) -> str:
    """The text as it is however lines are broken: a long path is broken, too."""
    return "".join(text.split())


def half(array: Array) -> Array:
    return array.astype(np.float16).astype(np.float32)


def test_the_command_says_what_does_not_go_together(tune_command: Call, tmp_path: Path) -> None:
    assert tune_command("--reset", tmp_path)[0] == 2
    assert tune_command()[0] == 2
    assert tune_command(tmp_path, "--dry-run", "--force")[0] == 2
    with pytest.raises(LibraryError, match="no library"):
        tune_command("--reset", "--library", tmp_path / "nowhere")


def test_what_is_worse_is_not_written(
    tune_command: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [Question(name, "?", (name,)) for name in PAPERS]
    held_out = set(groups(split_by_paper(names, 0).held_out))
    dataset = make_dataset(
        tmp_path / "mine", lambda paper: "Introduction" if paper in held_out else "Results"
    )
    library = make_library(dataset, tmp_path / "library")
    worse = tuned_to(dataset, library)
    assert worse.gain < 0
    monkeypatch.setattr("eval.tuning.tune", lambda *_: worse)  # it would only come to the same
    given = (dataset, "--library", library)
    assert "the weights would not be" in " ".join(tune_command(*given, "--dry-run")[1].split())
    status, shown, _ = tune_command(*given)
    assert (status, "not written: " in shown) == (0, True)
    assert not (library / "tuned").exists()
    assert "as --force asks" in " ".join(tune_command(*given, "--force")[1].split())
    assert tuned_ranker(library, SETTINGS).exists()


def test_what_makes_no_difference_is_not_written(
    tune_command: Call,
    tuned: Tuned,
    dataset: Path,
    library: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A copy of the weights that come with the embedder would stand before those of a later one."""
    monkeypatch.setattr("eval.tuning.tune", lambda *_: replace(tuned, after=tuned.before))
    given = (dataset, "--library", library)
    assert "the weights would not be" in " ".join(tune_command(*given, "--dry-run")[1].split())
    assert "not written: " in tune_command(*given)[1]
    assert not (library / "tuned").exists()
    assert "as --force asks" in " ".join(tune_command(*given, "--force")[1].split())


def test_a_dry_run_writes_nothing(
    tune_command: Call,
    tuned: Tuned,
    dataset: Path,
    library: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("eval.tuning.tune", lambda *_: tuned)
    _, shown, _ = tune_command(dataset, "--library", library, "--dry-run")
    assert "nothing written (--dry-run); the weights would be" in " ".join(shown.split())
    assert not (library / "tuned").exists()
