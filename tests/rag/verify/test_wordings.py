"""Names, subjects, comparisons, opposites and denials, one table each."""

from __future__ import annotations

import pytest

from rag.verify.attribution import is_said_of_another
from rag.verify.comparing import is_turned_round
from rag.verify.names import names, unknown_names
from rag.verify.polarity import contradicts, is_denied
from tests.rag.verify.planted import passages
from tests.values import make_evidence, make_paper


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We train BERT and ReLU nets on an H100 in German.", ["BERT", "ReLU", "H100", "German"]),
        ("Dropout is used. Adam is not.", []),
        ("A loss $L_{CE}$, `Model.fit` and O(N) are left aside.", []),
        ("Figure 3 and Table 2 of Section 4", []),
        ("RoBERTa-large and T5", ["RoBERTa-large", "T5"]),
    ],
)
def test_names_are_told_by_how_they_are_written(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("claim", "text", "unknown"),
    [
        ("It uses BERT.", "we use bert-base", []),
        ("It uses RoBERTa-large.", "we use BERT-large", ["RoBERTa-large"]),
        ("It uses an SVM.", "a support vector machine", []),
        ("They use LSTMs.", "an LSTM", []),
        ("A BERT-based model.", "built on BERT", []),
        ("It runs on H100 cards.", "a batch of 100", ["H100"]),
        ("It uses a U-Net.", "the UNet of others", []),
        ("It speaks German.", "in French", ["German"]),
        ("In ROUGE-L it wins.", "ROUGE: R-1 and R-L", []),
        ("In ROUGE-2 it wins.", "ROUGE: R-1 and R-L", ["ROUGE-2"]),
    ],
)
def test_names_are_known_in_any_spelling(claim: str, text: str, unknown: list[str]) -> None:
    assert unknown_names(claim, [text]) == unknown


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        ("Das builds a graph.", "Das walks one, while Sun builds a graph.", True),
        ("Sun builds a graph.", "Das walks one, while Sun builds a graph.", False),
        ("The coder uses leaky ReLU.", "The coder uses ReLU, the judge leaky ReLU.", True),
        ("Trained with Adam at 0.1.", "Trained with SGD at 0.1; Adam was worse.", True),
        ("Trained with SGD at 0.1.", "Trained with SGD at 0.1; Adam was worse.", False),
        ("Held from May to June.", "Held from May to June. Others were held from July on.", False),
        (
            "N-grams help the tree on clean text.",
            "Trees? N-grams help the net on clean text.",
            True,
        ),
        (
            "N-grams help the net on clean text.",
            "Trees? N-grams help the net on clean text.",
            False,
        ),
        ("N-grams help the graph on clean text.", "N-grams help the net on clean text.", False),
    ],
)
def test_what_is_said_of_another(claim: str, text: str, expected: bool) -> None:
    assert is_said_of_another(claim, [text]) == expected


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        ("A1 outperforms B2.", "B2 outperforms A1.", True),
        ("A1 outperforms B2.", "A1 outperforms B2.", False),
        ("A1 is more biased than B2.", "B2 is more biased than A1.", True),
        ("A1 is slower than B2.", "B2 is faster than A1.", False),
        ("A1 is faster than B2.", "A1 is slower than B2.", True),
        ("Syntax comes before semantics.", "Semantics comes before syntax.", True),
        ("We replace clipping by penalties.", "We replace penalties by clipping.", True),
        ("Judges preferred cats to dogs.", "Judges preferred dogs to cats.", True),
        ("Cats beat dogs.", "Accuracy is 71.8 for cats and 74.2 for dogs.", True),
        ("Dogs beat cats.", "Accuracy is 71.8 for cats and 74.2 for dogs.", False),
        ("Cats beat dogs.", "The error is 71.8 for cats and 74.2 for dogs.", False),
        ("Cats are better than dogs.", "Cats have a lower error than dogs.", False),
        ("Dogs are better than cats.", "Cats have a lower error than dogs.", True),
        ("Dogs beat cats.", "The perplexity of cats is higher than that of dogs.", False),
        ("Dogs outperform cats.", "Cats are larger than dogs.", False),
        ("Dogs outperform cats.", "On the other hand, dogs are behind.", True),
        ("Cats have fewer fleas than our dogs.", "In fur our dogs have fewer fleas.", True),
        ("Dogs have more fleas than cats.", "Dogs have 3 fleas, fewer than cats.", True),
        ("Dogs have more fleas than cats.", "Dogs have 3 fleas and fewer hairs than cats.", False),
        ("Cats have a higher accuracy than dogs.", "Dogs sleep more than 12 hours.", False),
    ],
)
def test_comparisons_that_are_turned_round(claim: str, text: str, expected: bool) -> None:
    assert is_turned_round(claim, make_evidence(make_paper({"A": [text]}))) == expected


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("The LSTM outperforms the Transformer.", True),
        ("The Transformer outperforms the LSTM.", False),
        ("The Transformer needs more parameters than the LSTM.", True),
        ("The convolutional model is better than ours.", True),
        ("The LSTM is worse than our model.", False),
    ],
)
def test_comparisons_of_rows(claim: str, expected: bool) -> None:
    assert is_turned_round(claim, [passages()["mt_table"]]) == expected


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        ("Single clicks are kept.", "Single clicks are dropped.", True),
        ("Single clicks are kept.", "Single clicks are dropped, but double clicks kept.", True),
        ("Dropout helped in the experiments.", "Dropout, in contrast, hurt.", True),
        ("Dropout helped in the experiments.", "Dropout, in contrast, did not hurt.", False),
        ("Label smoothing is used.", "No label smoothing is used.", True),
        ("Label smoothing is used.", "Label smoothing is used, not dropout.", False),
        ("Dropout is used.", "Dropout was switched off.", True),
        ("Dropout was switched off.", "Dropout was switched off.", False),
        ("Accuracy rises with depth.", "Accuracy falls with depth.", True),
        ("Accuracy falls with depth.", "Accuracy falls with depth.", False),
        ("Links are used.", "Not only are links used.", False),
        ("F1 rises by 0.1.", "F1 rises by no more than 0.1.", False),
    ],
)
def test_what_the_evidence_says_otherwise(claim: str, text: str, expected: bool) -> None:
    assert contradicts(claim, [text], "") == expected


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        ("Dropout is not used.", "Dropout was switched off.", True),
        (
            "It makes no difference to the proposed net.",
            "It helps a net, but leaves ours unchanged.",
            True,
        ),
        ("It asks of commonsense, not of facts.", "It asks of commonsense, not of facts.", True),
        ("On dogs the gap is not large.", "The gap is large, except the one on dogs.", True),
        ("On cats the gap is not large.", "The gap is large, except the one on dogs.", False),
        (
            "It gains on dogs without harm to cats.",
            "It gains on dogs and leaves cats as they are.",
            True,
        ),
        ("It does not cover other languages.", "It covers English alone.", True),
        ("Residuals are never used.", "Residuals are used, and norms rather than caps.", False),
        ("N-grams do not help on German.", "N-grams help on German but not on Dutch.", False),
    ],
)
def test_denials_are_borne_out_by_clauses(claim: str, text: str, expected: bool) -> None:
    assert is_denied(claim, [text], []) == expected
