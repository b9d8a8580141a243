from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Draft
from rag.verify import verify
from tests.values import make_evidence, make_paper

PAPER = make_paper(
    {
        "Attention": [
            "We employ h = 8 parallel attention layers, or heads. Each head has 64 dimensions."
        ],
        "Regularization": ["We apply dropout to the output of each sub-layer, at a rate of 0.1."],
        "Training": ["Training took 3.5 days on eight P100 GPUs for 300,000 steps."],
    },
    title="Attention Is All You Need",
    year=2017,
)
EVIDENCE = make_evidence(PAPER)


def check(text: str) -> Draft:
    """The draft, after what holds for every draft."""
    draft = verify(text, EVIDENCE)
    for citation in draft.citations:
        assert citation.marker in draft.text
        assert citation.quote == citation.span.of(PAPER.text)
        assert citation.quote in citation.evidence.chunk.text
        assert citation.evidence in EVIDENCE
    assert draft.text.count("[unsupported]") == len(draft.unsupported)
    return draft


@pytest.mark.parametrize(
    ("answer", "shown", "quotes"),
    [
        (
            'The model has 8 attention heads [1: "h = 8 parallel attention layers"].',
            "The model has 8 attention heads [1].",
            ["h = 8 parallel attention layers"],
        ),
        (
            "Each attention head has 64 dimensions. [1] Dropout is applied at 0.1. [2]",
            "Each attention head has 64 dimensions. [1] Dropout is applied at 0.1. [2]",
            [
                "Each head has 64 dimensions.",
                "We apply dropout to the output of each sub-layer, at a rate of 0.1.",
            ],
        ),
        (
            'Dropout of 0.1 and 8 heads [2: "a rate of 0.1"; 1: "h=8 parallel attention"].',
            "Dropout of 0.1 and 8 heads [2][1].",
            ["a rate of 0.1", "h = 8 parallel attention"],
        ),
        (
            "[3] Training took 3.5 days.\n[2] Dropout was applied.",
            "[3] Training took 3.5 days.\n[2] Dropout was applied.",
            [EVIDENCE[2].chunk.text, EVIDENCE[1].chunk.text],
        ),
        (
            "The dropout rate is 0.1 [2][2].",
            "The dropout rate is 0.1 [2].",
            [EVIDENCE[1].chunk.text],
        ),
        ("It took 300000 steps on 8 GPUs [3].", "It took 300000 steps on 8 GPUs [3].", None),
        ("Yes. Dropout is applied [2].", "Yes. Dropout is applied [2].", None),
        (
            "The settings are:\n- dropout of 0.1 [2]\n- 8 heads [1]",
            "The settings are:\n- dropout of 0.1 [2]\n- 8 heads [1]",
            None,
        ),
        (
            'Dropout is applied to the output [2: "we applied dropout to each sub-layer output"].',
            "Dropout is applied to the output [2].",
            [EVIDENCE[1].chunk.text],
        ),
        ('The rate is 0.1 [2: "0.1"].', "The rate is 0.1 [2].", [EVIDENCE[1].chunk.text]),
    ],
)
def test_what_the_evidence_bears_out(answer: str, shown: str, quotes: list[str] | None) -> None:
    draft = check(answer)
    assert draft.unsupported == ()
    assert draft.text == shown
    if quotes is not None:
        assert [citation.quote for citation in draft.citations] == quotes


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("There are 8 heads.", "There are 8 heads. [unsupported]"),
        ("There are 8 attention heads [7].", "There are 8 attention heads. [unsupported]"),
        ("There are 8 heads [0].", "There are 8 heads. [unsupported]"),
        (
            'There are 8 heads [1: "we use eight heads throughout"].',
            "There are 8 heads. [unsupported]",
        ),
        (
            "There are 8 heads in the encoder [2].",
            "There are 8 heads in the encoder. [unsupported]",
        ),
        ("There are 16 attention heads [1].", "There are 16 attention heads [1]. [unsupported]"),
        ("Training took 3.5 days [0].", "Training took 3.5 days. [unsupported]"),
        (
            'Bananas grow on tall plants [2: "dropout to the output of each"].',
            "Bananas grow on tall plants. [unsupported]",
        ),
        (
            'The output gets dropout [2: "we never apply dropout to the output sub-layer rate"].',
            "The output gets dropout. [unsupported]",
        ),
        (
            'Dropout is applied [2: "we apply dropout to each output at a rate of 0.3"].',
            "Dropout is applied. [unsupported]",
        ),
        ("Bananas grow on tall plants [1].", "Bananas grow on tall plants. [unsupported]"),
        (
            "Dropout is applied [2]. It was a triumph! The rate is 0.1 [2].",
            "Dropout is applied [2]. It was a triumph! [unsupported] The rate is 0.1 [2].",
        ),
    ],
)
def test_what_it_does_not_bear_out(answer: str, shown: str) -> None:
    draft = check(answer)
    assert draft.text == shown
    assert len(draft.unsupported) == 1


def test_the_unsupported_sentence_is_named() -> None:
    draft = check("Dropout is applied [2]. It was a triumph [9]!")
    assert draft.unsupported == ("It was a triumph!",)


def test_numbers_of_title_and_year_are_known() -> None:
    assert check("Attention heads were used in 2017 [1].").unsupported == ()


def test_no_text_is_no_answer() -> None:
    assert check(" \n") == Draft("", ())


PIECES = st.sampled_from(
    ["We", " heads", " dropout", ".", "\n", "- ", "[1]", '[2: "', "h = 8", '"]', " [9]", ": ", "8 "]
)


@given(st.lists(PIECES, max_size=25))
def test_every_draft_keeps_its_promises(pieces: list[str]) -> None:
    check("".join(pieces))
