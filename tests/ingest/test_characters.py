"""What is stored of papers with characters that SQLite stops at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ingest.characters import storable
from ingest.commands import ingest, ingest_papers
from rag.config import Settings
from rag.store.catalog import Catalog
from rag.store.stretches import text_of
from rag.types import Cell, Grid, Span
from tests.values import make_paper

SETTINGS = Settings.model_validate({"embedder": {"kind": "hashing"}, "ingest": {"jobs": 1}})


def test_what_follows_a_nul_is_read(tmp_path: Path) -> None:
    """Of a long file of code only the beginning tells whether it is a program."""
    code = tmp_path / "code"
    code.mkdir()
    body = "# It is long.\n" * 800
    first, last = "def forward(x):\n    return x\n", "def backward(x):\n    return -x\n"
    (code / "net.py").write_text(f'{first}\n{body}\nSEPARATOR = "\0"\n\n\n{last}')
    list(ingest([code], tmp_path / "library", SETTINGS, code=True))
    with Catalog(tmp_path / "library") as catalog:
        [row] = catalog.papers()
        paper = catalog.paper(row.paper_id)
        assert "\N{REPLACEMENT CHARACTER}" in paper.text
        assert text_of(catalog, paper.paper_id, Span(0, len(paper.text))) == paper.text
        assert paper.text.rstrip().endswith("return -x")


def test_every_part_of_a_paper_is_told_alike_and_spans_stay(tmp_path: Path) -> None:
    paper = make_paper({"A\0": ["a\0b", "c"]}, title="T\0", authors=("X\0",))
    table = replace(paper.elements[0], grid=Grid(1, 1, (Cell(0, 0, "a\0b"),)))
    paper = replace(paper, elements=(table, *paper.elements[1:]))
    list(ingest_papers([paper], 1, tmp_path, SETTINGS))
    with Catalog(tmp_path) as catalog:
        stored = catalog.paper(paper.paper_id)
    assert stored == storable(paper)
    assert "\0" not in repr(stored)
    assert "\\x00" not in repr(stored)
    assert stored.elements[1].span.of(stored.text) == "c"
    plain = make_paper({"A": ["a"]})
    assert storable(plain) is plain
