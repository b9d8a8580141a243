"""Chroma between processes, under load, and when things go wrong."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chromadb import Collection

from rag.errors import ConfigError, SearchEngineError
from rag.store.chroma import FEW, ChromaIndex, drop_collections
from rag.store.filters import admits
from rag.store.memory import MemoryDenseIndex
from rag.types import Entry, Filter, Role, Variant, Vector

EVERYTHING = Filter()
ROLES = (Role.METHOD, Role.RESULTS)


def vectors(count: int, seed: int = 0, dimension: int = 32) -> Vector:
    rows = np.random.default_rng(seed).normal(size=(count, dimension))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def entries(count: int, seed: int = 0) -> list[Entry]:
    return [
        Entry(f"{n:05}", f"p{n % 40}", "", ROLES[n % 4 == 0], 2000 + n % 20, vector)
        for n, vector in enumerate(vectors(count, seed))
    ]


def ids(
    index: ChromaIndex | MemoryDenseIndex, vector: Vector, depth: int, where: Filter
) -> set[str]:
    [ranking] = index.search([Variant("q", "", vector)], depth, where)
    return {hit.chunk_id for hit in ranking.hits}


@pytest.mark.parametrize(
    ("where", "least"),
    [
        (EVERYTHING, 0.98),
        (Filter(papers=frozenset({"p3"})), 1.0),
        (Filter(papers=frozenset({"p3", "p7"}), year_from=2005), 1.0),
        (Filter(year_from=2010), 0.98),
        (Filter(year_to=2018), 0.98),
        (Filter(roles=frozenset({Role.METHOD})), 1.0),
    ],
)
def test_recall_against_exact_search(
    large: tuple[ChromaIndex, MemoryDenseIndex], where: Filter, least: float
) -> None:
    index, exact = large
    shares = []
    for query in vectors(20, seed=9):
        want = ids(exact, query, 100, where)
        shares.append(len(ids(index, query, 100, where) & want) / len(want))
    assert np.mean(shares) >= least


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[ChromaIndex, MemoryDenseIndex]:
    index, exact = ChromaIndex(tmp_path_factory.mktemp("large")), MemoryDenseIndex()
    held = entries(FEW * 2)
    index.add(held)
    exact.add(held)
    return index, exact


def test_of_hits_that_tie_with_the_last_the_first_by_id_stay(tmp_path: Path) -> None:
    index = ChromaIndex(tmp_path)
    same, other = vectors(2)
    index.add([Entry(f"{n}", "p", "", Role.METHOD, None, same) for n in range(9, 0, -1)])
    index.add([Entry("0", "p", "", Role.METHOD, None, other)])
    found = ids(index, same, 3, Filter(papers=frozenset({"p"})))
    assert found == {"1", "2", "3"}
    index.close()


@pytest.mark.parametrize(
    "where",
    [
        Filter(papers=frozenset({"p3"}), year_from=2003),
        Filter(year_from=2010),
        Filter(roles=frozenset({Role.RESULTS})),
        Filter(papers=frozenset({"nobody"})),
    ],
)
def test_told_what_a_filter_lets_through_it_finds_the_same(
    tmp_path: Path, large: tuple[ChromaIndex, MemoryDenseIndex], where: Filter
) -> None:
    held, asked = entries(FEW * 2), list[Filter]()

    def ids_within(wanted: Filter) -> list[str]:
        asked.append(wanted)
        return [entry.chunk_id for entry in held if admits(wanted, entry)]

    told = ChromaIndex(tmp_path, ids_within=ids_within)
    told.add(held)
    query = vectors(1, seed=5)[0]
    found = ids(told, query, 50, where)
    assert found == ids(told, query, 50, where)
    assert asked == [where]  # and not a second time, as nothing was written
    assert len(found & ids(large[1], query, 50, where)) >= 0.98 * len(found)
    assert bool(found) == ("nobody" not in where.papers)
    told.close()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("told", [True, False])
def test_a_server_is_not_asked_for_the_vectors_of_many_chunks(
    chroma_server: str,
    large: tuple[ChromaIndex, MemoryDenseIndex],
    monkeypatch: pytest.MonkeyPatch,
    role: Role,
    told: bool,
) -> None:
    get, fetched = Collection.get, list[str]()

    def noted(collection: Collection, **how: Any) -> Any:
        found = get(collection, **how)
        fetched.extend(found["ids"] if "embeddings" in how["include"] else [])
        return found

    held, where = entries(FEW * 2), Filter(roles=frozenset({role}))
    known = [entry.chunk_id for entry in held if admits(where, entry)]
    index = ChromaIndex(
        None, chroma_server, f"many-{role}-{told}", ids_within=(lambda _: known) if told else None
    )
    index.add(held)
    monkeypatch.setattr(Collection, "get", noted)
    query = vectors(1, seed=6)[0]
    assert len(ids(index, query, 50, where) & ids(large[1], query, 50, where)) >= 48
    assert sorted(fetched) == (known if len(known) <= FEW else [])
    index.close()


def test_very_many_papers_may_be_named(large: tuple[ChromaIndex, MemoryDenseIndex]) -> None:
    index, exact = large
    where = Filter(papers=frozenset(f"p{n}" for n in range(3, 40_000)))
    query = vectors(1, seed=4)[0]
    assert len(ids(index, query, 50, where) & ids(exact, query, 50, where)) >= 48


def test_an_entry_without_a_vector_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="chunk-9"):
        ChromaIndex(tmp_path).add([Entry("chunk-9", "p", "text", Role.METHOD, None)])


def test_vectors_of_another_size_are_refused(tmp_path: Path) -> None:
    index = ChromaIndex(tmp_path)
    index.add(entries(3))
    with pytest.raises(SearchEngineError, match="scholium reindex"):
        index.add([Entry("x", "p", "", Role.METHOD, None, vectors(1, dimension=16)[0])])
    with pytest.raises(SearchEngineError, match="scholium reindex"):
        ids(index, vectors(1, dimension=16)[0], 5, EVERYTHING)
    index.close()


def test_a_damaged_database_says_where_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"not a database" * 500)
    with pytest.raises(SearchEngineError, match="scholium reindex") as caught:
        ChromaIndex(tmp_path).ids()
    assert str(tmp_path) in str(caught.value)


def test_an_index_that_is_removed_underneath_is_an_error(tmp_path: Path) -> None:
    index = ChromaIndex(tmp_path / "chroma")
    index.add(entries(3))
    shutil.rmtree(tmp_path / "chroma")
    with pytest.raises(SearchEngineError, match="removed"):
        ids(index, vectors(1)[0], 5, EVERYTHING)
    assert not (tmp_path / "chroma").exists()
    index.close()


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8000",
        "ftp://host",
        "http://",
        "http://host:port",
        "http://host/path",
        "http://[::1",
    ],
)
def test_a_bad_url_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigError, match="url"):
        ChromaIndex(None, url)


def test_a_directory_and_a_server_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        ChromaIndex(tmp_path, "http://localhost:8000")
    with pytest.raises(ConfigError):
        ChromaIndex(None, "")


def test_a_server_that_is_not_there_is_named() -> None:
    url = "http://127.0.0.1:9"
    with pytest.raises(SearchEngineError, match="chroma run") as caught:
        ChromaIndex(None, url).ids()
    assert url in str(caught.value)


def test_collections_are_dropped_by_prefix(chroma_server: str) -> None:
    for name in ("drop-me-1", "drop-me-2", "drop-other"):
        index = ChromaIndex(None, chroma_server, name)
        index.add(entries(2))
        index.close()
    drop_collections(chroma_server, "drop-me-", keep="drop-me-2")
    held = {}
    for name in ("drop-me-1", "drop-me-2", "drop-other"):
        index = ChromaIndex(None, chroma_server, name)
        held[name] = len(index.ids())
        index.close()
    assert held == {"drop-me-1": 0, "drop-me-2": 2, "drop-other": 2}


def test_threads_may_search_while_one_writes(tmp_path: Path) -> None:
    index = ChromaIndex(tmp_path)
    index.add(entries(200))
    failures: list[BaseException] = []
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            try:
                assert ids(index, vectors(1)[0], 5, EVERYTHING)
                assert ids(index, vectors(1)[0], 5, Filter(papers=frozenset({"p0"})))
            except BaseException as error:  # noqa: BLE001
                failures.append(error)
                return

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for seed in range(1, 5):
        index.add(entries(200, seed)[100:])
        index.refresh()
    stop.set()
    for thread in threads:
        thread.join()
    index.close()
    assert failures == []


WRITER = """
import sys, time
from pathlib import Path
import numpy as np
from rag.store.chroma import ChromaIndex
from rag.types import Entry, Role
index = ChromaIndex(Path(sys.argv[1]))
for n in range(int(sys.argv[2])):
    rows = np.random.default_rng(n).normal(size=(60, 32)).astype("float32")
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index.add([Entry(f"{n}-{m}", f"p{n}", "", Role.METHOD, n, row) for m, row in enumerate(rows)])
    if n % 3 == 2:
        index.delete([f"{n - 1}-{m}" for m in range(30)])
    print(n, flush=True)
    time.sleep(0.02)
