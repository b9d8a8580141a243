"""Real loading and real inference, with a small model that the test makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.build import reranker
from rag.config import Settings
from rag.errors import ConfigError, EmbeddingError
from rag.rerank.cross_encoder import CrossEncoderReranker
from rag.types import Query
from tests.rag.rerank.candidates import candidate, candidates
from tests.rag.rerank.conftest import make_cross_encoder

QUERY = Query("the rate of dropout")
TEXTS = ["a cat sat on the mat", "the model is trained with dropout", "adam", "rate"]


def logits(folder: Path, pairs: list[tuple[str, str]]) -> list[float]:
    """What transformers alone make of each pair, one at a time."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    with torch.no_grad():
        return [
            float(model(**tokenizer(*pair, truncation=True, return_tensors="pt")).logits)
            for pair in pairs
        ]


def test_scores_are_the_models_logits(
    cross_encoder: CrossEncoderReranker, tiny_cross_encoder: Path
) -> None:
    judged = cross_encoder.rerank(QUERY, candidates(*TEXTS), ())
    expected = logits(tiny_cross_encoder, [(QUERY.text, text) for text in TEXTS])
    assert np.ptp(expected) > 0.1
    np.testing.assert_allclose(judged.scores, expected, atol=1e-4)


def test_it_reads_the_context_too(
    cross_encoder: CrossEncoderReranker, tiny_cross_encoder: Path
) -> None:
    found = [candidate("adam", context="the model > dropout")]
    expected = logits(tiny_cross_encoder, [(QUERY.text, "the model > dropout\nadam")])
    np.testing.assert_allclose(cross_encoder.rerank(QUERY, found, ()).scores, expected, atol=1e-4)


def test_what_the_model_has_no_room_for_is_cut_off(cross_encoder: CrossEncoderReranker) -> None:
    long = "the cat sat on a mat " * 100
    [one, other] = cross_encoder.rerank(QUERY, candidates(long, long + "with adam"), ()).scores
    assert one == other


def test_a_model_that_cannot_be_had_is_named_with_the_way_out() -> None:
    said = r"reranking model 'nobody/nothing': .*Give the path of a local .* as rerank\.model"
    with pytest.raises(EmbeddingError, match=said):
        CrossEncoderReranker("nobody/nothing")


def test_a_folder_that_holds_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match=r"can't load the reranking model '.*Give the path"):
        CrossEncoderReranker(str(tmp_path))


def test_damaged_weights_are_named(tiny_cross_encoder: Path, tmp_path: Path) -> None:
    for file in tiny_cross_encoder.iterdir():
        whole = file.read_bytes()
        (tmp_path / file.name).write_bytes(whole[:200] if "safetensors" in file.name else whole)
    with pytest.raises(EmbeddingError, match="can't load the reranking model"):
        CrossEncoderReranker(str(tmp_path))


def test_an_unknown_device_is_named(tiny_cross_encoder: Path) -> None:
    with pytest.raises(EmbeddingError, match="can't load the reranking model"):
        CrossEncoderReranker(str(tiny_cross_encoder), device="abacus")


def test_a_model_of_several_scores_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="gives 3 scores for a pair of texts, not one"):
        CrossEncoderReranker(str(make_cross_encoder(tmp_path, scores=3)))


def test_scores_that_are_no_numbers_are_an_error(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = make_cross_encoder(tmp_path) / "model.safetensors"
    broken = load_file(weights)
    broken["classifier.bias"] = broken["classifier.bias"] * float("nan")
    save_file(broken, weights, metadata={"format": "pt"})
    with pytest.raises(
        EmbeddingError, match="on 1 pairs of texts: not all of its scores are finite"
    ):
        CrossEncoderReranker(str(tmp_path)).rerank(QUERY, candidates("adam"), ())


def test_the_configuration_makes_one(tiny_cross_encoder: Path, tmp_path: Path) -> None:
    table = {"kind": "cross-encoder", "model": str(tiny_cross_encoder), "candidates": 2}
    made = reranker(Settings.model_validate({"rerank": table}), tmp_path)
    assert made is not None
    assert made.name == "cross-encoder"
    scores = made.rerank(QUERY, candidates(*TEXTS), ()).scores
    assert scores[:2] == pytest.approx(
        logits(tiny_cross_encoder, [(QUERY.text, text) for text in TEXTS[:2]]), abs=1e-4
    )
    assert min(scores[:2]) > scores[2] > scores[3]


def test_a_configuration_without_a_model_is_an_error_that_names_the_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"rerank\.model"):
        reranker(Settings.model_validate({"rerank": {"kind": "cross-encoder"}}), tmp_path)
