from __future__ import annotations

import pytest

from rag.query.language import is_foreign


@pytest.mark.parametrize(
    "text",
    [
        "¿Qué tasa de dropout usa el Transformer?",
        "Welche Lernrate wird verwendet?",
        "Wie groß ist der Datensatz?",
        "Quel est le taux d'apprentissage ?",
        "Come viene calcolata la perdita?",
        "Qual é a taxa de aprendizado?",
        "学習率は何ですか",
        "Transformer 的学习率是多少?",
        "Какой размер батча?",
        "ποιος είναι ο ρυθμός μάθησης",
        "ما هو معدل التعلم",
        "학습률은 얼마입니까?",
    ],
)
def test_other_languages(text: str) -> None:
    assert is_foreign(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "???",
        "BERT",
        "dropout rate",
        "η",
        "α β γ δ",
        "Which β does Adam use in the limit β₂ → 1?",
        "What is the de facto standard by Vaswani et al.?",
        "van den Oord WaveNet",
        "What does von Neumann entropy mean?",
        "Schrödinger bridge",
        "naïve Bayes baselines",
        "L2 regularization MIT",
        "How is the German sentence 'das ist gut' translated by the model?",
        "Is 学习 segmented as one word by the tokenizer of the paper?",
    ],
)
def test_english_or_unsure(text: str) -> None:
    assert not is_foreign(text)