"""


def vector_of(batch: int, number: int) -> Vector:
    return vectors(60, seed=batch)[number]


def start_writer(folder: Path, batches: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, folder, str(batches)], stdout=subprocess.PIPE, text=True
    )


def test_a_reader_sees_what_another_process_writes_and_survives_it(tmp_path: Path) -> None:
    reader = ChromaIndex(tmp_path)
    assert reader.ids() == set()
    with start_writer(tmp_path, 18) as writer:
        assert writer.stdout
        for line in writer.stdout:
            batch = int(line)
            assert ids(reader, vector_of(batch, 50), 60, EVERYTHING) or batch == 0
            mine = ids(reader, vector_of(batch, 50), 60, Filter(papers=frozenset({f"p{batch}"})))
            assert mine <= {f"{batch}-{m}" for m in range(60)}
        assert writer.wait() == 0
    for batch in (0, 10, 17):
        assert f"{batch}-50" in ids(reader, vector_of(batch, 50), 3, EVERYTHING)
        where = Filter(papers=frozenset({f"p{batch}"}))
        assert len(ids(reader, vector_of(batch, 50), 99, where)) == (30 if batch % 3 == 1 else 60)
    reader.close()


@pytest.mark.parametrize("pause_s", [0.0, 0.07])
def test_a_killed_writer_loses_nothing_and_blocks_nobody(tmp_path: Path, pause_s: float) -> None:
    with start_writer(tmp_path, 1000) as writer:
        assert writer.stdout
        done = [int(writer.stdout.readline()) for _ in range(3)]
        time.sleep(pause_s)
        writer.send_signal(signal.SIGKILL)
        done += [int(line) for line in writer.stdout]
    index = ChromaIndex(tmp_path)
    held = index.ids()
    for batch in done:
        assert {f"{batch}-{m}" for m in range(30, 60)} <= held
        assert f"{batch}-50" in ids(index, vector_of(batch, 50), 3, EVERYTHING)
    index.add(entries(300, seed=5000))
    assert ids(index, vectors(300, seed=5000)[7], 1, EVERYTHING) == {"00007"}
    index.close()
