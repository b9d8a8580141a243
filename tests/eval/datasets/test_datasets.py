"""Every form in which papers and questions may come."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval.datasets import Files, Question, Records, load_dataset
from eval.provenance import data_digest
from rag.errors import SourceError, UsageError

CORPUS = [
    {"_id": "d 1", "title": "On Cats", "text": "Cats purr at 25 Hz.\n\nThey sleep a lot."},
    {"_id": "d2", "title": "On Dogs", "text": ""},
]
EMPTY = '\n{"_id": "q1", "text": " "}\n{"_id": "q2", "text": "Who barks?"}'


def jsonl(path: Path, *values: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{json.dumps(value)}\n" for value in values)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "pets"
    jsonl(folder / "corpus.jsonl", *CORPUS)
    jsonl(
        folder / "queries.jsonl",
        {"_id": "q1", "text": "At which frequency do cats purr?"},
        {"_id": "q2", "text": "Who barks?"},
        {"_id": "q3", "text": "Nobody judged this one."},
    )
    (folder / "qrels").mkdir()
    heading = "query-id\tcorpus-id\tscore\n"
    (folder / "qrels" / "test.tsv").write_text(f"{heading}q1\td 1\t2\nq1\td2\t0\nq2\td2\t1\n")
    (folder / "qrels" / "dev.tsv").write_text(f"{heading}q2\td2\t1\n")
    return folder


def test_beir(beir: Path) -> None:
    data = load_dataset(beir)
    assert data.questions == (
        Question("q1", "At which frequency do cats purr?", grades={"d 1": 2, "d2": 0}),
        Question("q2", "Who barks?", grades={"d2": 1}),
    )
    assert [q.question_id for q in load_dataset(beir, "dev").questions] == ["q2"]
    with pytest.raises(UsageError, match="has dev, test, not the split 'train'"):
        load_dataset(beir, "train")


def test_trec(tmp_path: Path) -> None:
    jsonl(tmp_path / "corpus.jsonl.gz", *CORPUS)
    (tmp_path / "topics.tsv").write_text("1\tWho barks?\n\n2\tWho purrs?\n")
    (tmp_path / "qrels.txt").write_text("1 0 d2 1\n2 0 d2 0\n")
    [question] = load_dataset(tmp_path).questions
    assert question == Question("1", "Who barks?", grades={"d2": 1})


def test_trec_over_files(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "one.md").write_text("# One\n\nText.\n")
    (tmp_path / "queries.tsv").write_text("1\tWho?\n")
    (tmp_path / "qrels.txt").write_text("1 0 one 1\n")
    data = load_dataset(tmp_path)
    assert isinstance(data.corpus, Files)
    assert data.questions[0].grades == {"one": 1}
    assert data.corpus.name("/somewhere/one.md") == "one"


def test_a_literature_search(tmp_path: Path) -> None:
    papers = [{"id": "2024.x-1", "title": "T", "abstract": "A.", "year": 2024}]
    jsonl(tmp_path / "abstracts.jsonl.gz", *papers)
    jsonl(tmp_path / "questions.jsonl", {"id": "q", "question": "Q?", "papers": ["2024.x-1"]})
    data = load_dataset(tmp_path)
    assert data.questions == (Question("q", "Q?", grades={"2024.x-1": 1}),)
    assert isinstance(data.corpus, Records)
    [paper] = data.corpus.papers()
    assert not isinstance(paper, SourceError)
    assert paper.metadata.year == 2024
    assert data.corpus.name(paper.source) == "2024.x-1"


def test_the_digest_is_of_the_content_not_of_the_place(beir: Path, tmp_path: Path) -> None:
    before = data_digest(load_dataset(beir))
    moved = beir.rename(tmp_path / "moved")
    assert data_digest(load_dataset(moved)) == before
    jsonl(moved / "corpus.jsonl", *CORPUS[:1])
    assert data_digest(load_dataset(moved)) != before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("corpus.jsonl", '{"_id": "a", "text": "x"}\n{"_id": "a", "text": "y"}', "line 2.*'a'"),
        ("corpus.jsonl", '{"title": "x", "text": "y"}', "line 1: not a paper.*id"),
        ("corpus.jsonl", '{"_id": "a", "title": "x"}', "line 1: not a paper.*text"),
        ("corpus.jsonl", '{"_id": "a", "text": "x", "year": "soon"}', "line 1: not a paper"),
        ("queries.jsonl", '{"_id": "q1"}', "line 1: not a query.*text"),
        ("queries.jsonl", "nonsense", "line 1: not JSON"),
        ("queries.jsonl", EMPTY, "line 2: the question is empty"),
        ("qrels/test.tsv", "q1\td2\n", "line 1|no question"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td2\tgood\n", "line 2"),
        ("qrels/test.tsv", "q9\td2\t1\n", "judges 'q9'"),
        ("qrels/test.tsv", "q1\td2\t0\n", "holds no question"),
    ],
)
def test_what_is_wrong_is_named(beir: Path, name: str, content: str, said: str) -> None:
    (beir / name).write_text(content)
    with pytest.raises(UsageError, match=said):
        data = load_dataset(beir)
        assert isinstance(data.corpus, Records)
        list(data.corpus.papers())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("topics.tsv", "no tab\n", "topics.tsv, line 1: not id, tab, text"),
        ("topics.tsv", f"1\t{'why ' * 2501}", "topics.tsv, line 1: the question has 10,003 char"),
        ("qrels.txt", "1 0 one\n", "qrels.txt, line 1: not topic"),
        ("qrels.txt", "1 0 one high\n", "qrels.txt, line 1: not topic"),
    ],
)
def test_what_is_wrong_in_trec_is_named(tmp_path: Path, name: str, content: str, said: str) -> None:
    jsonl(tmp_path / "corpus.jsonl", *CORPUS)
    (tmp_path / "topics.tsv").write_text("1\tWho?\n")
    (tmp_path / "qrels.txt").write_text("1 0 d2 1\n")
    (tmp_path / name).write_text(content)
    with pytest.raises(UsageError, match=said):
        load_dataset(tmp_path)


def test_half_a_data_set_is_explained(tmp_path: Path) -> None:
    jsonl(tmp_path / "corpus.jsonl", *CORPUS)
    with pytest.raises(UsageError, match=r"queries\.tsv and qrels\.txt"):
        load_dataset(tmp_path)
    (tmp_path / "qrels.txt").write_text("1 0 d2 1\n")
    with pytest.raises(UsageError, match=r"needs both queries.tsv or topics.tsv and qrels.txt"):
        load_dataset(tmp_path)
    (tmp_path / "corpus.jsonl.gz").write_text("not gzipped")
    (tmp_path / "corpus.jsonl").unlink()
    (tmp_path / "topics.tsv").write_text("1\tWho?\n")
    corpus = load_dataset(tmp_path).corpus
    assert isinstance(corpus, Records)
    with pytest.raises(UsageError, match=r"can't read .*gzip"):
        list(corpus.papers())


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no folder .*absent: name one with papers/"):
        load_dataset(tmp_path / "absent")


def test_one_id_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    question = {"id": "q", "question": "Q?", "paper": "a"}
    jsonl(tmp_path / "questions.jsonl", question, question)
    with pytest.raises(UsageError, match="two questions have the id 'q'"):
        load_dataset(tmp_path)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"question": ""}, "line 2: the question is empty"),
        ({"question": "why " * 2501}, "line 2: the question has 10,004 characters"),
        ({"question": "\ud835?"}, "line 2: not a question"),
        ({"id": "\ud835"}, "line 2: not a question"),
        ({"evidence": [["\ud835"]]}, "line 2: not a question"),
        ({"evidence": ["a passage"]}, "line 2: not a question: a list is needed, not 'a passage'"),
        ({"must_contain": ["0.1", "(0.1"]}, r"line 2: not a question: '\(0.1' is no regular expr"),
        ({"answerable": "false"}, "line 2: not a question: answerable is true or false, not 'fal"),
    ],
)
def test_a_question_that_cannot_be_asked_is_named(
    tmp_path: Path, wrong: dict[str, object], said: str
) -> None:
    """Before the first search, not after hundreds."""
    (tmp_path / "papers").mkdir()
    question = {"id": "q", "question": "Q?", "paper": "a"}
    jsonl(tmp_path / "questions.jsonl", question, question | {"id": "r"} | wrong)
    with pytest.raises(UsageError, match=said):
        load_dataset(tmp_path)


def test_a_mark_that_an_editor_put_in_front_is_no_part_of_a_line(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    jsonl(tmp_path / "questions.jsonl", {"id": "q", "question": "Q?", "paper": "a"})
    path = tmp_path / "questions.jsonl"
    path.write_text(path.read_text(), encoding="utf-8-sig")
    assert [q.question_id for q in load_dataset(tmp_path).questions] == ["q"]


def test_what_a_question_lacks_is_named(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    jsonl(tmp_path / "questions.jsonl", {"question": "Q?", "paper": "a"})
    with pytest.raises(UsageError, match="line 1: not a question: it lacks 'id'"):
        load_dataset(tmp_path)


def test_a_query_that_nobody_judged_may_be_of_any_kind(beir: Path) -> None:
    path = beir / "queries.jsonl"
    path.write_text(path.read_text().replace("Nobody judged this one.", ""))
    assert [q.question_id for q in load_dataset(beir).questions] == ["q1", "q2"]
