"""Which kind of answer a question wants, by its wording."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generate.kinds import LENGTHS, AnswerKind, guidance, kind_of

QUESTIONS = {
    AnswerKind.YES_NO: [
        "Do they use dropout?",
        "Is the model pre-trained on Wikipedia?",
        "And does it beat ResNet?",
        "Does BERT outperform ELMo in comparison with GPT?",
        "Could the labels be noisy?",
    ],
    AnswerKind.NUMBER: [
        "How many heads are there?",
        "What is the learning rate?",
        "Which batch size was used for the base model?",
        "What dropout rate does the base Transformer use?",
        "How much do they improve over the baseline?",
        "Please tell me how large the corpus is.",
        "What BLEU score is reached on WMT 2014?",
        "How much is the difference between their model and previous methods?",
        "What's the learning rate?",
        "In what year was it published, and how many layers are there?",
    ],
    AnswerKind.LIST: [
        "Which datasets were used?",
        "What are the limitations?",
        "List all baselines.",
        "What baselines are compared to?",
        "Can you name the hyper-parameters?",
        "Which languages were tested?",
        "What’re the datasets?",
        "Which strategies show the most promise?",
        "Which language models do they compare against?",
    ],
    AnswerKind.COMPARISON: [
        "How does BERT differ from ELMo?",
        "Compare the training data of GPT and BERT.",
        "What is the difference between dropout and DropConnect?",
        "Transformer vs. ConvS2S: which is cheaper?",
        "What are the advantages of self-attention over recurrence?",
        "Could you compare both papers?",
        "So what's the difference between A and B?",
    ],
    AnswerKind.METHOD: [
        "How is the attention computed?",
        "How does positional encoding work?",
        "How do they train the discriminator?",
        "Describe the masking procedure.",
        "Can you explain how LoRA is applied?",
        "What is the loss function?",
        "Which steps does the algorithm have?",
    ],
    AnswerKind.PLAIN: [
        "What is dropout?",
        "Why do they scale the dot products?",
        "Who annotated the data?",
        "Which of the models performs best?",
        "Is it trained on text or on speech?",
        "What optimizer was used?",
        "",
    ],
}


@pytest.mark.parametrize(
    ("question", "kind"), [(q, kind) for kind, questions in QUESTIONS.items() for q in questions]
)
def test_the_kind_is_told_by_the_wording(question: str, kind: AnswerKind) -> None:
    assert kind_of(question) is kind


@given(st.text(max_size=60))
def test_every_text_has_a_kind(text: str) -> None:
    assert kind_of(text) in LENGTHS


@pytest.mark.parametrize("kind", AnswerKind)
def test_the_length_fits_the_kind(kind: AnswerKind) -> None:
    told = guidance(kind, 100)
    assert f"most {round(100 * LENGTHS[kind])} words" in told
    assert len(told.split()) < 90, "small models read it, too"
