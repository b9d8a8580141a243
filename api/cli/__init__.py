"""The command line. Every command is a module of its own, imported when it is called."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import Any, NoReturn

import click

from api.cli.errors import STOPPED, report
from api.cli.lazy import Lazy, LazyGroup
from api.cli.options import Common, common

COMMANDS = {
    "Papers": {
        "ingest": Lazy("api.cli.ingest:ingest", "Read papers into the library."),
        "watch": Lazy("api.cli.watch:watch", "Keep the library up to date with folders."),
        "papers": Lazy("api.cli.library:papers", "List the papers in the library."),
        "show": Lazy("api.cli.library:show", "Show a paper and its sections."),
        "enrich": Lazy("api.cli.enrich:enrich", "Look up what papers don't tell of themselves."),
        "remove": Lazy("api.cli.library:remove", "Take a paper out of the library."),
    },
    "Questions": {
        "search": Lazy("api.cli.search:search", "Find passages."),
        "ask": Lazy("api.cli.ask:ask", "Answer a question, with citations."),
        "chat": Lazy("api.cli.chat:chat", "Ask one question after the other."),
        "compare": Lazy("api.cli.compare:compare", "Compare what papers say, and find conflicts."),
    },
    "Serving": {
        "serve": Lazy("api.cli.serve:serve", "Serve a chat page, an HTTP API and a widget."),
        "mcp": Lazy("api.cli.mcp:mcp", "Serve an assistant that speaks MCP, over stdio."),
        "keys": Lazy("api.cli.keys:keys", "Create, list and revoke the keys of a server."),
    },
    "Measuring": {
        "eval": Lazy(
            "api.cli.evaluate:evaluate", "Measure retrieval and answers on a question set."
        ),
    },
    "Upkeep": {
        "doctor": Lazy("api.cli.doctor:doctor", "Check the installation and the library."),
        "reindex": Lazy("api.cli.ingest:reindex", "Build the indexes anew from the papers."),
        "completion": Lazy("api.cli.completion:completion", "Print a shell's completion script."),
    },
}


class Scholium(LazyGroup):
    """The group with our way of ending: one line for an error, never a traceback unasked."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the command line and exits."""
        given = Common()
        _print_anything()
        signal.signal(signal.SIGTERM, _stop)
        try:
            result = super().main(*args, **{**kwargs, "standalone_mode": False, "obj": given})
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            click.echo("stopped", err=True)
            sys.exit(STOPPED)
        except Exception as error:  # noqa: BLE001  (the last line of defence: nothing passes it)
            sys.exit(report(error, given.path, given.debug))
        sys.exit(result if isinstance(result, int) else 0)


def _stop(signum: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
    """Ends a terminated command as Ctrl-C does, with its locks freed and its workers gone."""
    raise KeyboardInterrupt


def _print_anything() -> None:
    """Lets no character that the terminal's encoding lacks end a command."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")


@click.group(
    cls=Scholium,
    sections=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Begin with: scholium ingest papers/, then: scholium ask 'What is ...?'",
)
@common
@click.version_option(package_name="scholium", prog_name="scholium", message="%(prog)s %(version)s")
def main() -> None:
    """Ask machine-learning papers, and get answers cited to section, page and words.

    Everything works offline. With a language model in the configuration, it writes the answers.
    """
