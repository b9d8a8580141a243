"""The table of `scholium eval`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from eval.measures import MEASURES
from eval.report import Outcome


def table(title: str, outcomes: Sequence[Outcome]) -> Table:
    """One row per configuration; the best value of each measure is bold."""
    made = Table(title=title, caption=_caption(outcomes), caption_justify="left")
    made.add_column("configuration")
    for name in (*MEASURES, "median ms", "p95 ms"):
        made.add_column(name, justify="right")
    best = {m: max(o.means.get(m, 0.0) for o in outcomes) for m in MEASURES}
    for outcome in outcomes:
        scores = [_cell(outcome.means.get(m, 0.0), best[m]) for m in MEASURES]
        latencies = [f"{outcome.latency_ms(p):.1f}" for p in (50, 95)]
        made.add_row(outcome.name, *scores, *latencies)
    return made


def _cell(value: float, best: float) -> Text:
    return Text(f"{value:.3f}", style="bold" if value == best else "")


def _caption(outcomes: Sequence[Outcome]) -> str:
    scored, asked = len(outcomes[0].scored), len(outcomes[0].rows)
    lines = [f"{scored} of {asked} questions have text evidence and are scored"]
    lines += [f"{o.name}: {f.source}: {f.reason}" for o in outcomes for f in o.failures]
    return "\n".join(lines)
