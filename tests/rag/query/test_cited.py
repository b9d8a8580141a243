"""Which papers a follow-up speaks of, by its wording and what was cited before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.query.cited import Meant, meant, symbols
from rag.types import CitedPaper, Turn

ATTENTION = CitedPaper("1706.03762", "Attention Is All You Need")
BERT = CitedPaper("1810.04805", "BERT: Pre-training of Deep Bidirectional Transformers")
LORA = CitedPaper("2106.09685", "LoRA: Low-Rank Adaptation")

BOTH = (Turn("Which optimizers are used?", "Adam [1]. AdamW [2].", (ATTENTION, BERT)),)
THEN_BERT = (*BOTH, Turn("And in the second one?", "AdamW [1].", (BERT,)))
SYMBOLS = (
    Turn("How is attention scaled?", "By $\\sqrt{d_k}$ [1].", (ATTENTION,)),
    Turn("What rank is used?", "The rank r is 8 [1].", (LORA,)),
)


@pytest.mark.parametrize(
    ("question", "history", "papers", "sure"),
    [
        ("And in the second one?", BOTH, [BERT], True),
        ("And in the first one?", THEN_BERT, [ATTENTION], True),
        ("What does the second paper say of dropout?", BOTH, [BERT], True),
        ("Which batch size does the latter use?", BOTH, [BERT], False),
        ("And the other one?", THEN_BERT, [ATTENTION], False),
        ("What about the last of these?", BOTH, [BERT], False),
        ("How many layers are there in the first?", BOTH, [ATTENTION], True),
        ("And in the third one?", BOTH, [ATTENTION, BERT], False),
        ("What is the first step of the second stage?", BOTH, [], False),
        ("Which learning rate is used there?", THEN_BERT, [BERT], True),
        ("What are the limitations of this paper?", THEN_BERT, [BERT], True),
        ("What does this paper conclude?", BOTH, [ATTENTION], False),
        ("What do these papers conclude?", BOTH, [ATTENTION, BERT], True),
        ("What do the authors conclude?", BOTH, [ATTENTION, BERT], True),
        ("Do both papers use dropout?", BOTH, [ATTENTION, BERT], True),
        ("Why does it use that?", THEN_BERT, [BERT], False),
        ("And with which learning rate?", BOTH, [ATTENTION, BERT], False),
        ("What is d_k there?", SYMBOLS[:1], [ATTENTION], True),
        ("What is d_k?", SYMBOLS, [ATTENTION], False),
        ("What does $d_{k}$ stand for?", SYMBOLS, [ATTENTION], False),
    ],
)
def test_papers_are_meant_by_place_by_reference_and_by_symbol(
    question: str, history: tuple[Turn, ...], papers: list[CitedPaper], sure: bool
) -> None:
    assert meant(question, history) == Meant(tuple(papers), sure)


@pytest.mark.parametrize(
    "question",
    [
        "And GPT-3?",
        "What is dropout?",
        "Which papers improve on it?",
        "What came after this?",
        "What does the paper on penguins say?",
        "How do the authors of LoRA initialise their matrices?",
        "Do other papers use it?",
        "Which variables were varied in the ablation study by Smith?",
    ],
)
def test_a_question_that_leads_elsewhere_is_free(question: str) -> None:
    assert meant(question, THEN_BERT) == Meant()


def test_nothing_is_meant_where_nothing_was_cited() -> None:
    assert meant("And in the second one?", (Turn("Why?", "Because."),)) == Meant()
    assert meant("And there?", ()) == Meant()


def test_a_summary_has_no_first_and_second_paper() -> None:
    summary = Turn("", "- Which optimizers are used?", (ATTENTION, BERT))
    assert meant("And in the second one?", (summary,)) == Meant()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What is d_k?", {"d_k"}),
        ("$\\sqrt{d_k}$ and $d_{v}$", {"sqrtd_k", "d_k", "d_v"} - {"sqrtd_k"}),
        ("the rate α and BLEU", {"α", "BLEU"}),
        ("Plain words, US English.", {"US"}),
        ("W^Q", {"W^Q"}),
    ],
)
def test_symbols(text: str, found: set[str]) -> None:
    assert symbols(text) == found


turns = st.builds(
    Turn,
    st.text(max_size=20),
    st.text(max_size=20),
    st.lists(st.sampled_from([ATTENTION, BERT])).map(tuple),
)


@given(st.text(max_size=60), st.lists(turns, max_size=4).map(tuple))
def test_only_what_was_cited_is_ever_meant(question: str, history: tuple[Turn, ...]) -> None:
    cited = {paper for turn in history for paper in turn.papers}
    assert set(meant(question, history).papers) <= cited
