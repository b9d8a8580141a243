from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generate.candidates import candidates
from rag.types import Kind
from tests.rag.generate.made_evidence import made_evidence


def _shown(*elements: tuple[Kind, str]) -> list[str]:
    return [candidate.shown for candidate in candidates([made_evidence(elements)])]


def test_prose_is_cut_into_its_sentences() -> None:
    text = "We train with Adam. The learning rate is 0.001 at first."
    assert _shown((Kind.PARAGRAPH, text)) == [
        "We train with Adam.",
        "The learning rate is 0.001 at first.",
    ]


def test_a_heading_that_opens_a_paragraph_is_no_sentence_of_it() -> None:
    heading = "Comparison with other estimators."
    text = f"{heading} We compare four of them."
    assert _shown((Kind.PARAGRAPH, text)) == ["We compare four of them."]
    assert _shown((Kind.LIST, f"(1) {text}")) == ["We compare four of them."]
    assert _shown((Kind.PARAGRAPH, f"We compare four of them. {heading}"))[1:] == [heading]
    assert _shown((Kind.PARAGRAPH, heading)) == [heading]


def test_lines_are_folded_for_display_but_not_in_the_quote() -> None:
    found = candidates([made_evidence([(Kind.PARAGRAPH, "We train the model\nwith  Adam.")])])
    assert [c.shown for c in found] == ["We train the model with Adam."]
    assert [c.quote for c in found] == ["We train the model\nwith  Adam."]


def test_a_list_is_shown_without_its_marks() -> None:
    text = "- the rate is 0.1 at first\n- the batch has 32 pairs"
    assert _shown((Kind.LIST, text)) == ["the rate is 0.1 at first", "the batch has 32 pairs"]


def test_the_papers_own_reference_marks_are_not_shown() -> None:
    blank = "\N{NO-BREAK SPACE}"
    text = "We use Adam [12], as in [3], with rates in [1, 2], x[0] of [0,1] as others do [4, 5-7]."
    assert _shown((Kind.PARAGRAPH, text)) == [
        f"We use Adam, as in (3), with rates in [1,{blank}2], x[0] of [0,{blank}1] as others do."
    ]
    assert _shown((Kind.PARAGRAPH, "All kernels have sizes k=[3, 4, 5], as before [6].")) == [
        "All kernels have sizes k=(3, 4, 5), as before."
    ]


def test_an_equation_stays_with_the_sentence_that_it_belongs_to() -> None:
    found = _shown(
        (Kind.PARAGRAPH, "The score of a chunk is"),
        (Kind.EQUATION, "s = 1 / (k + r)"),
        (Kind.PARAGRAPH, "where r is its rank. We set k to sixty."),
    )
    assert found == [
        "The score of a chunk is s = 1 / (k + r) where r is its rank.",
        "We set k to sixty.",
    ]


def test_a_table_gives_its_caption_and_its_rows() -> None:
    table = "Recall on the test set.\nMethod | Recall\n--- | ---\nBM25 alone | 0.61\nboth | 0.74"
    assert _shown((Kind.TABLE, table)) == [
        "Recall on the test set.",
        "BM25 alone: Recall 0.61.",
        "both: Recall 0.74.",
    ]


def test_headings_entries_rules_and_debris_are_left_out() -> None:
    assert not _shown((Kind.REFERENCE, "A. Smith. Learning to rank with pairs. Journal, 2001."))
    for text in (
        "Results.",
        "where the rank is that of the chunk.",
        "In this way, the annotation holds the",
        "[12] A. Smith and others, A theory of everything that ranks, 2001.",
        "In Proceedings of the 5th Conference on Ranking, pp. 12-19.",
        "0.1 0.2 0.3 0.4 0.5 x y z",
        "--- | --- | --- | ---",
    ):
        assert not _shown((Kind.PARAGRAPH, text)), text


def test_an_algorithm_gives_its_lines() -> None:
    steps = (
        "Algorithm 1: Fusion of several lists.\nInput: rankings of the chunks\n  s[c] += 1 / r\nend"
    )
    assert _shown((Kind.ALGORITHM, steps)) == [
        "Algorithm 1: Fusion of several lists.",
        "Input: rankings of the chunks",
    ]


def test_a_chunk_without_elements_counts_as_prose() -> None:
    assert [c.shown for c in candidates([made_evidence([], text="It just works as it is.")])] == [
        "It just works as it is."
    ]


_TEXT = st.text(alphabet=st.sampled_from("ab Zz.,?!|\n\t-1290[]()"), min_size=1, max_size=120)
_KIND = st.sampled_from([Kind.PARAGRAPH, Kind.TABLE, Kind.LIST, Kind.EQUATION, Kind.FOOTNOTE])


@given(st.lists(st.tuples(_KIND, _TEXT), min_size=1, max_size=4))
def test_candidates_are_in_order_disjoint_and_verbatim(
    elements: Sequence[tuple[Kind, str]],
) -> None:
    evidence = made_evidence(elements)
    found = candidates([evidence])
    assert [c.place for c in found] == list(range(len(found)))
    ends = 0
    for candidate in found:
        assert candidate.span.start >= ends
        ends = candidate.span.end
        assert candidate.quote in evidence.chunk.text
        assert candidate.shown.split()


@pytest.mark.parametrize(
    ("sentence", "alone"),
    [
        ("The learning rate is 0.001 and decays by 10 % an epoch.", True),
        (
            "Good defaults are α = 0.002, β1 = 0.9 and β2 = 0.999 for our problems.",
            True,
        ),
        ("The similarity between the two is given by the sum which is computed as", False),
        ("The fused score of both lists is s = k / ( r + k ) < r / k.", False),
    ],
)
def test_a_sentence_stands_beside_others_only_if_it_reads_alone(sentence: str, alone: bool) -> None:
    [candidate] = candidates([made_evidence([(Kind.PARAGRAPH, sentence)])])
    assert candidate.reads_alone is alone
