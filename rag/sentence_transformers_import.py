"""The one place that imports sentence-transformers, which takes seconds and brings torch.

Its models are loaded here, and those that read two texts together are run here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rag.errors import EmbeddingError

Kind = Literal["embedding", "reranking", "entailment"]
_CLASSES = {
    "embedding": "SentenceTransformer",
    "reranking": "CrossEncoder",
    "entailment": "CrossEncoder",
}
_TABLES = {"embedding": "embedder", "reranking": "rerank", "entailment": "verify"}


def load_model(kind: Kind, name: str, device: str = "", *, half: bool = False) -> Any:
    """The model ``name``: from disk or the local cache if it is there, else from the hub.

    ``device`` is torch's name for it, and empty means the GPU where there is one. ``half`` is
    bfloat16 where CPU or GPU has it; else the model is run in float32. Raises EmbeddingError if
    there is no such model, or it can't be loaded.
    """
    made = _class(kind)
    options = {"device": device or None, "model_kwargs": {"dtype": _dtype(device, half)}}
    try:
        try:
            return made(name, local_files_only=True, **options)
        except OSError:
            if Path(name).exists():
                raise
            return made(name, **options)
    except Exception as error:  # those who read files for it raise what they like
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise EmbeddingError(
            f"can't load the {kind} model {name!r}: {first} Give the path of a local "
            f"sentence-transformers model as {_TABLES[kind]}.model, "
            "or check its name and the network"
        ) from error


def logits(
    model: Any, kind: Kind, name: str, pairs: Sequence[tuple[str, str]], batch_size: int
) -> NDArray[np.float32]:
    """What the cross-encoder ``model`` makes of each of ``pairs``: shape ``(n,)`` where it gives
    one score, else ``(n, scores)``. Raises EmbeddingError.
    """
    from torch.nn import Identity

    what = f"the {kind} model {name} failed on {len(pairs)} pairs of texts"
    try:
        scores: NDArray[np.float32] = model.predict(
            pairs,
            batch_size=batch_size,
            activation_fn=Identity(),
            show_progress_bar=False,
            convert_to_numpy=True,
        )
    except (RuntimeError, ValueError, IndexError) as error:
        table = _TABLES[kind]
        raise EmbeddingError(
            f"{what}: {error}; try a smaller {table}.batch_size or another {table}.device"
        ) from error
    if not np.isfinite(scores).all():
        raise EmbeddingError(f"{what}: not all of its scores are finite numbers")
    return scores


def _class(kind: Kind) -> Any:
    try:
        import sentence_transformers
        from transformers.utils import logging
    except ImportError as error:
        raise EmbeddingError(
            f"can't import sentence-transformers ({error}): pip install sentence-transformers"
        ) from error
    logging.disable_progress_bar()  # else one appears for each file that is read
    logging.set_verbosity_error()
    return getattr(sentence_transformers, _CLASSES[kind])


def _dtype(device: str, half: bool) -> Any:
    import torch

    if not half:
        return torch.float32
    if device.startswith("cuda") or (not device and torch.cuda.is_available()):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    on_cpu = device == "cpu" or (not device and not torch.backends.mps.is_available())
    # There is no public question for what oneDNN runs natively; emulated, bf16 is far slower.
    native = torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()  # noqa: SLF001
    return torch.bfloat16 if on_cpu and native else torch.float32
