"""The model as a reader, for its export: ``input_ids`` and ``token_type_ids`` of a question and a
passage (`rag.minilm.pairs`) to ``relevance`` float32 ``()``, from the state of the first token, and
``answers`` float32 ``(tokens,)``, from each token's.

Its weights are the embedder's, changed by what `benchmarks/train_reader.py` learned: a file with
``change/NAME`` for each parameter that differs, int8 with a ``scale/NAME`` per row, or float32, and
the two heads.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rag.minilm.package import load_tokenizer
from rag.minilm.pairs import pair, token_ids
from rag.minilm.session import load_session

MIN_CORRELATION = 0.95
MOST_APART = 1.0
"""How far the log odds of a passage may be from torch's."""

QUESTION = "How many layers does the encoder have?"
PASSAGES = (
    "The encoder is composed of a stack of six identical layers. Each has two sub-layers.",
    "We used beam search with a beam size of 4. These values were chosen on the development set.",
    "Related work: recurrent networks read one token after the other, which precludes parallelism.",
)


class Reading:
    """A `rag.minilm.export.Task`; ``changes`` is the file of the learned weights."""

    def __init__(self, changes: Path) -> None:
        import torch

        self._changes = changes
        ids = torch.arange(1000, 1032).unsqueeze(0)
        types = (torch.arange(32) >= 8).long().unsqueeze(0)
        self.inputs = {"input_ids": ids, "token_type_ids": types}
        self.outputs: dict[str, dict[int, str]] = {"relevance": {}, "answers": {0: "tokens"}}

    def module(self, source: Path) -> Any:
        import torch
        from transformers import BertModel

        class Reader(torch.nn.Module):  # type: ignore[misc]
            """BERT, and a linear head for the passage and for each of its tokens."""

            def __init__(self) -> None:
                super().__init__()
                self.bert = BertModel.from_pretrained(
                    source, attn_implementation="eager", add_pooling_layer=False
                )
                self.relevance = torch.nn.Linear(384, 1)
                self.answers = torch.nn.Linear(384, 1)

            def forward(self, input_ids: Any, token_type_ids: Any) -> tuple[Any, Any]:
                states = self.bert(input_ids=input_ids, token_type_ids=token_type_ids)
                rows = states.last_hidden_state[0]
                return self.relevance(rows[0])[0], self.answers(rows)[:, 0]

        reader = Reader()
        known = reader.state_dict()
        with np.load(self._changes, allow_pickle=False) as data:
            for name in data.files:
                change(known, name, data)
        reader.load_state_dict(known)
        return reader.eval()

    def check(self, module: Any, source: Path, target: Path) -> None:
        """Raises ValueError unless file and module agree on a few passages."""
        import torch

        tokenizer, session = load_tokenizer(source), load_session(target)
        question = token_ids(tokenizer, QUESTION)
        for passage in PASSAGES:
            inputs, start = pair(question, token_ids(tokenizer, passage))
            with torch.no_grad():
                wanted = [out.numpy() for out in module(*map(torch.from_numpy, inputs.values()))]
            relevance, answers = session.run(None, inputs)
            apart = abs(float(relevance - wanted[0]))
            alike = float(np.corrcoef(answers[start:], wanted[1][start:])[0, 1])
            if not (apart < MOST_APART and alike > MIN_CORRELATION):
                raise ValueError(
                    f"the int8 reader differs from torch's for {passage!r}: log odds {apart:.2f} "
                    f"apart, less than {MOST_APART} expected; correlation of the tokens "
                    f"{alike:.3f}, more than {MIN_CORRELATION} expected"
                )


def change(known: dict[str, Any], name: str, data: Any) -> None:
    """Applies one entry of the changes to the parameters ``known``."""
    import torch

    kind, _, parameter = name.partition("/")
    if kind == "change":
        difference = data[name].astype(np.float32)
        if data[name].dtype == np.int8:
            difference *= data[f"scale/{parameter}"]
        known[f"bert.{parameter}"] = known[f"bert.{parameter}"] + torch.from_numpy(difference)
    elif kind == "head":
        known[parameter] = torch.from_numpy(data[name].astype(np.float32))
