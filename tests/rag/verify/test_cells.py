"""Numbers in rows and columns, by what these are called."""

from __future__ import annotations

import pytest

from rag.verify.placing import numbers_hold
from rag.verify.support import readable
from tests.rag.verify.planted import passages


@pytest.mark.parametrize(
    ("name", "claim", "expected"),
    [
        ("clinic_table", "The CRF has a precision of .887 on events.", True),
        ("clinic_table", "The CRF has a precision of .861 on events.", False),
        ("clinic_table", "The rules have a recall of .680 on times.", True),
        ("clinic_table", "The rules have a recall of .713 on times.", False),
        ("summaries_table", "BART has a ROUGE-L of 35.7 on patents.", True),
        ("summaries_table", "BART has a ROUGE-1 of 35.7 on patents.", False),
        ("molecules_table", "The small model has 12M parameters.", True),
        ("molecules_table", "The small model has 86M parameters.", False),
        ("molecules_table", "Ours is best on all three data sets, with 0.794 on Tox21.", True),
        ("molecules_table", "There are three data sets.", False),
        ("window_table", "Our method needs 10.6 GB.", True),
        ("window_table", "Our method needs 9.8 GB.", False),
        ("window_table", "Cheap attention handles 14,300 tokens per second.", True),
        (
            "window_table",
            "A third of the memory (10.6 against 31.4 GB) at 18.5 of perplexity.",
            True,
        ),
    ],
)
def test_a_number_is_in_the_row_and_the_column_that_are_named(
    name: str, claim: str, expected: bool
) -> None:
    evidence = passages()[name]
    assert numbers_hold(claim, readable(evidence), [evidence]) == expected
