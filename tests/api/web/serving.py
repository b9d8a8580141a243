"""The server that the browser looks at, and what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.api import hosting
from tests.api.hosting import Process as Served

REPOSITORY = Path(__file__).parents[3]
PAPERS = REPOSITORY / "examples" / "papers"

# What the papers say, and what a model might say of it.
QUESTION = "What is in the context line of a chunk?"
QUOTE = "followed by the path of section headings"
PROBE = "The context line is the title of the paper"


@contextmanager
def served(library: Path, port: int | None = None, **environment: str) -> Iterator[Served]:
    """``scholium serve`` of this checkout, in a process of its own."""
    env = {"PYTHONPATH": str(REPOSITORY), **environment}
    with hosting.served(library, library.parent / "server.log", port=port, env=env) as server:
        yield server


def with_model(url: str) -> dict[str, str]:
    """The settings for a model that writes answers and nothing else."""
    only_answers = {f"SCHOLIUM_QUERY__{key}": "false" for key in ("HYDE", "MULTI_QUERY", "CACHE")}
    return {
        "SCHOLIUM_LLM__MODEL": "openai/scripted",
        "SCHOLIUM_LLM__API_BASE": url,
        "SCHOLIUM_LLM__RETRIES": "0",
        "SCHOLIUM_QUERY__CONTEXTUALISE": "false",
        **only_answers,
    }


def port_of(server: Served) -> int:
    """Where it listens."""
    return int(server.url.rpartition(":")[2])
