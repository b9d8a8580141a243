"""An ingestion on a terminal: a bar per stage, then what failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from api.cli.tally import Stage, Tally
from api.cli.text import clean
from ingest.events import Failed

Positions = dict[str, tuple[int, int, str]]
"""For each stage how much is done, of how much (0: not known), and the words beside its bar."""


class Bars:
    """One bar per stage, drawn while the context lasts and gone after it."""

    def __init__(self, console: Console, positions: Callable[[Tally], Positions]) -> None:
        self.positions = positions
        self.progress = Progress(
            TextColumn("{task.description:9}"),
            BarColumn(bar_width=None),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[detail]}", style="dim"),
            TimeRemainingColumn(compact=True, elapsed_when_finished=True),
            console=console,
            transient=True,
            expand=True,
        )
        self.tasks: dict[str, TaskID] = {
            stage: self.progress.add_task(stage, total=None, detail="waiting")
            for stage in positions(Tally())
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

    def show(self, tally: Tally) -> None:
        """Draws the counts."""
        for stage, (done, total, detail) in self.positions(tally).items():
            self.progress.update(
                self.tasks[stage], completed=done, total=total or None, detail=detail
            )


def ingesting(tally: Tally) -> Positions:
    """The stages of an ingestion."""
    chunks = tally.expected_chunks
    return {
        "parsing": (
            tally.read,
            tally.files,
            f"{tally.read:,} of {tally.files:,} files, {tally.pages.rate:.0f} pages/s",
        ),
        "embedding": _chunks(tally.embedded, chunks),
        "indexing": _chunks(tally.indexed, chunks),
    }


def _chunks(stage: Stage, expected: int) -> tuple[int, int, str]:
    return stage.done, expected, f"{stage.done:,} chunks, {stage.rate:,.0f} chunks/s"


def rebuilding(tally: Tally) -> Positions:
    """The one stage of building the indexes anew."""
    detail = f"{tally.stored:,} of {tally.files:,} papers, {tally.embedded.rate:.0f} chunks/s"
    return {"indexing": (tally.stored, tally.files, detail)}


def failures(failed: Sequence[Failed]) -> list[Text]:
    """The files that could not be ingested, each with the reason in one line."""
    return [
        Text.assemble(("failed  ", "bold red"), (f"{f.source}: {clean(f.reason)}", "red"))
        for f in failed
    ]
