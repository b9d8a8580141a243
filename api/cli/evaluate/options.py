"""The options that the commands of ``scholium eval`` share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from eval.datasets import Dataset
    from rag.query.recorded import Generation

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is to ask, and what to make of it."""

    dataset: Path
    split: str
    whole_library: bool
    generations: Path | None
    only_recorded: bool
    out: Path | None
    run_out: Path | None
    seed: int

    def data(self, recorded: dict[str, Generation]) -> Dataset:
        """The questions as they are to be asked. Raises UsageError."""
        from eval.datasets import load_dataset
        from eval.experiment import over_whole_library
        from eval.generations import recorded_only

        data = load_dataset(self.dataset, self.split)
        if self.whole_library:
            data = over_whole_library(data)
        if recorded and self.only_recorded:
            data = replace(data, questions=recorded_only(data.questions, recorded))
        return data


def asking(command: F) -> F:
    """Adds what says which questions to ask, and where the results go: an ``Asked``."""

    @wraps(command)
    def gathered(*args: Any, dataset: Path, **given: Any) -> Any:
        own = {name: given.pop(name) for name in Asked.__dataclass_fields__ if name != "dataset"}
        return command(*args, asked=Asked(dataset=dataset, **own), **given)

    made: Any = gathered
    for option in reversed(_OPTIONS):
        made = option(made)
    return made  # type: ignore[no-any-return]


def _file(**kind: bool) -> click.Path:
    return click.Path(path_type=Path, **kind)


_OPTIONS = (
    click.argument("dataset", type=_file()),
    click.option(
        "--split",
        default="",
        metavar="NAME",
        help="Which judgements of a BEIR folder. [default: test, else dev, else train]",
    ),
    click.option(
        "--whole-library",
        is_flag=True,
        help="Ask every question without saying which paper it is about.",
    ),
    click.option(
        "--generations",
        type=_file(dir_okay=False),
        metavar="FILE",
        help="Recorded texts of a language model (hyde, queries, step_back) to use in its place.",
    ),
    click.option(
        "--only-recorded/--all-questions",
        default=True,
        help="With --generations: ask only the questions that have some. [default: only those]",
    ),
    click.option(
        "--out",
        type=_file(file_okay=False),
        metavar="DIR",
        help="Keep libraries, report.html, report.json and runs there; the next run goes on there.",
    ),
    click.option(
        "--run-out",
        type=_file(dir_okay=False),
        metavar="FILE",
        help="Write what was found, one JSON line per question "
        "(several configurations: FILE-NAME).",
    ),
    click.option(
        "--seed",
        type=click.IntRange(0),
        default=0,
        metavar="N",
        help="Of the intervals and tests. [default: 0]",
    ),
)
