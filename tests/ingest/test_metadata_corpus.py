"""Facts from the first pages of real papers, against what people saw there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.metadata import golden, judged, listed_titles, read

FLOORS = {
    "title, as listed": 0.95,
    "title, as printed": 0.98,
    "authors": 0.97,
    "year": 0.97,
    "venue": 0.95,
}


@pytest.mark.corpus
@pytest.mark.slow
def test_facts_are_read_rightly(corpus_data: Path) -> None:
    printed, right = golden(), Counter[str]()
    papers = list(listed_titles(corpus_data))
    misses = []
    for file, listed in papers:
        for fact, (good, expected) in judged(read(file), listed, printed[file.name]).items():
            right[fact] += good
            if not good:
                misses.append((file.name, fact, expected))
    shares = {fact: right[fact] / len(papers) for fact in FLOORS}
    assert len(papers) == len(printed)
    assert not {fact for fact, floor in FLOORS.items() if shares[fact] < floor}, misses
