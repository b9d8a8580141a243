"""The cells of transcribed tables, and how they are counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from tables import GOLD, Gold, Score, element_of, peer, read_gold, rows_of, score

from ingest.parsers.pdf import PdfParser
from rag.types import Element

ENOUGH = 0.9


def test_a_transcription_is_read_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "some-paper-3.txt"
    path.write_text("headers: 2\n | Dev {1x2}\nModel | EM | F1\nOne {2x1} | 1 | 2\n | 3 | 4\n")
    assert read_gold(path) == Gold(
        "some-paper",
        "Table 3",
        2,
        [["", "Dev"], ["Model", "EM", "F1"], ["One", "1", "2"], ["", "3", "4"]],
        {(0, 1): (1, 2), (2, 0): (2, 1)},
    )


GRID = [["a", "b"], ["1", "2"], ["3", "4"]]


@pytest.mark.parametrize(
    ("found", "right", "in_place"),
    [
        (GRID, 6, 6),
        ([], 0, 0),
        ([["Table 1", ""], *GRID], 6, 0),  # a row too many
        ([["", *row] for row in GRID], 6, 0),  # a column too many
        ([["a", "b"], ["1 3", "2 4"]], 2, 2),  # two rows in one
        ([["a", "b"], ["1", "-"], ["3", "4"]], 5, 5),
        ([["b", "a"], ["2", "1"], ["4", "3"]], 3, 0),  # columns in another order
    ],
)
def test_cells_are_right_where_row_and_column_are(
    found: list[list[str]], right: int, in_place: int
) -> None:
    assert score(GRID, found) == Score(6, right, in_place)


def test_white_space_and_kinds_of_dash_make_no_difference() -> None:
    assert score([["1 − 2", "–"]], [["1-\n2", "—"]]) == Score(2, 2, 2)


@pytest.fixture(scope="module")
def tables(corpus_data: Path) -> list[tuple[Gold, Path, Element]]:
    papers = corpus_data / "famous" / "papers"
    golds = [read_gold(path) for path in sorted(GOLD.glob("*.txt"))]
    files = [papers / f"{gold.paper}.pdf" for gold in golds]
    return [
        (gold, file, element_of(PdfParser().parse(file).elements, gold.label))
        for gold, file in zip(golds, files, strict=True)
    ]


@pytest.mark.corpus
def test_nine_of_ten_cells_are_right(tables: list[tuple[Gold, Path, Element]]) -> None:
    scores = [score(gold.rows, rows_of(element.grid)) for gold, _, element in tables]
    assert len(scores) >= 20
    assert sum(s.right for s in scores) >= ENOUGH * sum(s.cells for s in scores)


@pytest.mark.corpus
def test_more_are_right_than_find_tables_has(tables: list[tuple[Gold, Path, Element]]) -> None:
    some = tables[::5]
    ours = sum(score(gold.rows, rows_of(element.grid)).right for gold, _, element in some)
    theirs = sum(peer(path, element, gold, "lines").right for gold, path, element in some)
    assert ours > theirs
