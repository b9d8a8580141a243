"""``scholium watch``: the library follows what people put into folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.command import Command
from api.cli.console import emit
from api.cli.options import Common, common
from api.cli.patience import announce_conversion
from api.cli.text import printable
from rag.errors import UsageError

if TYPE_CHECKING:
    from ingest.events import Event


@click.command(
    cls=Command,
    examples=[
        "scholium watch ~/Papers",
        "scholium watch papers/ ~/Downloads --settle 5",
        "scholium watch ~/Papers --remove --json",
    ],
)
@click.argument(
    "folders",
    metavar="FOLDER...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@click.option(
    "--settle",
    "settle_s",
    type=click.FloatRange(0.1),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a file must be the same before it is read.",
)
@click.option("--remove", is_flag=True, help="Take papers out whose files are gone.")
@click.option(
    "--jobs",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="How many files to read at once. [default: ingest.jobs, else one per core]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line per file.")
@common
@click.pass_obj
def watch(
    given: Common,
    folders: tuple[Path, ...],
    settle_s: float,
    remove: bool,
    jobs: int,
    as_json: bool,
) -> None:
    """Read what is put into folders, until you stop it with Ctrl-C.

    New and changed files are ingested as soon as nobody writes to them any more. A file that can't
    be read is named with the reason. Of files that are gone you are told, and their papers stay in
    the library, unless you ask for --remove.
    """
    from ingest.watch.noticing import noticing
    from ingest.watch.watching import Watch

    settings = given.settings()
    announce_conversion(settings)
    places = [folder.expanduser().resolve() for folder in folders]
    if missing := [str(place) for place in places if not place.is_dir()]:
        raise UsageError(f"there is no folder {', '.join(missing)}: check the path")
    click.echo(f"watching {', '.join(map(str, places))}; stop with Ctrl-C", err=True)
    try:
        with noticing(places, _say_trouble) as listener:
            watched = Watch(
                places, given.path, settings, listener.wait, settle_s, remove=remove, jobs=jobs
            )
            for event in watched.run():
                _tell(event, as_json=as_json)
    except KeyboardInterrupt:
        click.echo("stopped", err=True)


def _tell(event: Event, *, as_json: bool) -> None:
    from api.cli.tally import file_line
    from api.schemas import file_json
    from ingest.events import Trouble

    if isinstance(event, Trouble):
        _say_trouble(event.reason)
    elif as_json:
        if value := file_json(event):
            emit(value)
    elif line := file_line(event):
        click.echo(line)


def _say_trouble(reason: str) -> None:
    click.echo(f"{click.style('trouble:', fg='yellow')} {printable(reason)}", err=True)
