"""Where the lines of a chat come from: a person at a terminal, or a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.cache import default_cache

PROMPT = "> "
MOST_KEPT = 1000
"""Lines that are remembered from session to session."""


def typed(prompt: str = PROMPT) -> Iterator[str]:
    """Lines as a person writes them, until the end of the input; Ctrl-C drops the line."""
    while True:
        sys.stdout.write("\n")
        try:
            yield input(prompt)
        except EOFError:
            sys.stdout.write("\n")
            return
        except KeyboardInterrupt:
            sys.stdout.write("\n")


def piped() -> Iterator[str]:
    """Lines of standard input."""
    for line in sys.stdin:
        yield line.rstrip("\r\n")


@contextmanager
def edited(words: Sequence[str]) -> Iterator[None]:
    """Lines can be edited, fetched again and completed by ``words``, where the system has readline.

    What was asked is kept in the user's cache folder, for the user alone to read.
    """
    try:
        import readline
    except ImportError:  # Windows: lines are read as they come
        yield
        return
    kept = default_cache() / "chat-history"
    with suppress(OSError):
        readline.read_history_file(kept)
    readline.set_history_length(MOST_KEPT)
    readline.set_completer_delims(" ")
    readline.set_completer(lambda begun, at: _nth([w for w in words if w.startswith(begun)], at))
    readline.parse_and_bind("tab: complete")
    try:
        yield
    finally:
        readline.set_completer(None)
        with suppress(OSError):
            _private(kept)
            readline.write_history_file(kept)


def _private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)


def _nth(words: Sequence[str], at: int) -> str | None:
    return words[at] if at < len(words) else None
