from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.markers import LONGEST, Marker, QuoteFilter, parse


@pytest.mark.parametrize(
    ("text", "plain", "markers"),
    [
        ("No markers.", "No markers.", []),
        ("Eight [1].", "Eight.", [(1, "", 5)]),
        ("Eight. [1] Nine.", "Eight. Nine.", [(1, "", 6)]),
        ("Eight [1, 2].", "Eight.", [(1, "", 5), (2, "", 5)]),
        ("Eight [1][3].", "Eight.", [(1, "", 5), (3, "", 5)]),
        ("Eight [1] [3].", "Eight.", [(1, "", 5), (3, "", 5)]),
        ('Eight [2: "h = 8"].', "Eight.", [(2, "h = 8", 5)]),
        ("Eight [2: “h = 8”].", "Eight.", [(2, "h = 8", 5)]),
        ("Eight [2: h = 8].", "Eight.", [(2, "h = 8", 5)]),
        ('Eight [2: "h = 8].', "Eight.", [(2, "h = 8", 5)]),
        ('Eight [2:"as in [12] here"].', "Eight.", [(2, "as in [12] here", 5)]),
        ('Eight [1: "a, b"; 3: "c; d"].', "Eight.", [(1, "a, b", 5), (3, "c; d", 5)]),
        ('Eight [1: "a", 3].', "Eight.", [(1, "a", 5), (3, "", 5)]),
        ("Eight [evidence 2].", "Eight.", [(2, "", 5)]),
        ("Eight [Passage #2].", "Eight.", [(2, "", 5)]),
        ("Eight 【2】.", "Eight.", [(2, "", 5)]),
        ("Eight 【2†source】.", "Eight.", [(2, "", 5)]),
        ("Eight [1-3].", "Eight.", [(1, "", 5), (2, "", 5), (3, "", 5)]),
        ("Eight [1–2].", "Eight.", [(1, "", 5), (2, "", 5)]),
        ("Eight [1-99].", "Eight.", [(1, "", 5), (99, "", 5)]),
        ("Eight [^2].", "Eight.", [(2, "", 5)]),
        ("Eight [[2]].", "Eight.", [(2, "", 5)]),
        ('Eight [[2: "h = 8"]].', "Eight.", [(2, "h = 8", 5)]),
        ("Eight [2, p. 13].", "Eight.", [(2, "", 5)]),
        ("Eight [2, pp. 13-14; 3, page 7].", "Eight.", [(2, "", 5), (3, "", 5)]),
        ("Eight (evidence 2).", "Eight.", [(2, "", 5)]),
        ("Eight (Evidence 2, 3).", "Eight.", [(2, "", 5), (3, "", 5)]),
        ("Eight [2: f(x) = 3].", "Eight.", [(2, "f(x) = 3", 5)]),
        ("Eight (2) or (see evidence).", "Eight (2) or (see evidence).", []),
        ("[1] Eight.", "Eight.", [(1, "", 0)]),
        ("A.\n[2] B.", "A.\nB.", [(2, "", 3)]),
        ("In [0.5, 1] it is [see Smith] a [b].", "In [0.5, 1] it is [see Smith] a [b].", []),
        ("See [docs](http://x.y).", "See [docs](http://x.y).", []),
        ("Open [1", "Open [1", []),
        ("`x[1] = f(x[0])` [2].", "`x[1] = f(x[0])`.", [(2, "", 16)]),
        ("```\nx[1] = 2 # [3]\n```", "```\nx[1] = 2 #\n```", [(3, "", 14)]),
        ("The state $h_{[1]}$ [2].", "The state $h_{[1]}$.", [(2, "", 19)]),
        ("It costs $5[1] and $6 [2].", "It costs $5 and $6.", [(1, "", 11), (2, "", 18)]),
        ("Eight heads[1].", "Eight heads.", [(1, "", 11)]),
    ],
)
def test_parse(text: str, plain: str, markers: list[tuple[int, str, int]]) -> None:
    marked = parse(text)
    assert (marked.plain, marked.markers) == (plain, tuple(Marker(*m) for m in markers))


def filtered(pieces: list[str]) -> str:
    quotes = QuoteFilter()
    return "".join([*map(quotes.feed, pieces), quotes.rest()])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('Eight [2: "h = 8"]. Nine [1].', "Eight [2]. Nine [1]."),
        ('Eight [1: "as in [12] here"; 3].', "Eight [1][3]."),
        ("In [0.5, 1] and [see this] and [x](y).", "In [0.5, 1] and [see this] and [x](y)."),
        ('Not closed [1: "some', 'Not closed [1: "some'),
        ('A line [1: "ends\nhere"].', 'A line [1: "ends\nhere"].'),
        ("Over a line [1\n] it is none", "Over a line [1\n] it is none"),
        ("[[1]]. [[1] x [[12", "[1]. [[1] x [[12"),
        ("Eight 【2】 (evidence 2: words) [^3].", "Eight [2] [2] [3]."),
        ("Eight [1-2], [2, p. 13].", "Eight [1][2], [2]."),
        ("In f(x, y), (2, 3) and (see 4).", "In f(x, y), (2, 3) and (see 4)."),
        ('[1: "' + "x" * LONGEST + " [2]", '[1: "' + "x" * LONGEST + " [2]"),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_stream_is_shown_without_quotes(text: str, shown: str, size: int) -> None:
    assert filtered([text[i : i + size] for i in range(0, len(text), size)]) == shown


def test_only_an_open_bracket_is_held_back() -> None:
    quotes = QuoteFilter()
    assert quotes.feed("Eight heads [") == "Eight heads "
    assert quotes.feed('2: "h') == ""
    assert quotes.feed(' = 8"') == ""
    assert quotes.feed("]. Ni") == "[2]. Ni"
    assert quotes.feed("ne (of them) (2, 3") == "ne (of them) (2, 3"


@given(st.lists(st.text(alphabet='a1[]【】()^-:";, \n', max_size=8), max_size=12))
def test_nothing_but_quotes_is_lost(pieces: list[str]) -> None:
    text = "".join(pieces)
    shown = filtered(pieces)
    assert shown == filtered(list(text))
    if not parse(text).markers:
        assert shown == text
