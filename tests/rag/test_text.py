"""The analyser: what meets what, and what never happens."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import MAX_TERM_CHARS, STOP_WORDS, analyse


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("What is it?", []),
        ("The layers were normalised.", ["layer", "normalis"]),
        ("ResNet-50", ["resnet50", "resnet", "50"]),
        ("ResNet-50-FPN", ["resnet50fpn", "resnet50", "resnet", "50", "fpn"]),
        ("GPT-3.5", ["gpt3.5", "gpt", "3.5"]),
        ("a learning rate of 1e-3", ["learn", "rate", "1e-3"]),
        ("1e−3", ["1e-3"]),
        ("F1-score", ["f1score", "f1", "score"]),
        ("L2 norm", ["l2", "norm"]),
        ("𝛽₂", ["beta2", "beta"]),
        ("ﬁne-tuning", ["fine", "tune"]),
        ("state-of-the-art", ["state", "art"]),
        ("pre-training", ["pretrain"]),
        ("t-SNE", ["tsne", "sne"]),
        ("the model's loss doesn't fall", ["model", "loss", "fall"]),
        ("1,000,000 tokens", ["1000000", "token"]),
        ("in 2015-2016", ["2015", "2016"]),
        ("Naïve Łukasz", ["naiv", "lukasz"]),
        ("sentence.Next", ["sentenc", "next"]),
        ("\\beta_{2}", ["beta", "2", "beta2"]),
        ("2λx", ["2", "lambda", "x"]),
        ("λόγος", ["λογοσ"]),
        ("深度学习", ["深度", "度学", "学习"]),
        ("딥 러닝", ["딥", "러닝"]),
        ("が か", ["が", "か"]),
        ("глубокое обучение", ["глубокое", "обучение"]),
    ],
)
def test_examples(text: str, terms: list[str]) -> None:
    assert analyse(text) == terms


@pytest.mark.parametrize(
    "spellings",
    [
        ("resnet-50", "ResNet50", "ResNet 50", "RESNET_50"),
        ("β2", "β₂", "beta_2", "beta2", "\\beta_{2}", "\\beta_2", "Beta 2"),
        ("GPT-3", "gpt3", "GPT 3"),
        ("F1", "F₁", "F-1", "F_1"),
        ("L2", "ℓ2", "L²", "L_2"),
        ("pre-training", "pretraining", "pretrained"),
        ("multi-head", "multihead"),
        ("co‐occurrence", "co-occurrence", "cooccurrences"),
        ("word2vec", "Word2Vec", "word-2-vec"),
        ("efficient", "eﬃcient"),
        ("1,024", "1024"),
        ("Schrödinger", "schrodinger", "SCHRO\u0308DINGER"),
        ("k-means", "kmeans"),
    ],
)
def test_spellings_meet(spellings: tuple[str, ...]) -> None:
    for one, other in combinations(spellings, 2):
        assert set(analyse(one)) & set(analyse(other)), (one, other)


@given(st.text())
def test_it_never_raises_and_gives_clean_terms(text: str) -> None:
    for term in analyse(text):
        assert term
        assert len(term) <= MAX_TERM_CHARS
        assert not any(character.isspace() for character in term)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x24F)))
def test_case_does_not_matter(text: str) -> None:
    assert analyse(text.lower()) == analyse(text.casefold()) == analyse(text)


@given(st.text(alphabet="abcdeXYZ012 -_.,'"))
def test_case_does_not_matter_in_either_direction(text: str) -> None:
    assert analyse(text.upper()) == analyse(text) == analyse(text.swapcase())


@given(st.lists(st.sampled_from(["attention", "ResNet-50", "beta_2", "the", "1e-3", "深度"])))
def test_terms_of_a_text_are_those_of_its_words(words: list[str]) -> None:
    separate = [term for word in words for term in analyse(word)]
    assert analyse(" ; ".join(words)) == separate


@pytest.mark.parametrize("word", sorted(STOP_WORDS))
def test_stop_words_leave_nothing(word: str) -> None:
    assert analyse(word) == []


def test_a_very_long_run_is_cut() -> None:
    assert [len(term) for term in analyse("x" * 100_000)] == [MAX_TERM_CHARS]
