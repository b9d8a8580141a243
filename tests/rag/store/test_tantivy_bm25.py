"""tantivy against rank-bm25, and what it does when things go wrong."""

from __future__ import annotations

import math
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from rag.errors import SearchEngineError
from rag.store.rank_bm25_index import K1, B, RankBM25Index
from rag.store.tantivy_bm25 import MAX_QUERY_TERMS, TantivyIndex
from rag.text import analyse
from rag.types import Entry, Filter, Hit, Role, Variant

EVERYTHING = Filter()


def entry(chunk_id: str, text: str, paper: str = "p") -> Entry:
    return Entry(chunk_id, paper, text, Role.METHOD, None)


def hits(index: TantivyIndex | RankBM25Index, text: str, depth: int = 10) -> Sequence[Hit]:
    return index.search([Variant("q", text)], depth, EVERYTHING)[0].hits


def made_up(chunks: int, seed: int) -> list[Entry]:
    rng = np.random.default_rng(seed)
    words = np.array([f"w{n}x" for n in range(3000)])
    ranks = np.minimum(rng.zipf(1.2, size=(chunks, 120)), 3000) - 1
    lengths = rng.integers(30, 120, chunks)
    return [
        entry(f"{n:05}", " ".join(words[row[:length]]))
        for n, (row, length) in enumerate(zip(ranks, lengths, strict=True))
    ]


def test_the_score_is_bm25_with_lucenes_idf(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    index.add([entry("a", "kernel kernel beam"), entry("b", "beam token gradient")])
    # N = 2, n = 1, tf = 2, lengths 3 and 3: idf = ln(1 + 1.5 / 1.5), weight = 2 * 2.2 / (2 + 1.2)
    expected = math.log(2) * 2 * 2.2 / (2 + 1.2)
    assert hits(index, "kernel")[0].score == pytest.approx(expected, rel=1e-5)
    assert hits(index, "kernel kernel")[0].score == pytest.approx(2 * expected, rel=1e-5)


def queries(entries: Sequence[Entry], count: int) -> list[str]:
    """The rarer words of some chunks, one of them twice."""
    rng = np.random.default_rng(5)
    picked = [entries[n].text.split() for n in rng.choice(len(entries), count)]
    rarest = [sorted(set(words), key=lambda w: int(w[1:-1]))[-8:] for words in picked]
    return [" ".join([*words, words[0]]) for words in rarest]


def test_scores_are_rank_bm25s_but_for_idf_and_rounded_lengths(tmp_path: Path) -> None:
    """rank-bm25 leaves out Lucene's "1 +" in the idf; with it, the same numbers come out."""
    entries = made_up(1000, seed=3)
    index = TantivyIndex(tmp_path)
    index.add(entries)
    corpus = [analyse(e.text) for e in entries]
    oracle = BM25Okapi(corpus, k1=K1, b=B)
    chunks_with = Counter(term for terms in corpus for term in set(terms))
    oracle.idf = {t: math.log(1 + (1000 - n + 0.5) / (n + 0.5)) for t, n in chunks_with.items()}
    for query in queries(entries, 30):
        want = np.asarray(oracle.get_scores(analyse(query)))
        for hit in hits(index, query, 10):
            assert hit.score == pytest.approx(want[int(hit.chunk_id)], rel=0.06)


def test_it_ranks_nearly_as_rank_bm25_does(tmp_path: Path) -> None:
    entries = made_up(1000, seed=3)
    ours, oracle = TantivyIndex(tmp_path / "t"), RankBM25Index(None)
    ours.add(entries)
    oracle.add(entries)
    shared, same_best = [], []
    for query in queries(entries, 40):
        got, want = hits(ours, query, 10), hits(oracle, query, 10)
        shared.append(len({h.chunk_id for h in got} & {h.chunk_id for h in want}) / len(want))
        same_best.append(got[0].chunk_id == want[0].chunk_id)
    assert np.mean(shared) > 0.85
    assert np.mean(same_best) > 0.9


def test_both_find_the_same_chunks(tmp_path: Path) -> None:
    entries = made_up(200, seed=1)
    ours, oracle = TantivyIndex(tmp_path / "t"), RankBM25Index(None)
    ours.add(entries)
    oracle.add(entries)
    for query in ("w5x", "w1x w900x", "w2000x w17x w17x", "unheard"):
        assert {h.chunk_id for h in hits(ours, query, 999)} == {
            h.chunk_id for h in hits(oracle, query, 999)
        }


def test_ties_at_the_cut_are_settled_by_id(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    for tens in (2, 1, 0):
        index.add([entry(f"{tens}{n}", "attention") for n in (9, 4, 2, 0, 1, 3)])
    assert [h.chunk_id for h in hits(index, "attention", 3)] == ["00", "01", "02"]


def test_a_huge_query_is_bounded(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    index.add([entry("a", "kernel"), entry("b", "zzz")])
    words = " ".join(f"v{n}" for n in range(MAX_QUERY_TERMS))
    start = time.perf_counter()
    assert [h.chunk_id for h in hits(index, f"kernel {words} zzz " * 30)] == ["a"]
    assert time.perf_counter() - start < 2


def test_a_damaged_index_says_where_and_what_to_do(tmp_path: Path) -> None:
    TantivyIndex(tmp_path).add([entry("a", "kernel")])
    (tmp_path / "meta.json").write_text("{ damaged")
    with pytest.raises(SearchEngineError, match="scholium reindex") as caught:
        hits(TantivyIndex(tmp_path), "kernel")
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 5000])
def test_damaged_segments_are_reported_too(tmp_path: Path, content: bytes) -> None:
    TantivyIndex(tmp_path).add([entry("a", "kernel")])
    for segment in tmp_path.glob("*.term"):
        segment.write_bytes(content)
    with pytest.raises(SearchEngineError, match="scholium reindex"):
        hits(TantivyIndex(tmp_path), "kernel")


def test_a_missing_index_directory_is_reported(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "t")
    for file in (tmp_path / "t").iterdir():
        file.unlink()
    with pytest.raises(SearchEngineError, match="scholium reindex"):
        hits(index, "kernel")


WRITER = """
import sys
from pathlib import Path
from rag.store.tantivy_bm25 import TantivyIndex
from rag.text import analyse
from rag.types import Entry, Role
index = TantivyIndex(Path(sys.argv[1]))
for n in range(10_000):
    index.add([Entry(f"{n}-{m}", "p", "kernel beam", Role.METHOD, None) for m in range(20)])
    print(n, flush=True)
"""


def test_a_killed_writer_loses_nothing_and_blocks_nobody(tmp_path: Path) -> None:
    for pause_s in (0.0, 0.05):
        folder = tmp_path / str(pause_s)
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, folder], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout
            done = [int(writer.stdout.readline()) for _ in range(3)]
            time.sleep(pause_s)
            writer.send_signal(signal.SIGKILL)
            done += [int(line) for line in writer.stdout]
        index = TantivyIndex(folder)
        held = index.ids()
        assert {f"{n}-{m}" for n in done for m in range(20)} <= held
        assert len(held) % 20 == 0, "a call is added as a whole or not at all"
        index.add([entry("after", "gradient")])
        assert [h.chunk_id for h in hits(index, "gradient")] == ["after"]
