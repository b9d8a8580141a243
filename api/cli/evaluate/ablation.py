"""``scholium eval ablation``: tells what each stage of the pipeline is worth."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.command import Command
from api.cli.evaluate.options import Asked, asking
from api.cli.options import Common


@click.command(
    cls=Command,
    examples=[
        "scholium eval ablation my-questions/ --out build/ablation",
        "scholium eval ablation qasper-dev --generations qasper-dev/generations.jsonl",
    ],
)
@asking
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The configuration to take stages from. "
    "[default: --config before the command, else $SCHOLIUM_CONFIG]",
)
@click.pass_context
def ablation(ctx: click.Context, asked: Asked, config: Path | None) -> None:
    """Switch off one stage at a time, and tell what each is worth on the questions of DATASET.

    Each row is the configuration without one of its stages: what it lacks against the first
    row is what the stage is worth.
    """
    from api.cli.evaluate.running import execute
    from eval.ablation import ablations
    from eval.experiment import configurations

    [base] = configurations([], config or ctx.ensure_object(Common).config)
    model = base.settings.llm.has("rewrite") or bool(asked.generations)
    execute(ctx, asked, ablations(base, model=model))
