"""The Markdown of answers on a terminal, whole and as it comes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from api.cli.render.markdown import Markdown
from api.cli.stream import Typewriter

TABLE = """\
| | Attention Is All You Need | BERT |
|---|:-:|---|
| Heads | 8 [1] | 12 in the **base** model [3] |
| Bars | a \\| b | `x` |
| Dropout | 0.1 [2] | 0.3 [unsupported] |
"""
ANSWER = f"They compare like this:\n\n{TABLE}\nBERT has more heads [3].\n\n$$y = |x|$$\n"


def shown(text: str, width: int = 80) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(Markdown(text))
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def typed(pieces: list[str], width: int) -> str:
    writer = Typewriter(width)
    return "".join(map(writer.feed, pieces)) + writer.end()


def test_a_table_is_set_in_columns() -> None:
    lines = shown(ANSWER).splitlines()
    header, heads = lines[2], next(line for line in lines if line.startswith("Heads"))
    assert header.index("BERT") == heads.index("12 in the base model [3]")
    assert "Bars" in lines[5]
    assert "a | b" in lines[5]
    assert "**" not in "".join(lines)
    assert "$$y = |x|$$" in lines


def test_on_a_narrow_terminal_rows_are_paragraphs() -> None:
    lines = shown(ANSWER, 40).splitlines()
    assert "Heads" in lines
    assert "  BERT: 12 in the base model [3]" in lines
    assert max(map(len, lines)) <= 40


@pytest.mark.parametrize("text", ["| no table", "|x|\n|y|", "a | b\n--- | ---", "|", ""])
def test_what_is_no_table_stays_as_it_is(text: str) -> None:
    assert shown(text).strip() == text.strip()
    assert typed([text], 80).strip() == text.strip()


@given(st.lists(st.integers(0, len(ANSWER)), max_size=20))
def test_a_table_is_typed_as_it_is_shown_however_it_comes(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(ANSWER)]
    pieces = [ANSWER[a:b] for a, b in pairwise(places)]
    assert typed(pieces, 80).rstrip() == shown(ANSWER).rstrip()


lines = st.lists(st.sampled_from(["a b", "| x | y |", "|---|---|", "", " | z", "1. c"]), max_size=8)


@given(lines.map("\n".join), st.integers(1, 5))
def test_no_cell_is_lost(text: str, size: int) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    came = typed(pieces, 80)
    assert [c for c in came if c in "abxyzc"].count("b") == text.count("b")
    assert came.count("a") == text.count("a")
