"""What a line that begins with "/" does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.text import Text

from api.cli.chatting.talk import OWNER, Talk
from api.cli.render.threads import paper_lines, passage, recap, thread_list
from rag.errors import UsageError
from rag.store.conversations import Thread

LISTED = 20
"""Threads, and papers, that are listed at once."""


class Quit(Exception):
    """The user wants to end."""


@dataclass(frozen=True, slots=True)
class Command:
    """``takes`` names what follows the command's name; "" is nothing."""

    takes: str
    help: str
    run: Callable[[Talk, str], RenderableType]


def obey(talk: Talk, line: str) -> RenderableType:
    """Does what ``line`` ("/pin BERT") says: what to show. Raises ScholiumError, Quit."""
    name, _, rest = line.strip().removeprefix("/").partition(" ")
    command = COMMANDS.get(_ALIASES.get(name, name))
    if command is None:
        raise UsageError(f"no command /{name}: /help lists them")
    if rest.strip() and not command.takes:
        raise UsageError(f"/{name} takes nothing, but was given {rest.strip()!r}")
    return command.run(talk, rest.strip())


def is_command(line: str) -> bool:
    """Whether a line is none of the questions."""
    return line.lstrip().startswith("/")


def greeting(talk: Talk) -> RenderableType:
    """What a session begins with: the thread that goes on, or how to begin."""
    told = Text("Ask a question. /help lists the commands, Ctrl-D ends.", "dim")
    pins = [_pins(talk)] if talk.papers else []
    thread = talk.conversations.thread(talk.thread_id) if talk.thread_id else None
    if thread is None:
        return Group(*pins, told)
    return Group(recap(thread, talk.conversations.last(thread.thread_id, 1)), *pins, Text(), told)


def words(talk: Talk) -> list[str]:
    """What the Tab key completes: commands, and the ids of papers."""
    return [*(f"/{name} " for name in COMMANDS), *(row.paper_id for row in talk.library.papers())]


def _help(talk: Talk, _: str) -> RenderableType:  # noqa: ARG001
    width = max(len(f"/{name} {command.takes}") for name, command in COMMANDS.items())
    lines = [
        f"{f'/{name} {command.takes}':<{width}}  {command.help}"
        for name, command in COMMANDS.items()
    ]
    return Text("\n".join(["Anything else is a question.", *lines]))


def _papers(talk: Talk, part: str) -> RenderableType:
    wanted = part.casefold()
    rows = [
        row
        for row in talk.library.papers()
        if wanted in row.metadata.title.casefold() or wanted in row.paper_id.casefold()
    ]
    if not rows:
        raise UsageError(f"no paper has {part!r} in its title" if part else "the library is empty")
    shown = {row.paper_id: row.metadata.title for row in rows[:LISTED]}
    more = len(rows) - len(shown)
    hint = f"and {more} more: /papers PART lists those with PART in their titles" if more else ""
    return Group(paper_lines(shown, talk.papers), *([Text(hint, "dim")] if hint else []))


def _pin(talk: Talk, names: str) -> RenderableType:
    if not names:
        return _pins(talk)
    found = [talk.library.resolve(name) for name in names.split(";") if name.strip()]
    talk.pin([*talk.papers, *found])
    return _pins(talk)


def _unpin(talk: Talk, names: str) -> RenderableType:
    found = [_pinned_paper(talk, name) for name in names.split(";") if name.strip()]
    talk.pin([paper for paper in talk.papers if found and paper not in found])
    return _pins(talk)


def _pinned_paper(talk: Talk, name: str) -> str:
    """A pinned paper, which may have been removed from the library."""
    paper = name.strip() if name.strip() in talk.papers else talk.library.resolve(name)
    if paper not in talk.papers:
        raise UsageError(f"{paper} is not pinned: /pin says what is")
    return paper


def _pins(talk: Talk) -> RenderableType:
    if not talk.papers:
        return Text("Questions go to the whole library.")
    titles = {row.paper_id: row.metadata.title for row in talk.library.papers()}
    shown = {paper: titles.get(paper, "(removed)") for paper in talk.papers}
    return Group(Text("Questions go to these papers alone:"), paper_lines(shown, talk.papers))


def _threads(talk: Talk, _: str) -> RenderableType:
    threads = _recent(talk)
    if not threads:
        return Text("No threads yet.")
    return thread_list(threads, talk.thread_id)


def _open(talk: Talk, which: str) -> RenderableType:
    if not which:
        raise UsageError("which thread? /open N, with a number that /threads shows, or an id")
    threads = _recent(talk)
    by_number = which.isdigit() and 1 <= int(which) <= len(threads)
    thread = talk.open(threads[int(which) - 1].thread_id if by_number else which)
    return recap(thread, talk.conversations.last(thread.thread_id, 1))


def _new(talk: Talk, _: str) -> RenderableType:
    talk.begin_anew()
    return Text("The next question begins a new thread.")


def _show(talk: Talk, which: str) -> RenderableType:
    citations = (talk.last or {}).get("citations", [])
    if not citations:
        raise UsageError("there is nothing to show: the last answer cites nothing")
    wanted = f"[{which.strip('[]')}]"
    found = [citation for citation in citations if citation["marker"] == wanted]
    if not found:
        markers = " ".join(dict.fromkeys(citation["marker"] for citation in citations))
        raise UsageError(f"which passage? /show N, with N of {markers}")
    evidence = (talk.last or {}).get("evidence", [])
    return passage(found, evidence)


def _quit(talk: Talk, _: str) -> RenderableType:  # noqa: ARG001
    raise Quit


def _recent(talk: Talk) -> list[Thread]:
    return talk.conversations.threads(OWNER, LISTED, 0)[0]


COMMANDS: Mapping[str, Command] = {
    "show": Command("N", "show the passage that [N] stands for", _show),
    "papers": Command("PART", "list the papers, or those with PART in their titles", _papers),
    "pin": Command("PAPER", "ask this paper alone (several: with ; between them)", _pin),
    "unpin": Command("PAPER", "the opposite; without PAPER, of all", _unpin),
    "threads": Command("", "list the threads, the last used first", _threads),
    "open": Command("N", "go on with a thread", _open),
    "new": Command("", "begin a new thread", _new),
    "help": Command("", "list these commands", _help),
    "quit": Command("", "end, as Ctrl-D does", _quit),
}

_ALIASES = {"exit": "quit", "q": "quit", "?": "help", "h": "help"}
