"""What a terminal shows of an answer: while it is written, and once it is checked."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import chain
from typing import cast

from rich.console import Console

from api.cli.console import is_terminal, say, stdout
from api.cli.render.answer import answered, completed
from api.cli.render.steps import brief
from api.cli.stream import Typewriter
from api.cli.text import WIDTH
from rag.types import Answer, Retrieval, Step

Pieces = Iterator[object]
"""As `Library.ask_stream` gives them."""


def live(pieces: Pieces, by_model: bool) -> Answer:
    """Prints the answer as it comes, and the checked one after it if it differs; on Ctrl-C what is
    left of it is given up.
    """
    console = stdout()
    typed = Typewriter(min(console.width, WIDTH))
    with _closing(pieces) as stream:
        for piece in chain([_first(stream, console, by_model)], stream):
            if isinstance(piece, str):
                _write(typed.feed(piece))
            elif isinstance(piece, Answer):
                _write(typed.end())
                say(completed(piece, typed.text))
                answer = piece
    return answer


def whole(pieces: Pieces) -> Answer:
    """The answer, once it is there."""
    with _closing(pieces) as stream:
        return next(piece for piece in stream if isinstance(piece, Answer))


def show(pieces: Pieces, by_model: bool) -> None:
    """As suits whoever reads: a person who waits, or a file."""
    if is_terminal():
        live(pieces, by_model)
    else:
        say(answered(whole(pieces)))


def _first(stream: Pieces, console: Console, by_model: bool) -> str | Answer:
    """The first of the answer; until it comes, what is done, and above that the steps that were."""
    with console.status("searching") as status:
        for piece in stream:
            if isinstance(piece, str | Answer):
                return piece
            if isinstance(piece, Retrieval) and by_model:
                status.update("asking the model")
            elif isinstance(piece, Step):
                console.print(brief(piece))
    raise AssertionError("a stream ends with an answer")


def _closing(pieces: Pieces) -> closing[Generator[object, None, None]]:
    return closing(cast("Generator[object, None, None]", pieces))


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
