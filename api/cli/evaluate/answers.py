"""``scholium eval answers``: scores what configurations answer, or what was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.command import Command
from api.cli.options import Common

if TYPE_CHECKING:
    from eval.answers.support import JudgeKind

JUDGES: tuple[JudgeKind, ...] = ("lexical", "entailment", "llm")

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is to ask, by what to judge it, and where the results go."""

    dataset: Path
    configs: tuple[Path, ...]
    recorded: tuple[Path, ...]
    library: Path | None
    whole_library: bool
    limit: int | None
    judge: JudgeKind
    floors: tuple[str, ...]
    ceilings: tuple[str, ...]
    out: Path | None
    answers_out: Path | None
    as_json: bool
    seed: int


@click.command(
    cls=Command,
    examples=[
        "scholium eval answers my-questions/ --out build/answers",
        "scholium eval answers my-questions/ --config quoting.toml --config writing.toml",
        "scholium eval answers my-questions/ --recorded yesterday.jsonl --recorded other.jsonl",
        "scholium eval answers my-questions/ --fail-under 'must contain=0.7'",
    ],
)
@click.argument("dataset", type=_FOLDER)
@click.option(
    "--config",
    "configs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A configuration to ask; several are compared with the first. "
    "[default: --config before the command, else $SCHOLIUM_CONFIG]",
)
@click.option(
    "--recorded",
    multiple=True,
    type=_FILE,
    metavar="FILE",
    help="Answers to judge, as --answers-out or ask --json writes them. May be repeated.",
)
@click.option(
    "--library",
    type=_FOLDER,
    metavar="DIR",
    help="A library that has the papers. [default: made of DATASET's papers]",
)
@click.option(
    "--whole-library",
    is_flag=True,
    help="Ask every question without saying which paper it is about.",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    metavar="N",
    help="Ask but N of the questions, spread evenly over the set.",
)
@click.option(
    "--judge",
    type=click.Choice(JUDGES),
    default=JUDGES[0],
    help="Who decides whether citations bear a statement out. [default: lexical]",
)
@click.option(
    "--out",
    type=_FOLDER,
    metavar="DIR",
    help="Keep report.html, report.json and answers there; the next run goes on there.",
)
@click.option(
    "--answers-out",
    type=_FILE,
    metavar="FILE",
    help="Write the answers, one JSON line each (several configurations: FILE-NAME).",
)
@click.option(
    "--fail-under",
    "floors",
    multiple=True,
    metavar="MEASURE=VALUE",
    help="Exit 1 if the first configuration's measure is lower. May be repeated.",
)
@click.option(
    "--fail-over",
    "ceilings",
    multiple=True,
    metavar="MEASURE=VALUE",
    help="The same if it is higher: for measures of which less is better.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Of the intervals and tests. [default: 0]",
)
@click.pass_context
def answers(ctx: click.Context, /, **given: Any) -> None:
    """Ask every question of DATASET within its papers, and score what is answered.

    Scored are the answers' words against gold answers, what they cite against gold evidence,
    whether the citations bear them out and point to the right section, what was refused, and
    numbers that stand nowhere. "top paragraph" is what taking the first hit for the answer gives.

    A run with --out that is stopped goes on where it was. Questions that get no answer are named,
    and the exit status is 1.
    """
    from api.cli.evaluate.answering import execute

    common = ctx.ensure_object(Common)
    wanted = Wanted(**{**given, "library": given["library"] or common.library})
    execute(ctx, wanted, common.config)
