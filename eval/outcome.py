"""What one configuration came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.measures import mean
from eval.rows import Row
from ingest.events import Failed
from rag.config import Settings
from rag.errors import UsageError
from rag.types import Usage


@dataclass(frozen=True, slots=True)
class Outcome:
    """One configuration's rows, one per question, in the same order for all configurations.

    ``what`` is a line on what the configuration is, where its name does not say it.
    """

    name: str
    settings: Settings
    rows: tuple[Row, ...]
    failures: tuple[Failed, ...] = ()
    what: str = ""

    @property
    def scored(self) -> list[dict[str, float]]:
        """The scores of the questions that can be scored."""
        return [row.scores for row in self.rows if row.scores is not None]

    @property
    def means(self) -> dict[str, float]:
        """The mean of every measure; empty without a scored question."""
        return mean(self.scored)

    @property
    def usage(self) -> Usage:
        """What language models were charged for, over all questions."""
        return sum((row.effort.usage for row in self.rows), Usage())

    @property
    def troubles(self) -> list[str]:
        """Which stages failed or came late, and for how many questions."""
        counts = Counter(trouble for row in self.rows for trouble in row.effort.troubles)
        return [f"{what} for {n} of {len(self.rows)} questions" for what, n in counts.items()]

    def values(self, measure: str) -> list[float]:
        """The measure's values, question by question."""
        return [scores[measure] for scores in self.scored if measure in scores]

    def latency_ms(self, percentile: float) -> float:
        """A percentile of the search latencies, the query's embedding included; 0 of none."""
        searched = [row.latency_ms for row in self.rows if row.latency_ms]
        return float(np.percentile(searched or [0.0], percentile))


def parse_floors(
    texts: Sequence[str], measures: Sequence[str], option: str = "--fail-under"
) -> dict[str, float]:
    """The ``MEASURE=VALUE`` pairs of an option. Raises UsageError."""
    floors: dict[str, float] = {}
    for text in texts:
        name, _, value = text.partition("=")
        floors[name] = _limit(f"{option} {text!r}", value)
        if name not in measures:
            raise UsageError(f"no measure {name!r}: there are {', '.join(measures)}")
    return floors


def floors_missed(name: str, means: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """One line for each measure of the configuration ``name`` that is too low."""
    return [
        f"{name}: {measure} is {means.get(measure, 0.0):.3f}, below {floor:g}"
        for measure, floor in floors.items()
        if means.get(measure, 0.0) < floor
    ]


def ceilings_missed(
    name: str, means: Mapping[str, float], ceilings: Mapping[str, float]
) -> list[str]:
    """One line for each measure of the configuration ``name`` that is too high."""
    return [
        f"{name}: {measure} is {means.get(measure, 0.0):.3f}, above {ceiling:g}"
        for measure, ceiling in ceilings.items()
        if means.get(measure, 0.0) > ceiling
    ]


def _limit(given: str, value: str) -> float:
    try:
        limit = float(value)
    except ValueError:
        raise UsageError(f"{given}: write MEASURE=VALUE, as R@700w=0.6") from None
    if not 0 <= limit <= 1:  # NaN is refused here too
        raise UsageError(f"{given}: a measure lies between 0 and 1, as R@700w=0.6")
    return limit
