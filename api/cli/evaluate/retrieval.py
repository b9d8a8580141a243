"""``scholium eval retrieval``: scores what configurations find."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.command import Command
from api.cli.evaluate.options import Asked, asking
from api.cli.options import Common


@click.command(
    cls=Command,
    examples=[
        "scholium eval retrieval my-questions/ --out build/mine",
        "scholium eval retrieval qasper-dev --config configs/bm25-only.toml --config mine.toml",
        "scholium eval retrieval scifact/ --split test",
        "scholium eval retrieval my-questions/ --fail-under R@700w=0.6",
    ],
)
@asking
@click.option(
    "--config",
    "configs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A configuration to try; several are compared with the first. "
    "[default: --config before the command, else $SCHOLIUM_CONFIG]",
)
@click.option(
    "--fail-under",
    "floors",
    multiple=True,
    metavar="MEASURE=VALUE",
    help="Exit 1 if the first configuration's measure is lower. May be repeated.",
)
@click.pass_context
def retrieval(
    ctx: click.Context, asked: Asked, configs: tuple[Path, ...], floors: tuple[str, ...]
) -> None:
    """Ask every question of DATASET within its papers, and score what is found.

    DATASET is a folder with papers/ and questions.jsonl, or one in the form of BEIR or TREC.
    Where evidence is given, relevance is judged by its passages, whatever the chunks: R@700w is
    the share of the evidence within the first 700 words found, MRR the mean reciprocal rank of
    the first relevant hit. Where papers are judged, the measures are nDCG, R, P, MRR and AP.

    A run with --out that is stopped goes on where it was.
    """
    from api.cli.evaluate.running import execute
    from eval.experiment import configurations

    execute(ctx, asked, configurations(configs, ctx.ensure_object(Common).config), floors)
