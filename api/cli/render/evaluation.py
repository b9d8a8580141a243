"""What `scholium eval` measured."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.cli.text import NARROW, clean
from eval.measures import MEASURES
from eval.report import Outcome

PERCENTILES = {"median ms": 50, "p95 ms": 95}


def scores(title: str, outcomes: Sequence[Outcome], width: int) -> RenderableType:
    """The measures of every configuration; the best value of each is bold."""
    heading = Text(clean(title), style="bold")
    shown = [_table(outcomes)] if width >= NARROW else _paragraphs(outcomes)
    return Group(heading, *shown, Text(_remarks(outcomes), style="dim"))


def _table(outcomes: Sequence[Outcome]) -> Table:
    """One row per configuration. With every heading in two lines, it fits ``NARROW`` columns."""
    made = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    made.add_column("configuration", min_width=len("configuration"), overflow="fold")
    for name in (*MEASURES, *PERCENTILES):
        made.add_column(name.replace(" ", "\n"), justify="right", no_wrap=True)
    for outcome in outcomes:
        made.add_row(Text(clean(outcome.name)), *_values(outcome, outcomes).values())
    return made


def _paragraphs(outcomes: Sequence[Outcome]) -> list[RenderableType]:
    """One measure per line, the configurations one after the other."""
    parts: list[RenderableType] = []
    for outcome in outcomes:
        lines = Table.grid(padding=(0, 2, 0, 0))
        lines.add_column()
        lines.add_column(justify="right")
        for name, value in _values(outcome, outcomes).items():
            lines.add_row(f"  {name}", value)
        parts += [Text(clean(outcome.name)), lines]
    return parts


def _values(outcome: Outcome, outcomes: Sequence[Outcome]) -> dict[str, Text]:
    best = {m: max(o.means.get(m, 0.0) for o in outcomes) for m in MEASURES}
    values = {m: _cell(outcome.means.get(m, 0.0), best[m]) for m in MEASURES}
    times = {name: Text(f"{outcome.latency_ms(p):.1f}") for name, p in PERCENTILES.items()}
    return {**values, **times}


def _cell(value: float, best: float) -> Text:
    return Text(f"{value:.3f}", style="bold" if value == best else "")


def _remarks(outcomes: Sequence[Outcome]) -> str:
    scored, asked = len(outcomes[0].scored), len(outcomes[0].rows)
    lines = [f"{scored} of {asked} questions have text evidence and are scored"]
    lines += [f"{o.name}: {f.source}: {f.reason}" for o in outcomes for f in o.failures]
    return "\n".join(map(clean, lines))
