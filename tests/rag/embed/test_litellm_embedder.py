from __future__ import annotations

import json
import socket

import numpy as np
import pytest

from rag.embed.hashing import HashingEmbedder
from rag.embed.litellm_embedder import LiteLLMEmbedder
from rag.errors import EmbeddingError
from tests.rag.embed.embedding_server import KEY, EmbeddingServer

TEXTS = ["one cat", "two dogs", "three mice", "four"]


def embedder(server: EmbeddingServer, **options: object) -> LiteLLMEmbedder:
    settings = {"api_base": server.url, "api_key": KEY, "timeout_s": 5.0} | options
    return LiteLLMEmbedder("openai/hashing", **settings)  # type: ignore[arg-type]


def sent(server: EmbeddingServer) -> list[list[str]]:
    return [request["input"] for request in server.requests]


def test_texts_go_out_in_batches_and_vectors_come_back_in_order(server: EmbeddingServer) -> None:
    vectors = embedder(server, batch_size=3).embed_documents(TEXTS)
    assert sent(server) == [TEXTS[:3], TEXTS[3:]]
    np.testing.assert_allclose(
        vectors, HashingEmbedder(server.dimension).embed_documents(TEXTS), atol=1e-6
    )


def test_prefixes_go_before_queries_and_documents(server: EmbeddingServer) -> None:
    model = embedder(server, query_prefix="query: ", document_prefix="passage: ")
    model.embed_queries(["a"])
    model.embed_documents(["b", ""])
    assert sent(server) == [["query: a"], ["passage: b", "passage: "]]


def test_an_empty_text_is_sent_as_a_space(server: EmbeddingServer) -> None:
    embedder(server).embed_documents([""])
    assert sent(server) == [[" "]]


def test_one_request_finds_out_the_dimension(server: EmbeddingServer) -> None:
    model = embedder(server)
    assert [model.dimension, model.dimension] == [32, 32]
    assert len(server.requests) == 1


def test_nothing_is_asked_before_it_is_needed(server: EmbeddingServer) -> None:
    model = embedder(server)
    assert server.requests == []
    model.embed_documents(["a"])
    assert model.dimension == 32
    assert len(server.requests) == 1


def test_a_server_that_recovers_is_no_failure(server: EmbeddingServer) -> None:
    server.failures = 1
    assert embedder(server).embed_queries(["a"]).shape == (1, 32)
    assert len(server.requests) == 2


def test_a_server_out_of_order_is_given_up_after_3_tries(server: EmbeddingServer) -> None:
    server.failures = 99
    with pytest.raises(
        EmbeddingError, match=r"openai/hashing at http://127.* failed: .*out of order"
    ):
        embedder(server).embed_queries(["a"])
    assert len(server.requests) == 3


def test_a_wrong_key_is_said_to_be_one_and_not_shown(server: EmbeddingServer) -> None:
    with pytest.raises(
        EmbeddingError, match=r"refuses the key; let embedder\.api_key_env"
    ) as caught:
        embedder(server, api_key="sk-wrong").embed_queries(["a"])
    assert "sk-wrong" not in str(caught.value)


def test_a_server_of_ones_own_never_sees_the_key_of_another(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(EmbeddingError, match="refuses the key"):
        embedder(server, api_key="").embed_queries(["a"])


@pytest.mark.parametrize(("extra", "found"), [(-1, 3), (1, 5)])
def test_a_wrong_count_is_refused(server: EmbeddingServer, extra: int, found: int) -> None:
    server.extra = extra
    with pytest.raises(EmbeddingError, match=f"gave {found} vectors for 4 texts"):
        embedder(server).embed_documents(TEXTS)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>It works!</html>",
        b"{}",
        b'{"data": null}',
        b'{"data": [{"index": 0}]}',
        b'{"data": [{"index": 0, "embedding": "zz"}]}',
        b'{"data": [{"index": 0, "embedding": [1, "x"]}]}',
        b'{"data": [{"index": 0, "embedding": []}]}',
        b'{"data": [{"index": 0, "embedding": [0, 0]}]}',
        b'{"data": [{"index": 0, "embedding": [NaN, 1]}]}',
        b"\xff\xfe",
        b"",
    ],
)
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning")
def test_garbage_is_refused(server: EmbeddingServer, body: bytes) -> None:
    server.body = body
    with pytest.raises(EmbeddingError, match="the embedding model openai/hashing"):
        embedder(server).embed_queries(["a"])


def test_a_dimension_that_changes_is_refused(server: EmbeddingServer) -> None:
    model = embedder(server)
    model.embed_queries(["a"])
    server.dimension = 16
    with pytest.raises(EmbeddingError, match="vectors of 16 dimensions, earlier 32"):
        model.embed_queries(["a"])


def test_a_server_that_stalls_is_given_up(server: EmbeddingServer) -> None:
    server.delay_s = 1.0
    with pytest.raises(EmbeddingError, match=r"did not answer within 0\.1 s, 3 times; .*timeout_s"):
        embedder(server, timeout_s=0.1).embed_queries(["a"])


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        with pytest.raises(EmbeddingError, match=rf"at {url} failed: .*Connection error"):
            LiteLLMEmbedder("openai/hashing", api_base=url).embed_queries(["a"])


def test_a_model_without_a_provider_is_named() -> None:
    with pytest.raises(EmbeddingError, match=r"model nonsense failed: .*check embedder\.m"):
        LiteLLMEmbedder("nonsense").embed_queries(["a"])


def test_an_integer_vector_is_one_too(server: EmbeddingServer) -> None:
    server.body = json.dumps({"data": [{"index": 0, "embedding": [3, 4]}]}).encode()
    vectors = embedder(server).embed_queries(["a"])
    np.testing.assert_allclose(vectors, [[0.6, 0.8]], atol=1e-6)
