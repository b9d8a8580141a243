"""Has the model converted to int8 ONNX, once per user, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from rag.cache import make_once
from rag.errors import EmbeddingError
from rag.minilm.package import verify_weights

EXPORT_TIMEOUT_S = 600


def converted(source: Path, target: Path, *changes: Path) -> Path:
    """``target``, made from the model folder ``source`` where it is not there yet (about 20 s).

    ``changes`` is the file that makes the reader of the embedder (`rag.minilm.reader`). Raises
    EmbeddingError if the weights are missing or altered, or the conversion fails.
    """
    make_once(target, lambda path: export_verified(source, path, *changes))
    return target


def export_verified(source: Path, target: Path, *changes: Path) -> None:
    """Exports the model in ``source`` to ``target`` if its weights are the expected ones.

    Raises EmbeddingError if they are not, or if the export fails.
    """
    verify_weights(source)
    root = str(Path(__file__).parents[2])
    offline = {"HF_HUB_OFFLINE": "1", "PYTHONPATH": root, "PYTHONWARNINGS": "ignore"}
    # -P: a folder "rag" where the user happens to stand is not ours.
    module = ["-P", "-m", "rag.minilm.export"]
    try:
        done = subprocess.run(
            [sys.executable, *module, *map(str, (source, target, *changes))],
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
