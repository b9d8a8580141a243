"""``scholium chat``: a conversation on the terminal, in a thread that is kept."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from api.cli.command import Command
from api.cli.console import emit, say
from api.cli.errors import FAILED, STOPPED, report
from api.cli.options import Common, Years, common, filters, llm_switch, where, without_model
from api.cli.patience import announce_conversion, warm_up_model
from api.cli.text import clean

if TYPE_CHECKING:
    from api.cli.chatting.talk import Talk
    from rag.types import Role


@click.command(
    cls=Command,
    examples=[
        "scholium chat",
        "scholium chat --paper 1706.03762",
        "scholium chat --continue",
        "scholium chat --continue --json | jq -r .answer",
    ],
)
@click.option("--thread", "thread_id", metavar="ID", help="Go on with this thread.")
@click.option("--continue", "last", is_flag=True, help="Go on with the thread last used.")
@filters
@llm_switch("Search with the questions as they are, and quote the papers")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per answer.")
@common
@click.pass_context
def chat(
    ctx: click.Context,
    thread_id: str | None,
    last: bool,
    papers: tuple[str, ...],
    roles: tuple[Role, ...],
    years: Years | None,
    no_llm: bool,
    as_json: bool,
) -> None:
    """Ask one question after the other; each may refer to those before it.

    Lines that begin with / are commands: /help lists them. The conversation is kept as a thread,
    which --continue takes up again and the chat page of `scholium serve` shows, too. --paper pins
    it to papers. Questions may come through a pipe, one a line.
    """
    from api.cli.chatting.talk import Talk
    from rag.build import open_library
    from rag.build_query import condense
    from rag.errors import UsageError
    from rag.store.catalog_writer import WritableCatalog
    from rag.store.connection import RECORD_CACHE_KIB
    from rag.store.conversations import Conversations

    if thread_id and last:
        raise UsageError("--thread and --continue each name a thread: choose one")
    given: Common = ctx.obj
    settings = without_model(given.settings()) if no_llm else given.settings()
    with (
        open_library(given.path, settings) as library,
        WritableCatalog(given.path, RECORD_CACHE_KIB) as catalog,
    ):
        announce_conversion(settings, answers=True)
        warm_up_model(settings)
        limits = where((), roles, years)
        talk = Talk(library, Conversations(catalog), condense(settings), limits)
        _begin(talk, thread_id, last, papers)
        by_model = settings.llm.has("answer")
        ctx.exit(
            _piped(talk, given, as_json) if _from_pipe(as_json) else _typed(talk, given, by_model)
        )


def _begin(talk: Talk, thread_id: str | None, last: bool, papers: tuple[str, ...]) -> None:
    """Opens the thread that was asked for, pinned to ``papers`` if there are any."""
    from api.cli.chatting.talk import OWNER
    from rag.errors import UsageError

    if last:
        threads, _ = talk.conversations.threads(OWNER, 1, 0)
        if not threads:
            raise UsageError("there is no thread to continue: leave out --continue to begin one")
        thread_id = threads[0].thread_id
    if thread_id:
        talk.open(thread_id)
    if papers:
        talk.pin([talk.library.resolve(paper) for paper in papers])


def _from_pipe(as_json: bool) -> bool:
    return as_json or not sys.stdin.isatty()


def _typed(talk: Talk, given: Common, by_model: bool) -> int:
    """The session of a person at a terminal; nothing that fails ends it."""
    from api.cli.chatting.commands import Quit, greeting, words
    from api.cli.chatting.lines import edited, typed
    from rag.errors import ScholiumError

    signal.signal(signal.SIGTERM, _end)  # else it would be taken for Ctrl-C, which only stops
    say(greeting(talk))
    with edited(words(talk)), suppress(Quit):
        for line in typed():
            try:
                _answer(talk, line, by_model)
            except KeyboardInterrupt:
                click.echo("\nstopped", err=True)
            except ScholiumError as error:
                report(error, given.path, given.debug)
    return 0


def _answer(talk: Talk, line: str, by_model: bool) -> None:
    from api.cli.chatting.commands import is_command, obey
    from api.cli.showing import show

    if is_command(line):
        say(obey(talk, line))
    elif line.strip():
        show(talk.ask(line.strip()), by_model)
        _remember(talk)


def _piped(talk: Talk, given: Common, as_json: bool) -> int:
    """Questions and commands from a pipe, each on a line; 1 if any failed, each named."""
    from api.cli.chatting.commands import Quit
    from api.cli.chatting.lines import piped
    from rag.errors import ScholiumError

    status = 0
    with suppress(Quit):
        for line in piped():
            try:
                _answer_line(talk, line, as_json)
            except ScholiumError as error:
                report(error, given.path, given.debug)
                status = FAILED
    return status


def _answer_line(talk: Talk, line: str, as_json: bool) -> None:
    """As JSON, what commands say goes to standard error."""
    from api.cli.chatting.commands import is_command, obey
    from api.cli.render.answer import answered
    from api.cli.showing import whole

    if is_command(line):
        say(obey(talk, line), err=as_json)
    elif line.strip():
        answer = whole(talk.ask(line.strip()))
        if as_json:
            emit(talk.last or {})
        else:
            click.echo(f"> {clean(line)}\n")
            say(answered(answer))
            click.echo()
        _remember(talk)


def _remember(talk: Talk) -> None:
    """Where this fails, later questions are understood from fewer turns."""
    from rag.errors import ScholiumError

    with suppress(ScholiumError):
        talk.remember()


def _end(signum: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
    raise SystemExit(STOPPED)
