"""Reads a question and a passage together: how well the passage answers, and with which words.

The reader of a retriever and a reader (Chen et al. 2017, arXiv 1704.00051; Karpukhin et al. 2020,
arXiv 2004.04906), as a cross-encoder (Nogueira & Cho 2019, arXiv 1901.04085) of the embedder's size
that was trained to it by ``benchmarks/train_reader.py``. docs/models.md has its figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from rag.cache import sha256
from rag.minilm.conversion import converted
from rag.minilm.package import WEIGHTS_SHA256, load_tokenizer, model_folder
from rag.minilm.pairs import PASSAGE_TOKENS, pair, token_ids
from rag.minilm.session import load_session, side_by_side
from rag.types import ReadPassage


class MiniLMReader:
    """``threads`` passages are read side by side; 0 means one per core that this process may use.

    ``changes`` is the file of learned weights, by default the one that comes with this package.
    """

    def __init__(self, cache: Path, threads: int = 0, changes: Path | None = None) -> None:
        """Loads the model from ``cache``, where the first use puts it (about 20 s).

        Raises EmbeddingError if the weights are missing or altered, or the conversion fails.
        """
        source = model_folder()
        with as_file(files("rag.minilm") / "reader.npz") as shipped:
            learned = changes or shipped
            target = converted(source, cache / file_name(learned), learned)
        self._threads = threads
        self._tokenizer = load_tokenizer(source)
        self._session = load_session(target)

    def read(self, question: str, passages: Sequence[str]) -> list[ReadPassage]:
        asked = token_ids(self._tokenizer, question)
        return side_by_side(lambda passage: self._read(asked, passage), passages, self._threads)

    def _read(self, asked: list[int], passage: str) -> ReadPassage:
        told = self._tokenizer.encode(passage, add_special_tokens=False)
        inputs, start = pair(asked, told.ids)
        relevance, answers = self._session.run(None, inputs)
        spans = np.array(told.offsets[:PASSAGE_TOKENS], dtype=np.int32).reshape(-1, 2)
        return ReadPassage(float(relevance), answers[start:-1], spans)


def is_converted(cache: Path) -> bool:
    """Whether the shipped reader is ready to load, so that nobody has to wait for it."""
    with as_file(files("rag.minilm") / "reader.npz") as shipped:
        return (cache / file_name(shipped)).exists()


@lru_cache
def file_name(changes: Path) -> str:
    """Of the converted model in the cache: other weights, other file."""
    return f"reader-{WEIGHTS_SHA256[:12]}-{sha256(changes)[:12]}-int8-v1.onnx"
