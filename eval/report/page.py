"""``report.html`` on retrieval."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.outcome import Outcome
from eval.report.files import write_text
from eval.report.filling import HERE, changed, fill
from eval.report.findings import Findings
from eval.report.plots import Point, bars, forest, quality_against_latency
from eval.report.worst import worst_cases
from eval.significance import interval

BARS = 4
"""Configurations in a bar chart, which have a colour; more could not be told apart."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture with its caption; ``svg`` is markup of ours, ``legend`` names its colours."""

    title: str
    caption: str
    svg: str
    legend: tuple[str, ...] = ()


def write_page(path: Path, found: Findings) -> None:
    """Writes the page."""
    write_text(path, render(found))


def render(found: Findings) -> str:
    """The page as HTML; what papers and questions say is escaped."""
    return fill(
        HERE,
        found=found,
        origin=found.origin,
        best=_best(found),
        spends=any(outcome.usage.prompt_tokens for outcome in found.outcomes),
        differing={outcome.name: changed(outcome.settings) for outcome in found.outcomes},
        colours=_colours(found),
        plots=_plots(found),
        cases=worst_cases(found.baseline, found.headline),
    )


def _plots(found: Findings) -> list[Plot]:
    plots = [
        Plot(
            "Quality against latency",
            "Up is better, left is faster. Numbers are those of the table.",
            quality_against_latency(_points(found), found.headline),
        )
    ]
    for measure in dict.fromkeys((found.headline, "MRR")):
        if found.differences.get(measure):
            plots.append(
                Plot(
                    f"Differences of {measure}",
                    f"Against {found.baseline.name}, question by question, with 95 % intervals; "
                    "grey where chance could have made it.",
                    forest(found.differences[measure], measure),
                )
            )
    names = tuple(outcome.name for outcome in _for_bars(found))
    caption = "" if len(names) == len(found.outcomes) else "The first and the best of the others."
    for title, groups in (
        (f"{found.headline} by section of the evidence", found.roles),
        (f"{found.headline} by type of question", found.types),
    ):
        if groups:
            plots.append(Plot(title, caption, bars(groups, names, found.headline), names))
    return plots


def _for_bars(found: Findings) -> list[Outcome]:
    """The first configuration, and of the others those with the best means, as they stand."""
    others = sorted(found.outcomes[1:], key=lambda o: -o.means.get(found.headline, 0.0))
    chosen = {id(outcome) for outcome in [found.baseline, *others[: BARS - 1]]}
    return [outcome for outcome in found.outcomes if id(outcome) in chosen]


def _colours(found: Findings) -> list[str]:
    """The class of each configuration: those of the bar charts are told apart, the others not."""
    shown = [outcome.name for outcome in _for_bars(found)]
    names = (outcome.name for outcome in found.outcomes)
    return [f"c{shown.index(name)}" if name in shown else "other" for name in names]


def _points(found: Findings) -> list[Point]:
    points = []
    for number, (outcome, colour) in enumerate(
        zip(found.outcomes, _colours(found), strict=True), 1
    ):
        values = np.asarray(outcome.values(found.headline) or [0.0])
        low, high = interval(values, found.origin.seed)
        points.append(
            Point(
                number,
                colour,
                outcome.name,
                outcome.latency_ms(50),
                float(values.mean()),
                low,
                high,
            )
        )
    return points


def _best(found: Findings) -> dict[str, float]:
    return {m: max(o.means.get(m, 0.0) for o in found.outcomes) for m in found.measures}
