"""``scholium keys``: who may use a server of this library."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from api.cli.command import Command
from api.cli.console import emit, say
from api.cli.options import Common, common

if TYPE_CHECKING:
    from api.guard.keys import Key

SCOPES = ("read", "ask", "write", "admin")


@click.group()
def keys() -> None:
    """Create, list and revoke the keys of a server."""


@keys.command(
    cls=Command,
    examples=[
        "scholium keys create laptop --scope read --scope ask --scope write",
        "scholium keys create widget --scope ask --per-minute 30 --budget 5",
    ],
)
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    default=("read", "ask"),
    help="What it is for; several times for several. [default: read and ask]",
)
@click.option(
    "--per-minute", type=click.IntRange(1), metavar="N", help="Requests a minute, at most."
)
@click.option(
    "--budget",
    type=click.FloatRange(0),
    metavar="USD",
    help="What its questions may cost a month, by the language model's prices.",
)
@click.option("--days", type=click.FloatRange(0, min_open=True), help="It expires after so many.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@common
@click.pass_obj
def create(
    given: Common,
    name: str,
    scopes: tuple[str, ...],
    per_minute: int | None,
    budget: float | None,
    days: float | None,
    as_json: bool,
) -> None:
    """Create a key called NAME, and print it: it is shown this once.

    The widget's key can be read by all who see its page: give it the scope ask alone, with limits.
    """
    from api.guard.keys import Keys, Scope
    from rag.store.catalog_writer import WritableCatalog

    with WritableCatalog(given.path) as catalog:
        wanted = [Scope(scope) for scope in scopes]
        key, text = Keys(catalog).create(name, wanted, per_minute, budget, days)
    if as_json:
        emit({**_json(key), "key": text})
    else:
        click.echo(text)
        click.echo(f"key {key.key_id} for {name}; it is not shown again", err=True)


@keys.command("list", cls=Command, examples=["scholium keys list", "scholium keys list --json"])
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line per key.")
@common
@click.pass_obj
def listed(given: Common, as_json: bool) -> None:
    """List the keys, without their secrets."""
    from rich.table import Table
    from rich.text import Text

    from api.cli.text import clean
    from api.guard.keys import Keys
    from rag.store.catalog_writer import WritableCatalog

    with WritableCatalog(given.path) as catalog:
        found = Keys(catalog).all()
    if as_json:
        for key in found:
            emit(_json(key))
        return
    if not found:
        click.echo("no keys: `scholium keys create NAME` makes one")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("id", "name", "scopes", "a minute", "USD a month", "created", ""):
        table.add_column(column)
    for key in found:
        cells = (key.key_id, clean(key.name), *_limits(key), _date(key.created), _state(key))
        table.add_row(*map(Text, cells))
    say(table)


@keys.command(cls=Command, examples=["scholium keys revoke 1f3a9c02"])
@click.argument("key_id", metavar="ID")
@common
@click.pass_obj
def revoke(given: Common, key_id: str) -> None:
    """Revoke the key with this ID, at once and for ever."""
    from api.guard.keys import Keys
    from rag.store.catalog_writer import WritableCatalog

    with WritableCatalog(given.path) as catalog:
        Keys(catalog).revoke(key_id)
    click.echo(f"revoked {key_id}")


def _json(key: Key) -> dict[str, object]:
    return {
        "id": key.key_id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "per_minute": key.per_minute,
        "budget_usd": key.budget_usd,
        "created": key.created,
        "expires": key.expires,
        "revoked": key.revoked,
    }


def _limits(key: Key) -> tuple[str, str, str]:
    minute = "" if key.per_minute is None else str(key.per_minute)
    month = "" if key.budget_usd is None else f"{key.budget_usd:g}"
    return " ".join(sorted(key.scopes)), minute, month


def _state(key: Key) -> str:
    if key.revoked:
        return f"revoked {_date(key.revoked)}"
    if key.expires:
        return f"expires {_date(key.expires)}" if key.expires > time.time() else "expired"
    return ""


def _date(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds))
