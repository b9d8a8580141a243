"""What `scholium eval tune` learned, and what became of it."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.cli.render import count
from api.cli.text import clean
from eval.measures import mean
from eval.paper_names import listed
from eval.training.split import groups
from eval.tuning import MEASURES, Tuned


def tuning(name: str, tuned: Tuned) -> RenderableType:
    """Before and after on the held-out papers, and what that rests on."""
    heading = Text(clean(name), style="bold")
    return Group(heading, _table(tuned), Text(_remarks(tuned), style="dim"))


def _table(tuned: Tuned) -> Table:
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    made.add_column("")
    for column in ("before", "after", "change", "95 % interval"):
        made.add_column(column, justify="right", overflow="fold")
    before, after = mean(tuned.before), mean(tuned.after)
    for measure in MEASURES:
        d = tuned.difference(measure)
        sure = d.low > 0 or d.high < 0
        style = "" if not sure else "green" if d.mean > 0 else "red"
        values = (f"{before[measure]:.3f}", f"{after[measure]:.3f}")
        change = (f"{d.mean:+.3f}", f"[{d.low:+.3f}, {d.high:+.3f}]")
        made.add_row(measure, *values, *(Text(text, style=style) for text in change))
    return made


def _remarks(tuned: Tuned) -> str:
    split, found = tuned.split, tuned.usable
    parts = [split.train, split.validation, split.held_out]
    sizes = [
        f"{count(len(part), 'question')} ({count(len(groups(part)), 'paper')})" for part in parts
    ]
    lines = [
        f"learned from {sizes[0]}, stopped by {sizes[1]}, judged on {sizes[2]}",
        "began with the weights that come with the embedder"
        if tuned.refined
        else "began with none: the embedder comes without weights",
    ]
    if found.missing:
        lines.append(
            f"left out: {count(found.absent, 'question')} about "
            f"{count(len(found.missing), 'paper')} that the library lacks: {listed(found.missing)}"
        )
    if found.unjudged:
        lines.append(f"left out: {count(found.unjudged, 'question')} without text evidence")
    if tuned.lost:
        lines.append(
            f"left out: {count(tuned.lost, 'question')} whose evidence is not in the library's text"
        )
    return "\n".join(map(clean, lines))
