"""Answers with an error planted in them, and right ones, over made-up passages of papers."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from rag.types import Cell, Evidence, Grid, Kind
from tests.values import make_evidence, make_paper

FOLDER = Path(__file__).parents[2] / "golden" / "verification"
LINE_BREAK = "⏎"
"""Stands for a line break in an answer, which keeps to one line of the file."""


@dataclass(frozen=True, slots=True)
class Planted:
    """An answer to be checked. ``wrong``: an error was planted in it."""

    kind: str
    wrong: bool
    passages: tuple[str, ...]
    answer: str

    @property
    def evidence(self) -> list[Evidence]:
        """What its markers count."""
        return [passages()[name] for name in self.passages]


def planted(name: str) -> list[Planted]:
    """The cases of a file."""
    with (FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            Planted(
                line["kind"],
                {"ok": False, "error": True}[line["expected"]],
                tuple(line["evidence"].split()),
                line["answer"].replace(LINE_BREAK, "\n"),
            )
            for line in lines
        ]


@cache
def passages() -> Mapping[str, Evidence]:
    """Every passage by its name."""
    tables = tomllib.loads((FOLDER / "passages.toml").read_text(encoding="utf-8"))
    return {name: _evidence(**table) for name, table in tables.items()}


def _evidence(
    title: str, section: str, text: str = "", caption: str = "", rows: Sequence[Any] = ()
) -> Evidence:
    whole = "\n".join([caption, *map(" | ".join, rows)]) if rows else text.strip()
    [made] = make_evidence(make_paper({section: [whole]}, title=title, year=2021))
    if not rows:
        return made
    tables = [replace(each, kind=Kind.TABLE, grid=_grid(rows)) for each in made.elements]
    return replace(made, elements=tuple(tables))


def _grid(rows: Sequence[Sequence[str]]) -> Grid:
    cells = [
        Cell(row, column, text, header=row == 0)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    return Grid(len(rows), len(rows[0]), tuple(cells))
