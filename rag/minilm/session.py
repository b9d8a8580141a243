"""Runs a converted model: each text on its own, as many side by side as there are cores.

Texts are never padded to a batch: the scales of the int8 activations come from the whole batch,
so what a text gives would depend on its neighbours. Alone it is the same always, and on a CPU no
slower.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import EmbeddingError

T = TypeVar("T")
R = TypeVar("R")


def load_session(path: Path) -> Any:
    """The ONNX Runtime session of the model file ``path``. Raises EmbeddingError."""
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


def side_by_side(run: Callable[[T], R], texts: Sequence[T], threads: int) -> list[R]:
    """``run`` of each text, in their order; ``threads`` at a time, 0 for one per core."""
    threads = threads or len(_cores())
    if len(texts) < 2 or threads == 1:
        return [run(text) for text in texts]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, texts))


def _cores() -> Sequence[int]:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return tuple(os.sched_getaffinity(0))
    return range(os.cpu_count() or 1)
