from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag.embed.sentence_transformer import SentenceTransformerEmbedder
from rag.errors import EmbeddingError

NEAR = 2**-6  # bfloat16, where the CPU has it


def test_the_models_own_prompts_go_before_the_texts(
    tiny_model: Path, sentence_transformer: SentenceTransformerEmbedder
) -> None:
    bare = SentenceTransformerEmbedder(str(without_prompts(tiny_model)))
    texts = ["the cat sat", "adam"]
    np.testing.assert_allclose(
        sentence_transformer.embed_queries(texts),
        bare.embed_queries([f"ask : {text}" for text in texts]),
        atol=NEAR,
    )
    np.testing.assert_allclose(
        sentence_transformer.embed_documents(texts),
        bare.embed_documents([f"passage : {text}" for text in texts]),
        atol=NEAR,
    )
    assert abs(bare.embed_queries(texts) - sentence_transformer.embed_queries(texts)).max() > NEAR


def test_configured_prefixes_take_the_place_of_the_prompts(
    tiny_model: Path, sentence_transformer: SentenceTransformerEmbedder
) -> None:
    swapped = SentenceTransformerEmbedder(
        str(tiny_model), query_prefix="passage : ", document_prefix="ask : "
    )
    np.testing.assert_array_equal(
        swapped.embed_queries(["the cat"]), sentence_transformer.embed_documents(["the cat"])
    )
    np.testing.assert_array_equal(
        swapped.embed_documents(["the cat"]), sentence_transformer.embed_queries(["the cat"])
    )


def test_a_model_that_cannot_be_had_is_named_with_the_way_out() -> None:
    with pytest.raises(EmbeddingError, match=r"'nobody/nothing': .*Give the path of a local"):
        SentenceTransformerEmbedder("nobody/nothing")


def test_a_folder_that_holds_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match=r"can't load the embedding model '.*Give the path"):
        SentenceTransformerEmbedder(str(tmp_path))


def test_damaged_weights_are_named(tiny_model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "damaged"
    for file in tiny_model.rglob("*"):
        if file.is_file():
            target = copy / file.relative_to(tiny_model)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes()[:200])
    with pytest.raises(EmbeddingError, match="can't load the embedding model"):
        SentenceTransformerEmbedder(str(copy))


def test_an_unknown_device_is_named(tiny_model: Path) -> None:
    with pytest.raises(EmbeddingError, match="can't load the embedding model"):
        SentenceTransformerEmbedder(str(tiny_model), device="abacus")


def test_threads_may_embed_and_count_at_the_same_time(
    sentence_transformer: SentenceTransformerEmbedder,
) -> None:
    """Texts of more than the model sees, which are cut off for the one and not for the other."""
    long = "the cat sat on a mat " * 60
    [tokens] = sentence_transformer.count_tokens([long])
    vectors = sentence_transformer.embed_documents([long, "adam"])

    def embed(_number: int) -> bool:
        return bool(np.allclose(sentence_transformer.embed_documents([long, "adam"]), vectors))

    def count(_number: int) -> bool:
        return all(sentence_transformer.count_tokens([long]) == [tokens] for _ in range(30))

    with ThreadPoolExecutor(6) as pool:
        done = [pool.submit(act, n) for n in range(60) for act in (embed, count)]
        assert all(each.result() for each in done)


def without_prompts(model: Path) -> Path:
    """A copy of the model that defines no prompts."""
    copy = model.parent / "bare"
    for file in model.rglob("*"):
        if file.is_file():
            target = copy / file.relative_to(model)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    config = copy / "config_sentence_transformers.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "prompts": {}}))
    return copy
