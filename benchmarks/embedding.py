"""How fast the default embedder is, and how close to the model that it was made from.

    python benchmarks/embedding.py [--texts FILE] [--count 200] [--rounds 3]

All take the same texts in turn, round by round, so that a busy machine slows each alike: read
the ratios, and the CPU time, in which waiting for other programs does not count. ``--texts``
has one text a line; the example papers' paragraphs are the default. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer

from rag.cache import default_cache
from rag.embed.minilm import FILE_NAME, MAX_TOKENS, MiniLM
from rag.embed.sentence_transformer import SentenceTransformerEmbedder
from rag.minilm.export import trace
from rag.minilm.package import model_folder
from rag.minilm.vectors import Vectors
from rag.types import Vector

EXAMPLES = Path(__file__).parents[1] / "examples" / "papers" / "src"
MIN_WORDS = 50
QUERY = "Which learning rate and how many warm-up steps were used?"


@dataclass
class Candidate:
    """A way to embed, and what was measured of it."""

    name: str
    embed: Callable[[Sequence[str]], Vector]
    rates: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    query_ms: list[float] = field(default_factory=list)
    vectors: Vector = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    def measure(self, texts: Sequence[str]) -> None:
        """One round over all texts, and twenty single queries."""
        start, cpu_start = time.perf_counter(), time.process_time()
        self.vectors = self.embed(texts)
        self.rates.append(len(texts) / (time.perf_counter() - start))
        self.cpu_ms.append(1000 * (time.process_time() - cpu_start) / len(texts))
        for _ in range(20):
            start = time.perf_counter()
            self.embed([QUERY])
            self.query_ms.append(1000 * (time.perf_counter() - start))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--texts", type=Path, help="a file with one text a line")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    texts = list(islice(cycle(read(options.texts)), options.count))
    start = time.perf_counter()
    default = MiniLM(default_cache())
    print(f"default loaded in {time.perf_counter() - start:.2f} s")
    print(f"{len(texts)} texts of {np.mean(default.count_tokens(texts)):.0f} tokens on average\n")
    with tempfile.TemporaryDirectory() as folder:
        measure(texts, candidates(default, Path(folder) / "float32.onnx"), options.rounds)


def candidates(default: MiniLM, plain: Path) -> list[Candidate]:
    """What is compared; ``plain`` is where the float32 file may go."""
    from sentence_transformers import SentenceTransformer

    task = Vectors()
    trace(task, task.module(model_folder()), plain)
    int8 = default_cache() / FILE_NAME
    cores = torch.get_num_threads()
    usual = SentenceTransformer(str(model_folder()), device="cpu")
    ours = SentenceTransformerEmbedder(str(model_folder()), device="cpu")
    return [
        Candidate("ONNX float32, texts side by side", onnx(plain, 1, cores)),
        Candidate("ONNX int8, texts side by side (default)", default.embed_documents),
        Candidate("ONNX int8, ONNX Runtime's own threads", onnx(int8, cores, 1)),
        Candidate("sentence-transformers as it comes", lambda texts: usual.encode(list(texts))),
        Candidate("SentenceTransformerEmbedder", ours.embed_documents),
    ]


def measure(texts: Sequence[str], compared: Sequence[Candidate], rounds: int) -> None:
    """Measures all in turn, and prints the table. Cosine and ratio are against the first."""
    for _ in range(rounds):
        for candidate in compared:
            candidate.measure(texts)
    reference = compared[0]
    columns = (
        "what",
        "texts/s",
        "ratio",
        "CPU ms a text",
        "one query, ms",
        "cosine",
        "least cosine",
    )
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
    for candidate in compared:
        cosines = np.sum(candidate.vectors * reference.vectors, axis=1)
        row = (
            candidate.name,
            f"{median(candidate.rates):.0f}",
            f"{median(np.divide(candidate.rates, reference.rates)):.2f}",
            f"{median(candidate.cpu_ms):.1f}",
            f"{median(candidate.query_ms):.1f}",
            f"{cosines.mean():.4f}",
            f"{cosines.min():.4f}",
        )
        print(f"| {' | '.join(row)} |")


def read(path: Path | None) -> list[str]:
    """One text a line, or the paragraphs of the example papers."""
    if path:
        return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    sources = [file.read_text(encoding="utf-8") for file in sorted(EXAMPLES.glob("*.tex"))]
    paragraphs = [text.strip() for source in sources for text in source.split("\n\n")]
    return [text for text in paragraphs if len(text.split()) >= MIN_WORDS]


def onnx(path: Path, ort_threads: int, side_by_side: int) -> Callable[[Sequence[str]], Vector]:
    """Embeds with the model in ``path``, texts one by one, with threads of one kind or other."""
    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = ort_threads
    session = onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])

    def one(text: str) -> Vector:
        vector: Vector = session.run(None, {"input_ids": [tokenizer.encode(text).ids]})[0][0]
        return vector

    def embed(texts: Sequence[str]) -> Vector:
        with ThreadPoolExecutor(side_by_side) as pool:
            return np.stack(list(pool.map(one, texts)))

    return embed


if __name__ == "__main__":
    main()
