"""Real loading and real inference, with a small model that the test makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.build_verify import judge
from rag.config import Settings
from rag.errors import ConfigError, EmbeddingError
from rag.judge.entailment import EntailmentJudge
from rag.types import Statement
from tests.rag.judge.conftest import make_inference_model
from tests.values import make_evidence, make_paper

FIRST, SECOND = make_evidence(
    make_paper({"A": ["a cat sat on the mat"], "B": ["the model is trained with dropout"]})
)


def probability(folder: Path, premise: str, hypothesis: str) -> float:
    """What transformers alone make of a pair."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    with torch.no_grad():
        logits = model(**tokenizer(premise, hypothesis, return_tensors="pt")).logits[0]
    return float(torch.softmax(logits, 0)[1])


def test_the_best_passage_decides(inference_model: Path) -> None:
    said = "the rate of dropout"
    each = [probability(inference_model, e.chunk.text, said) for e in (FIRST, SECOND)]
    assert abs(each[0] - each[1]) > 1e-6
    between = Statement(said, (FIRST, SECOND))
    for threshold, borne_out in ((max(each) - 1e-5, True), (max(each) + 1e-5, False)):
        made = EntailmentJudge(str(inference_model), threshold)
        assert made.judge([between]).borne_out == (borne_out,)
    weaker = (FIRST, SECOND)[int(np.argmin(each))]
    assert (
        not EntailmentJudge(str(inference_model), max(each) - 1e-7)
        .judge([Statement(said, (weaker,))])
        .borne_out[0]
    )


def test_long_passages_are_read_to_their_end(
    inference_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Part by part: the last one decides, if it is the one that says most."""
    monkeypatch.setattr("rag.judge.entailment._WORDS", 8)
    said = "the rate of dropout"
    both = ["A cat sat on the mat.", "The model is trained with dropout."]
    less, most = sorted(both, key=lambda text: probability(inference_model, text, said))
    [short, long] = make_evidence(
        make_paper({"A": [" ".join([less] * 40)], "B": [" ".join([*[less] * 40, most])]})
    )
    judge = EntailmentJudge(str(inference_model), probability(inference_model, most, said) - 1e-6)
    statements = [Statement(said, (each,)) for each in (short, long)]
    assert judge.judge(statements).borne_out == (False, True)


def test_without_evidence_nothing_is_borne_out(entailment: EntailmentJudge) -> None:
    assert entailment.judge([Statement("a cat", ())]).borne_out == (False,)


@pytest.mark.parametrize(
    "labels",
    [
        {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"},
        {"0": "positive", "1": "negative"},
        {"0": "LABEL_0"},
    ],
)
def test_a_model_for_something_else_is_refused(tmp_path: Path, labels: dict[str, str]) -> None:
    with pytest.raises(EmbeddingError, match=r"none of them entailment: choose .* verify\.model"):
        EntailmentJudge(str(make_inference_model(tmp_path, labels)))


def test_a_model_of_two_classes_will_do(tmp_path: Path) -> None:
    made = make_inference_model(tmp_path, {"0": "not_entailment", "1": "entailment"})
    assert EntailmentJudge(str(made), 0.0).judge([Statement("a", (FIRST,))]).borne_out == (True,)


def test_a_model_that_is_not_there_is_named_with_its_key(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match=r"can't load the entailment model .*verify\.model"):
        EntailmentJudge(str(tmp_path / "none"))


def test_scores_that_are_no_numbers_are_an_error(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = make_inference_model(tmp_path) / "model.safetensors"
    broken = load_file(weights)
    broken["classifier.bias"] = broken["classifier.bias"] * float("nan")
    save_file(broken, weights, metadata={"format": "pt"})
    with pytest.raises(EmbeddingError, match="on 1 pairs of texts: not all of its scores"):
        EntailmentJudge(str(tmp_path)).judge([Statement("adam", (FIRST,))])


def test_the_configuration_makes_one(inference_model: Path) -> None:
    table = {"judge": "entailment", "model": str(inference_model), "threshold": 1.0}
    made = judge(Settings.model_validate({"verify": table}))
    assert made is not None
    assert made.name == "entailment"
    assert made.judge([Statement("a cat", (FIRST,))]).borne_out == (False,)


def test_a_configuration_without_a_model_is_an_error_that_names_the_key() -> None:
    with pytest.raises(ConfigError, match=r"needs verify\.model"):
        judge(Settings.model_validate({"verify": {"judge": "entailment"}}))


def test_none_is_made_unless_asked_for() -> None:
    assert judge(Settings()) is None
