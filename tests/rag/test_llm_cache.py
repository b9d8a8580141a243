"""The cache of a model's answers: what it knows, and that it never stands in the way."""

from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from rag import llm_cache
from rag.config import Llm
from rag.llm_cache import MAX_CHARS, CompletionCache
from rag.types import Completion, Message, Usage

MODEL = Llm(model="openai/scripted", api_base="http://127.0.0.1/v1")
ANSWER = Completion("Eight.", Usage(10, 2, 0.1))


def asked(text: str) -> list[Message]:
    return [{"role": "user", "content": text}]


HEADS = asked("How many heads?")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "completions.sqlite"


def test_the_same_call_is_answered_again_and_costs_nothing(path: Path) -> None:
    cache = CompletionCache(path, MODEL)
    assert cache.find(HEADS) is None
    cache.keep(HEADS, ANSWER)
    assert cache.find(HEADS) == Completion("Eight.", Usage())
    assert CompletionCache(path, MODEL).find(HEADS) == Completion("Eight.", Usage())
    assert cache.find(asked("How many layers?")) is None


@pytest.mark.parametrize(
    "change",
    [
        {"model": "openai/other"},
        {"api_base": "http://127.0.0.1:1/v1"},
        {"temperature": 0.5},
        {"max_tokens": 7},
    ],
)
def test_another_model_has_answers_of_its_own(path: Path, change: dict[str, object]) -> None:
    CompletionCache(path, MODEL).keep(HEADS, ANSWER)
    assert CompletionCache(path, MODEL.model_copy(update=change)).find(HEADS) is None
    patient = MODEL.model_copy(update={"timeout_s": 1.0, "api_key_env": "KEY"})
    assert CompletionCache(path, patient).find(HEADS) is not None


def test_the_oldest_go_first(path: Path) -> None:
    cache = CompletionCache(path, MODEL, max_entries=3)
    for text in "abc":
        cache.keep(asked(text), ANSWER)
    cache.keep(asked("a"), ANSWER)
    cache.keep(asked("d"), ANSWER)
    assert [text for text in "abcd" if cache.find(asked(text))] == ["a", "c", "d"]


def test_what_was_cut_off_or_is_very_long_is_not_kept(path: Path) -> None:
    cache = CompletionCache(path, MODEL)
    cache.keep(HEADS, Completion("Eig", Usage(), truncated=True))
    cache.keep(HEADS, Completion("x" * (MAX_CHARS + 1), Usage()))
    assert cache.find(HEADS) is None


def test_half_a_character_does_no_harm(path: Path) -> None:
    cache = CompletionCache(path, MODEL)
    cache.keep(HEADS, Completion("Eight \ud83d", Usage()))
    assert cache.find(HEADS) is None
    cache.keep(HEADS, ANSWER)
    assert cache.find(HEADS) is not None


@pytest.mark.parametrize("there", [False, True])
def test_the_file_is_its_owners_and_holds_no_question(path: Path, there: bool) -> None:
    if there:
        path.parent.mkdir()
        path.touch()
        path.chmod(0o644)
    CompletionCache(path, MODEL).keep(asked("a private matter"), ANSWER)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"private matter" not in path.read_bytes()
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    db.close()


@pytest.mark.parametrize("content", [b"not a database, but long enough to be read as one" * 99])
def test_a_damaged_file_is_begun_anew(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    cache = CompletionCache(path, MODEL)
    assert cache.find(HEADS) is None
    cache.keep(HEADS, ANSWER)
    assert cache.find(HEADS) is not None


def test_a_file_with_holes_is_begun_anew(path: Path) -> None:
    cache = CompletionCache(path, MODEL)
    for number in range(200):
        cache.keep(asked(f"{number}"), Completion("word " * 50, Usage()))
    whole = bytearray(path.read_bytes())
    whole[4096:] = b"\xff" * (len(whole) - 4096)
    path.write_bytes(whole)
    for ending in ("-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    cache.find(HEADS)
    cache.keep(HEADS, ANSWER)
    assert cache.find(HEADS) is not None


def test_another_programs_table_of_that_name_does_no_harm(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE completions (something TEXT)")
    db.close()
    cache = CompletionCache(path, MODEL)
    cache.keep(HEADS, ANSWER)
    assert cache.find(HEADS) is None


def test_a_folder_that_can_not_be_made_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = CompletionCache(tmp_path / "file" / "completions.sqlite", MODEL)
    cache.keep(HEADS, ANSWER)
    assert cache.find(HEADS) is None


def test_a_locked_file_does_no_harm(path: Path) -> None:
    cache = CompletionCache(path, MODEL)
    cache.keep(HEADS, ANSWER)
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("BEGIN EXCLUSIVE")
    cache.keep(asked("meanwhile"), ANSWER)
    assert cache.find(HEADS) is not None
    db.close()
    assert cache.find(asked("meanwhile")) is None


def test_threads_share_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm_cache, "_BUSY_S", 60.0)  # on a busy machine the wait is given up
    cache = CompletionCache(path, MODEL)

    def work(number: int) -> None:
        for each in range(10):
            cache.keep(asked(f"{number}/{each}"), ANSWER)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(cache.find(asked(f"{n}/{each}")) for n in range(4) for each in range(10))
