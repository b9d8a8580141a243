"""What rests on memory is marked, is never cited, and is never supported."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.active.own import OWN, from_memory, verified
from tests.rag.active.conftest import TRANSFORMER
from tests.values import make_evidence

EVIDENCE = make_evidence(TRANSFORMER)
PAPERS = 'There are 8 heads [1: "8 parallel attention layers"].'
MARK = f"[{OWN}]"


@pytest.mark.parametrize(
    "written",
    [
        f"Later models have 16 heads {MARK}.",
        f"Later models have 16 heads. {MARK}",
        "Later models have 16 heads [own knowledge].",
        "Later models have 16 heads (from my own memory).",
        "Later models have 16 heads [own 1].",
        f"Later models have 16 heads [1] {MARK}.",
        f"Later models have 16 heads {MARK} [2: “dropout at a rate”].",
        f"Later models have 16 heads. [1] {MARK}",
    ],
)
def test_memory_is_marked_and_cites_nothing(written: str) -> None:
    draft = verified(f"{PAPERS} {written}", EVIDENCE)
    assert draft.text == f"There are 8 heads [1]. Later models have 16 heads {MARK}."
    assert [c.quote for c in draft.citations] == ["8 parallel attention layers"]
    assert draft.unsupported == ("Later models have 16 heads.",)
    assert from_memory(written) == ("Later models have 16 heads.",)


def test_even_what_the_papers_say_is_not_supported_by_memory() -> None:
    draft = verified(f"There are 8 heads [1: “8 parallel attention layers”] {MARK}.", EVIDENCE)
    assert (draft.citations, draft.unsupported) == ((), ("There are 8 heads.",))


def test_what_is_neither_cited_nor_marked_is_unsupported_as_ever() -> None:
    draft = verified(f"{PAPERS} Cats bark.", EVIDENCE)
    assert draft.text == "There are 8 heads [1]. Cats bark. [unsupported]"


PIECES = ["Cats bark", f" {MARK}", ". ", " [1]", " [2: “dropout”]", "\n\n", "Heads are 8", "- "]


@given(st.lists(st.sampled_from(PIECES)))
def test_no_sentence_has_the_mark_and_a_citation(pieces: list[str]) -> None:
    draft = verified("".join(pieces), EVIDENCE)
    for line in draft.text.splitlines():
        assert f"{MARK}[" not in line
        assert f"{MARK} [1]" not in line
        assert f"{MARK} [unsupported]" not in line
