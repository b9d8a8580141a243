from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ConfigError
from rag.rerank.network import CLIP, Network, gelu


def array(values: object) -> np.ndarray:
    return np.array(values, dtype=np.float32)


LINEAR = Network(
    names=("score", "length"),
    question_names=("why",),
    mean=array([1, 10]),
    scale=array([2, 5]),
    question_mean=array([0.5]),
    question_scale=array([0.5]),
    linear=array([[3, -1]]),
    ask=array([[[0]]]),
    tell=array([[[0, 0]]]),
    hidden=array([[[0, 0, 0]]]),
    bias=array([[0]]),
    out=array([[0]]),
)
WHY, NOT_WHY = array([1]), array([0])


def test_the_linear_part_by_hand() -> None:
    """(3, 10) is one deviation above the mean score and of the mean length; (1, 20) two longer."""
    assert LINEAR.scores(array([[3, 10], [1, 20]]), WHY).tolist() == [3, -2]


def test_the_bilinear_part_lets_the_question_decide() -> None:
    network = replace(LINEAR, ask=array([[[2]]]), tell=array([[[0, 1]]]))
    candidates = array([[1, 15]])  # one deviation longer than the mean
    assert network.scores(candidates, WHY).tolist() == [-1 + 2]
    assert network.scores(candidates, NOT_WHY).tolist() == [-1 - 2]


def test_the_hidden_layer_sees_candidate_and_question() -> None:
    network = replace(
        LINEAR,
        linear=array([[0, 0]]),
        hidden=array([[[1, 0, 1]]]),
        bias=array([[1]]),
        out=array([[2]]),
    )
    # 1 deviation of score, 1 of the question, and the bias: gelu(3) is 2.9964 by its definition
    assert network.scores(array([[3, 10]]), WHY)[0] == pytest.approx(2 * 2.9964, abs=1e-3)


def test_members_are_averaged() -> None:
    parts = ("linear", "ask", "tell", "hidden", "bias", "out")
    other = {"linear": array([[1, 0]])}
    both = {
        name: np.concatenate([getattr(LINEAR, name), other.get(name, getattr(LINEAR, name))])
        for name in parts
    }
    assert replace(LINEAR, **both).scores(array([[3, 10]]), WHY).tolist() == [(3 + 1) / 2]


def test_what_is_far_out_says_no_more() -> None:
    assert LINEAR.scores(array([[1e9, 10]]), WHY).tolist() == [3 * CLIP]


def test_no_candidates_have_no_scores() -> None:
    assert LINEAR.scores(np.zeros((0, 2), dtype=np.float32), WHY).shape == (0,)


def test_gelu_is_torchs() -> None:
    import torch

    x = np.linspace(-6, 6, 101, dtype=np.float32)
    wanted = torch.nn.functional.gelu(torch.from_numpy(x), approximate="tanh").numpy()
    np.testing.assert_allclose(gelu(x), wanted, atol=1e-5)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "ranker.npz"
    LINEAR.save(path)
    loaded = Network.load(path, LINEAR.names, LINEAR.question_names)
    candidates = array([[3, 11], [0, 2]])
    np.testing.assert_array_equal(loaded.scores(candidates, WHY), LINEAR.scores(candidates, WHY))


def test_a_network_for_other_features_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ranker.npz"
    LINEAR.save(path)
    with pytest.raises(ConfigError, match=r"ranker\.npz was trained with other features.*tune"):
        Network.load(path, ("score", "age"), LINEAR.question_names)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", None])
def test_a_file_that_holds_none_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ranker.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"can't read the ranker .*ranker\.npz"):
        Network.load(path, LINEAR.names, LINEAR.question_names)
