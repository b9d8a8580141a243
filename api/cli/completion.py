"""``scholium completion``: the script that teaches a shell our commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from api.cli.command import Command

NAME = "scholium"


@click.command(
    cls=Command,
    examples=[
        "scholium completion bash >> ~/.bashrc",
        "scholium completion zsh >> ~/.zshrc",
        "scholium completion fish > ~/.config/fish/completions/scholium.fish",
    ],
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of SHELL (bash, zsh or fish)."""
    kind = get_completion_class(shell)
    assert kind is not None, shell  # noqa: S101  (the choices are click's own)
    click.echo(kind(ctx.find_root().command, {}, NAME, f"_{NAME.upper()}_COMPLETE").source())
