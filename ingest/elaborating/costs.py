"""What a model will cost, told before it is asked, and the limit that it is held to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ingest.elaborating.calls import Call, Task, instructions_of
from rag.protocols import TokenCounter
from rag.types import Usage

Price = Callable[[int, int], Usage]
"""What so many tokens of prompt and completion cost."""


def estimate(task: Task, calls: Sequence[Call], count_tokens: TokenCounter, price: Price) -> Usage:
    """At most about what the calls cost: of prefixes that a server keeps, nothing is known."""
    stable = list(dict.fromkeys(call.stable for call in calls))
    lengths = dict(zip(stable, count_tokens(stable), strict=True))
    [every] = count_tokens([instructions_of(task.prompt)])
    asked = count_tokens([call.asked for call in calls])
    prompt = sum(asked) + sum(lengths[call.stable] + every for call in calls)
    passages = count_tokens([chunk.text for call in calls for chunk in call.chunks])
    return price(prompt, sum(task.expected_tokens(tokens) for tokens in passages))


@dataclass
class Budget:
    """What a run may cost, in US dollars; 0 is any amount. May be shared between threads.

    An estimate is set aside before the calls are made and gives way to what they cost.
    """

    limit_usd: float
    spent: Usage = Usage()
    _aside_usd: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, expected: Usage) -> bool:
        """Sets ``expected`` aside if the limit leaves so much."""
        with self._lock:
            total = self.spent.cost_usd + self._aside_usd + expected.cost_usd
            if self.limit_usd and expected.cost_usd and total > self.limit_usd:
                return False
            self._aside_usd += expected.cost_usd
            return True

    def settle(self, expected: Usage, actual: Usage) -> None:
        """Takes down what was paid in place of what had been set aside."""
        with self._lock:
            self._aside_usd -= expected.cost_usd
            self.spent += actual
