from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.llm import ChatModel
from rag.rerank.cross_encoder import CrossEncoderReranker
from rag.rerank.first import FirstOnly
from rag.rerank.learned import LearnedReranker, shipped_network
from rag.rerank.llm_listwise import LLMReranker
from tests.scripted_llm import Messages, Reply, ScriptedServer, says

WORDS = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] a the cat sat on mat model is trained with adam rate dropout"
)


def make_cross_encoder(folder: Path, scores: int = 1) -> Path:
    """A BERT of random weights that gives ``scores`` scores for a pair, saved as hubs have it."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    words = {word: i for i, word in enumerate([*WORDS.split(), *"bcdefghijklmnopqrstuvwxyz"])}
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=48,
        max_position_embeddings=64,
        initializer_range=0.5,
        num_labels=scores,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(vocab=words, model_max_length=64).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_cross_encoder(tmp_path_factory.mktemp("cross-encoder"))


@pytest.fixture(scope="session")
def cross_encoder(tiny_cross_encoder: Path) -> CrossEncoderReranker:
    return CrossEncoderReranker(str(tiny_cross_encoder), batch_size=3)


def by_length(messages: Messages) -> Reply:
    """Ranks as a model would that likes long passages; of equal ones, by their words."""
    asked = messages[-1]["content"]
    found = re.findall(r"<evidence \w+ (\d+)>\n(.*?)\n</evidence", asked, re.S)
    ordered = sorted(found, key=lambda each: (-len(each[1]), each[1]))
    return says(" > ".join(f"[{number}]" for number, _ in ordered))


@pytest.fixture
def llm(server: ScriptedServer, make_model: Callable[..., ChatModel]) -> LLMReranker:
    server.play(by_length)
    return LLMReranker(make_model(), window=4, step=2)


@pytest.fixture
def first_only(cross_encoder: CrossEncoderReranker) -> FirstOnly:
    return FirstOnly(cross_encoder, 3)


@pytest.fixture
def learned() -> LearnedReranker:
    return LearnedReranker(shipped_network())
