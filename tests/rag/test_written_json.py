from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.written_json import objects_in

A, B = {"first": 1}, {"first": 2, "why": "a } in {text}"}
BOTH = [A, B]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (json.dumps(BOTH), BOTH),
        (f"{json.dumps(A)}\n{json.dumps(B)}", BOTH),
        (f"{json.dumps(A)},\n{json.dumps(B)},", BOTH),
        (f"```json\n{json.dumps(BOTH, indent=2)}\n```", BOTH),
        (f"Here they are:\n{json.dumps(A, indent=2)}\nand\n{json.dumps(B)}.", BOTH),
        (json.dumps({"pairs": BOTH}), BOTH),
        (f'{{"first": 1, \n{json.dumps(B)}', [B]),
        ("[]", []),
        ("```json\n[ ]\n```", []),
        ("NONE", None),
        ("", None),
        ("{", None),
        ("{" * 5000, None),
        ('{"a":' * 5000, None),
    ],
)
def test_objects(text: str, expected: list[dict[str, Any]] | None) -> None:
    assert objects_in(text) == expected


@given(before=st.text(st.characters(exclude_characters="{["), max_size=20), value=JSON)
def test_an_object_is_found_behind_any_words(before: str, value: Any) -> None:
    found = objects_in(f"{before}{json.dumps({'key': value})}")
    assert found
    assert all(isinstance(each, dict) for each in found)


@given(st.text())
def test_whatever_comes_is_read(text: str) -> None:
    objects_in(text)
