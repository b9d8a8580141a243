from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.cache import default_cache
from rag.embed.hashing import HashingEmbedder
from rag.embed.litellm_embedder import LiteLLMEmbedder
from rag.embed.minilm import MiniLM
from rag.embed.sentence_transformer import SentenceTransformerEmbedder
from tests.rag.embed.embedding_server import KEY, EmbeddingServer, serving

WORDS = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] a the cat sat on mat model is trained with adam passage : ask"
)


@pytest.fixture(scope="session")
def minilm() -> MiniLM:
    """The real model, from the user's cache so that only the first test run exports it."""
    return MiniLM(default_cache())


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of random weights, with prompts of its own."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    words = {word: i for i, word in enumerate([*WORDS.split(), *"abcdefghijklmnopqrstuvwxyz"[1:]])}
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=48,
        max_position_embeddings=64,
        initializer_range=0.5,
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(vocab=words, model_max_length=64).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"))
    model = SentenceTransformer(
        modules=[transformer, Pooling(24)],
        prompts={"query": "ask : ", "document": "passage : "},
        device="cpu",
    )
    model.save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(scope="session")
def sentence_transformer(tiny_model: Path) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(str(tiny_model))


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with serving(EmbeddingServer()) as running:
        yield running


@pytest.fixture
def litellm(server: EmbeddingServer) -> LiteLLMEmbedder:
    return LiteLLMEmbedder(
        "openai/hashing", api_base=server.url, api_key=KEY, batch_size=3, timeout_s=5.0
    )


@pytest.fixture
def hashing() -> HashingEmbedder:
    return HashingEmbedder()
