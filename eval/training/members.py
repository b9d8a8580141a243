"""One member of the ranker's ensemble, as a torch module that can be fitted."""

from __future__ import annotations

from typing import Any

from rag.rerank.features import NAMES, QUESTION_NAMES
from rag.rerank.network import Array, Network


def make_member(rank: int, hidden: int, dropout: float, seed: int) -> Any:
    """A `torch.nn.Module` that computes what `Network` says of each of its members.

    ``member(x, q)`` has ``x`` ``(b, n, f)`` and ``q`` ``(b, k)``, both standardised, and gives
    scores ``(b, n)``; ``arrays()`` are its weights by their names in `Network`, ``take(network,
    i)`` gives it those of another's member. The seed is torch's, and so everybody's.
    """
    import torch
    from torch import nn

    class Member(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            features, asked = len(NAMES), len(QUESTION_NAMES)
            self.linear = nn.Linear(features, 1, bias=False)
            self.ask = nn.Linear(asked, rank, bias=False)
            self.tell = nn.Linear(features, rank, bias=False)
            self.hidden = nn.Linear(features + asked, hidden)
            self.out = nn.Linear(hidden, 1, bias=False)
            self.dropout = nn.Dropout(dropout)
            nn.init.normal_(self.ask.weight, std=0.05)
            nn.init.normal_(self.tell.weight, std=0.05)
            nn.init.zeros_(self.out.weight)

        def forward(self, x: Any, q: Any) -> Any:
            both = torch.cat([x, q[:, None, :].expand(-1, x.shape[1], -1)], -1)
            inner = nn.functional.gelu(self.hidden(both), approximate="tanh")
            wanted = (self.ask(q)[:, None, :] * self.tell(x)).sum(-1)
            return self.linear(x)[..., 0] + wanted + self.out(self.dropout(inner))[..., 0]

        def arrays(self) -> dict[str, Array]:
            parts = {
                "linear": self.linear.weight[0],
                "ask": self.ask.weight,
                "tell": self.tell.weight,
                "hidden": self.hidden.weight,
                "bias": self.hidden.bias,
                "out": self.out.weight[0],
            }
            return {name: part.detach().numpy().copy() for name, part in parts.items()}

        def take(self, network: Network, i: int) -> None:
            for layer in ("linear", "ask", "tell", "hidden", "out"):
                weight = torch.from_numpy(getattr(network, layer)[i].copy())
                module = getattr(self, layer)
                module.weight = nn.Parameter(weight.reshape(-1, weight.shape[-1]))
            self.hidden.bias = nn.Parameter(torch.from_numpy(network.bias[i].copy()))

    torch.manual_seed(seed)
    return Member()
