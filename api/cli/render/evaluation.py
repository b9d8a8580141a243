"""What `scholium eval` measured."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.cli.text import NARROW, clean
from eval.outcome import Outcome
from eval.report import Findings
from eval.significance import Difference

PERCENTILES = {"median ms": 50, "p95 ms": 95}

_FIGURE = 8
"""Columns that a measure takes in the table, its gap included."""


def scores(found: Findings, width: int) -> RenderableType:
    """The measures of every configuration; the best value of each is bold."""
    heading = Text(clean(found.origin.dataset), style="bold")
    wide = width >= NARROW + _FIGURE * max(0, len(found.measures) - 5)
    shown = [_table(found)] if wide else _paragraphs(found)
    parts = [heading, *shown, Text(_remarks(found), style="dim")]
    if found.differences:
        parts += [Text(), *_differences(found)]
    return Group(*parts)


def _table(found: Findings) -> Table:
    """One row per configuration. With every heading in two lines, it fits ``NARROW`` columns."""
    made = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    made.add_column("configuration", min_width=len("configuration"), overflow="fold")
    for name in _values(found.baseline, found):
        made.add_column(name.replace(" ", "\n"), justify="right", no_wrap=True)
    for outcome in found.outcomes:
        made.add_row(Text(clean(outcome.name)), *_values(outcome, found).values())
    return made


def _paragraphs(found: Findings) -> list[RenderableType]:
    """One measure per line, the configurations one after the other."""
    parts: list[RenderableType] = []
    for outcome in found.outcomes:
        lines = Table.grid(padding=(0, 2, 0, 0))
        lines.add_column()
        lines.add_column(justify="right")
        for name, value in _values(outcome, found).items():
            lines.add_row(f"  {name}", value)
        parts += [Text(clean(outcome.name)), lines]
    return parts


def _values(outcome: Outcome, found: Findings) -> dict[str, Text]:
    best = {m: max(o.means.get(m, 0.0) for o in found.outcomes) for m in found.measures}
    values = {m: _cell(outcome.means.get(m, 0.0), best[m]) for m in found.measures}
    times = {name: Text(f"{outcome.latency_ms(p):.1f}") for name, p in PERCENTILES.items()}
    return {**values, **times, **_spent(outcome, found)}


def _spent(outcome: Outcome, found: Findings) -> dict[str, Text]:
    """What language models were given and charged, where any was called."""
    if not any(o.usage.prompt_tokens for o in found.outcomes):
        return {}
    usage = outcome.usage
    tokens = usage.prompt_tokens + usage.completion_tokens
    return {"LLM tokens": Text(f"{tokens:,}"), "cost USD": Text(f"{usage.cost_usd:.4f}")}


def _cell(value: float, best: float) -> Text:
    return Text(f"{value:.3f}", style="bold" if value == best else "")


def _differences(found: Findings) -> list[RenderableType]:
    """The main measure's differences to the first configuration, one line each."""
    lines = Table.grid(padding=(0, 2, 0, 0))
    lines.add_column(overflow="fold")
    lines.add_column(justify="right", overflow="fold")
    for name, difference in found.differences[found.headline].items():
        lines.add_row(Text(clean(name)), _difference(difference))
    first = clean(found.baseline.name)
    heading = f"{found.headline} against {first}, 95 % interval, p (Holm)"
    return [Text(heading, style="bold"), lines]


def _difference(d: Difference) -> Text:
    style = "" if not d.clear else "green" if d.mean > 0 else "red"
    return Text(f"{d.mean:+.3f} [{d.low:+.3f}, {d.high:+.3f}] {d.adjusted:.4f}", style=style)


def _remarks(found: Findings) -> str:
    scored, asked = len(found.baseline.values(found.headline)), len(found.baseline.rows)
    known = "relevant papers" if "nDCG@10" in found.measures else "text evidence"
    lines = [f"{scored} of {asked} questions have {known} and are scored"]
    if more := len(found.baseline.scored) - scored:
        lines.append(f"{more} more have relevant papers, which paper MRR and paper R@5 judge")
    lines += found.origin.remarks
    lines += [f"{o.name}: {trouble}" for o in found.outcomes for trouble in o.troubles]
    lines += [f"{o.name}: {f.source}: {f.reason}" for o in found.outcomes for f in o.failures]
    return "\n".join(map(clean, lines))
