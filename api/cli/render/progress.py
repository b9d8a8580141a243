"""An ingestion on a terminal: a bar per stage, then what failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from api.cli.tally import Stage, Tally, amount
from api.cli.text import clean
from ingest.events import Failed


@dataclass(frozen=True, slots=True)
class Bar:
    """How full a stage's bar is (``total`` 0: not known), the words beside it, the time left."""

    done: int = 0
    total: int = 0
    detail: str = "waiting"
    left_s: float | None = None

    @property
    def left(self) -> str:
        """The time left as minutes and seconds; empty where it can't be told."""
        if self.left_s is None:
            return ""
        minutes, seconds = divmod(round(self.left_s), 60)
        return f"{minutes}:{seconds:02} left"


Layout = Callable[[Tally], dict[str, Bar]]
"""A bar for each stage, from the counts."""


class Bars:
    """One bar per stage, drawn while the context lasts and gone after it."""

    def __init__(self, console: Console, layout: Layout) -> None:
        self.layout = layout
        self.progress = Progress(
            TextColumn("{task.description:9}"),
            BarColumn(bar_width=None),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[bar].detail}", style="dim"),
            TextColumn("{task.fields[bar].left}"),
            console=console,
            transient=True,
            expand=True,
        )
        self.tasks: dict[str, TaskID] = {
            stage: self.progress.add_task(stage, total=None, bar=Bar()) for stage in layout(Tally())
        }

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.progress.stop()

    def say(self, line: str) -> None:
        """A line above the bars, which stays."""
        self.progress.console.print(Text(line))

    def show(self, tally: Tally) -> None:
        """Draws the counts."""
        for stage, bar in self.layout(tally).items():
            if stage not in self.tasks:
                self.tasks[stage] = self.progress.add_task(stage, total=None, bar=bar)
            self.progress.update(
                self.tasks[stage], completed=bar.done, total=bar.total or None, bar=bar
            )


def ingesting(tally: Tally) -> dict[str, Bar]:
    """The stages of an ingestion."""
    speed = f", {tally.pages.rate:.0f} pages/s" if tally.pages.done else ""
    detail = f"{tally.read:,} of {tally.files:,} files{speed}"
    waiting = tally.files - tally.read
    left = tally.pages.busy_s / tally.parsed * waiting if tally.parsed else None
    return {
        "parsing": _mining(tally) or Bar(tally.read, tally.files, detail, left),
        "embedding": _chunks(tally.embedded, tally.expected_chunks),
        "indexing": _chunks(tally.indexed, tally.expected_chunks),
        **_asking(tally),
    }


def rebuilding(tally: Tally) -> dict[str, Bar]:
    """The one stage of building the indexes anew."""
    detail = f"{tally.stored:,} of {tally.files:,} papers, {tally.embedded.rate:.0f} chunks/s"
    worked = tally.embedded.busy_s + tally.indexed.busy_s
    left = worked / tally.stored * (tally.files - tally.stored) if tally.stored else None
    done = _mining(tally) or Bar(tally.stored, tally.files, detail, left)
    return {"indexing": done, **_asking(tally)}


def _asking(tally: Tally) -> dict[str, Bar]:
    """The bar of a language model that writes, once one is asked."""
    if not tally.to_ask:
        return {}
    detail = f"{tally.asked.done:,} of {tally.to_ask:,} passages, {amount(tally.paid)}"
    return {"asking": Bar(tally.asked.done, tally.to_ask, detail)}


def _mining(tally: Tally) -> Bar | None:
    """The older papers that are mined first, in the first bar; None when that is done."""
    done, rate = tally.mined.done, tally.mined.rate
    if done == tally.to_mine:
        return None
    detail = f"mining {done:,} of {tally.to_mine:,} papers, this once"
    return Bar(done, tally.to_mine, detail, (tally.to_mine - done) / rate if rate else None)


def _chunks(stage: Stage, expected: int) -> Bar:
    detail = f"{stage.done:,} chunks, {stage.rate:,.0f} chunks/s" if stage.done else "waiting"
    left = (expected - stage.done) / stage.rate if stage.rate else None
    return Bar(stage.done, expected, detail, left)


def failures(failed: Sequence[Failed]) -> list[Text]:
    """The files that could not be ingested, each with the reason in one line."""
    return [
        Text.assemble(("failed  ", "bold red"), (f"{clean(f.source)}: {clean(f.reason)}", "red"))
        for f in failed
    ]
