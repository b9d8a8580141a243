from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.rerank.permutation import permutation


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("[3] > [1] > [2] > [4]", [2, 0, 1, 3]),
        ("[3]>[1]>\n[2] >[4]", [2, 0, 1, 3]),
        ("3 > 1 > 2 > 4", [2, 0, 1, 3]),
        ("[4] > [2]", [3, 1, 0, 2]),  # not named: after those named, as they were
        ("[2] > [2] > [1] > [2]", [1, 0, 2, 3]),
        ("[9] > [0] > [3] > [77777777777777777777777]", [2, 0, 1, 3]),
        ("The order is:\n\n[2] > [4] > [1] > [3]\n\nPassage [3] is off topic.", [1, 3, 0, 2]),
        ("[1] > [2] is wrong; rather: [4] > [3] > [2] > [1]", [3, 2, 1, 0]),
        ("The best is [3], then [2].", [2, 1, 0, 3]),
        ("[3, 1, 4, 2]", [2, 0, 3, 1]),
        ("<think>[1] > [2] > [3] > [4]</think>[4] > [1]", [3, 0, 1, 2]),
        ("`[2] > [1] > [3] > [4]`", [1, 0, 2, 3]),
        ("", None),
        ("I can't help with that.", None),
        ("<think>[1] > [2]", None),
        ("Of 3 passages, 2 are from 2019.", None),
        ("[12] > [13]", None),
        ("[]", None),
        ("[" + "9" * 5000 + "]", None),
    ],
)
def test_an_order_is_read_where_there_is_one(text: str, places: list[int] | None) -> None:
    assert permutation(text, 4) == places


@given(st.integers(1, 25).flatmap(lambda n: st.permutations(range(n))))
def test_what_is_written_as_asked_is_read_as_meant(order: list[int]) -> None:
    text = " > ".join(f"[{place + 1}]" for place in order)
    assert permutation(text, len(order)) == order


@given(st.text("[]> ,0123456789x\n", max_size=60), st.integers(1, 12))
def test_whatever_is_written_each_place_comes_once(text: str, count: int) -> None:
    places = permutation(text, count)
    assert places is None or sorted(places) == list(range(count))
