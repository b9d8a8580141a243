"""What an evaluation of answers is to ask, and by what it judges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from api.cli.evaluate.answers import Wanted
from eval.answers.attribution import Support
from eval.answers.judging import support_by
from eval.answers.records import read_recorded
from eval.answers.sections import Place
from eval.answers.values import Given
from eval.datasets import Dataset, Question, load_dataset
from eval.experiment import Configuration, configurations, distinct_names, over_whole_library
from rag.config import load
from rag.errors import UsageError


@dataclass(slots=True)
class Plan:
    """What is to be asked and judged. ``places`` and ``remarks`` are learned from the library."""

    wanted: Wanted
    data: Dataset
    configurations: Sequence[Configuration]
    recorded: Mapping[str, dict[str, Given]]
    support: Support
    places: Mapping[str, Sequence[Place]] | None = None
    remarks: list[str] = field(default_factory=list)


def planned(wanted: Wanted, usual: Path | None) -> Plan:
    """``usual`` is the file of settings given before the command. Raises UsageError, ConfigError,
    EmbeddingError.
    """
    data = load_dataset(wanted.dataset)
    if wanted.whole_library:
        data = over_whole_library(data)
    data = replace(data, questions=_spread(data.questions, wanted.limit))
    recorded = {
        name: read_recorded(path, data.questions)
        for name, path in distinct_names(wanted.recorded).items()
    }
    tried = _configurations(wanted, usual)
    if both := recorded.keys() & {each.name for each in tried}:
        raise UsageError(f"{both.pop()!r} is a configuration and recorded answers: rename one file")
    settings = tried[0].settings if tried else load(usual)
    return Plan(wanted, data, tried, recorded, support_by(wanted.judge, settings))


def _configurations(wanted: Wanted, usual: Path | None) -> list[Configuration]:
    """Those that were named; the usual one where nothing else is given to judge."""
    if wanted.recorded and not wanted.configs:
        return []
    return configurations(wanted.configs, usual)


def _spread(items: tuple[Question, ...], limit: int | None) -> tuple[Question, ...]:
    """At most ``limit`` of the items, evenly spaced."""
    if limit is None or limit >= len(items):
        return items
    return tuple(items[i * len(items) // limit] for i in range(limit))
