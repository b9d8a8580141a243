"""The model as an embedder, for its export: ``input_ids`` int64 ``(1, tokens)``, special tokens
included and nothing padded, to ``vector`` float32 ``(1, 384)``, mean-pooled and L2-normalised.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rag.minilm.package import load_tokenizer
from rag.minilm.session import load_session

MIN_COSINE = 0.98
SENTENCES = (
    "We train the model for 100 epochs with Adam and a learning rate of 0.001.",
    "Attention is computed as a weighted sum of the values.",
    "Table 2 compares our method with the baselines on three benchmarks (F1, higher is better).",
    "What data set was used?",
)


class Vectors:
    """A `rag.minilm.export.Task`."""

    def __init__(self) -> None:
        import torch

        self.inputs = {"input_ids": torch.arange(1000, 1016).unsqueeze(0)}
        self.outputs: dict[str, dict[int, str]] = {"vector": {}}

    def module(self, source: Path) -> Any:
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

    def check(self, module: Any, source: Path, target: Path) -> None:
        """Raises ValueError unless file and module agree on a few sentences."""
        import torch

        tokenizer, session = load_tokenizer(source), load_session(target)
        for sentence in SENTENCES:
            ids = np.array([tokenizer.encode(sentence).ids], dtype=np.int64)
            with torch.no_grad():
                wanted = module(torch.from_numpy(ids)).numpy()[0]
            cosine = float(session.run(None, {"input_ids": ids})[0][0] @ wanted)
            if not cosine > MIN_COSINE:
                raise ValueError(
                    f"the int8 vectors differ from torch's: cosine {cosine:.3f} for {sentence!r}, "
                    f"more than {MIN_COSINE} expected"
                )
