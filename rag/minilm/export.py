"""Turns the MiniLM weights into int8 ONNX: ``python -m rag.minilm.export SOURCE TARGET [CHANGES]``.

It runs in a process of its own, so that neither torch's memory nor its 7 s of import reach the
process that embeds. SOURCE is the model's folder. Without CHANGES the file TARGET embeds
(`rag.minilm.vectors`), with them it reads (`rag.minilm.reading`).
"""

from __future__ import annotations

import logging
import sys
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol


class Task(Protocol):
    """What a model is exported for."""

    @property
    def inputs(self) -> Mapping[str, Any]:
        """Examples by name: tensors int64 ``(1, tokens)``, the number of tokens being free."""
        ...

    @property
    def outputs(self) -> Mapping[str, Mapping[int, str]]:
        """The names of the outputs, each with its axes that are free."""
        ...

    def module(self, source: Path) -> Any:
        """The torch module, in float32."""
        ...

    def check(self, module: Any, source: Path, target: Path) -> None:
        """Raises ValueError unless the file ``target`` does about what the module does."""
        ...


def export(task: Task, source: Path, target: Path) -> None:
    """Writes ``target`` from the model folder ``source``.

    Raises ValueError, leaving the file behind, if it does not do what torch does.
    """
    module = task.module(source)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        plain = Path(folder) / "fp32.onnx"
        trace(task, module, plain)
        quantise(plain, target)
    task.check(module, source, target)


def trace(task: Task, module: Any, target: Path) -> None:
    """Writes the module as float32 ONNX."""
    import torch

    free = {name: {1: "tokens"} for name in task.inputs} | dict(task.outputs)
    torch.onnx.export(
        module,
        tuple(task.inputs.values()),
        str(target),
        # The newer exporter gave a file whose vectors had cosine .02 to the model's own.
        dynamo=False,
        opset_version=17,
        input_names=list(task.inputs),
        output_names=list(task.outputs),
        dynamic_axes=free,
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
    source, target, *changes = map(Path, arguments)
    try:
        if changes:
            from rag.minilm.reading import Reading

            export(Reading(changes[0]), source, target)
        else:
            from rag.minilm.vectors import Vectors

            export(Vectors(), source, target)
    except ImportError as error:
        sys.stderr.write(f"{error}; reinstall scholium\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
