"""What a chat prints of an answer: while it is written, and once it is checked."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import closing
from itertools import chain

from api.cli.console import is_terminal, say, stdout
from api.cli.render.answer import answered, completed
from api.cli.stream import Typewriter
from api.cli.text import WIDTH
from rag.types import Answer

Pieces = Generator[object, None, None]


def live(pieces: Pieces, by_model: bool) -> None:
    """Prints the answer as it comes; on Ctrl-C what is left of it is given up."""
    console = stdout()
    typed = Typewriter(min(console.width, WIDTH))
    with closing(pieces):
        with console.status("asking the model" if by_model else "searching"):
            first = next(piece for piece in pieces if isinstance(piece, str | Answer))
        for piece in chain([first], pieces):
            if isinstance(piece, str):
                _write(typed.feed(piece))
            elif isinstance(piece, Answer):
                _write(typed.end())
                say(completed(piece, typed.text))


def whole(pieces: Pieces) -> Answer:
    """The answer, once it is there."""
    with closing(pieces):
        return next(piece for piece in pieces if isinstance(piece, Answer))


def show(pieces: Pieces, by_model: bool) -> None:
    """As suits whoever reads: a person who waits, or a file."""
    if is_terminal():
        live(pieces, by_model)
    else:
        say(answered(whole(pieces)))


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
