"""Turns the MiniLM weights into an int8 ONNX file: ``python -m rag.embed.export SOURCE TARGET``.

It runs in a process of its own, so that neither torch's memory nor its 7 s of import reach
the process that embeds. The file takes ``input_ids`` int64 ``(1, tokens)``, special tokens
included and nothing padded, and gives ``vector`` float32 ``(1, 384)``, mean-pooled and
L2-normalised.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

MIN_COSINE = 0.98
SENTENCES = (
    "We train the model for 100 epochs with Adam and a learning rate of 0.001.",
    "Attention is computed as a weighted sum of the values.",
    "Table 2 compares our method with the baselines on three benchmarks (F1, higher is better).",
    "What data set was used?",
)


def export(source: Path, target: Path) -> None:
    """Writes ``target`` from the model folder ``source``.

    Raises ValueError, leaving the file behind, if its vectors are not those of torch.
    """
    model = pooled(source)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        plain = Path(folder) / "fp32.onnx"
        trace(model, plain)
        quantise(plain, target)
    check(model, source, target)


def check(model: Any, source: Path, target: Path) -> None:
    """Raises ValueError unless file and torch model agree on a few sentences."""
    import onnxruntime
    import torch
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.no_padding()
    session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    for sentence in SENTENCES:
        ids = np.array([tokenizer.encode(sentence).ids], dtype=np.int64)
        with torch.no_grad():
            wanted = model(torch.from_numpy(ids)).numpy()[0]
        cosine = float(session.run(None, {"input_ids": ids})[0][0] @ wanted)
        if not cosine > MIN_COSINE:
            raise ValueError(
                f"the int8 vectors differ from torch's: cosine {cosine:.3f} for {sentence!r}, "
                f"more than {MIN_COSINE} expected"
            )


def pooled(source: Path) -> Any:
    """The torch module: ``input_ids`` in, vectors out, in float32."""
    import torch
    from transformers import BertModel

    class Pooled(torch.nn.Module):  # type: ignore[misc]
        """BERT, the mean over its tokens, and a norm of 1."""

        def __init__(self) -> None:
            super().__init__()
            self.bert = BertModel.from_pretrained(
                source, attn_implementation="eager", add_pooling_layer=False
            )

        def forward(self, input_ids: Any) -> Any:
            states = self.bert(input_ids=input_ids).last_hidden_state
            return torch.nn.functional.normalize(states.mean(1), dim=-1)

    return Pooled().eval()


def trace(model: Any, target: Path) -> None:
    """Writes the module as float32 ONNX."""
    import torch

    torch.onnx.export(
        model,
        (torch.arange(1000, 1016).unsqueeze(0),),
        str(target),
        # The newer exporter gave a file whose vectors had cosine .02 to the model's own.
        dynamo=False,
        opset_version=17,
        input_names=["input_ids"],
        output_names=["vector"],
        dynamic_axes={"input_ids": {1: "tokens"}},
    )


def quantise(plain: Path, target: Path) -> None:
    """Makes int8 weights of a float32 file; activations are scaled as they come."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        str(plain),
        str(target),
        per_channel=True,
        weight_type=QuantType.QInt8,
        # 7-bit weights: with 8 the sums saturate on CPUs without VNNI.
        reduce_range=True,
    )


def main(arguments: list[str]) -> int:
    """Exports, silently; on failure the last line of stderr says why."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    source, target = arguments
    try:
        export(Path(source), Path(target))
    except ImportError as error:
        sys.stderr.write(f"{error}; reinstall scholium\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
