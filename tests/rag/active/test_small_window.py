"""Active methods over a library, with a model that reads little at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.build import open_library
from rag.config import Settings
from rag.exchange import count_tokens
from tests.rag.active.test_conformance import plays_along
from tests.scripted_llm import MODEL, ScriptedServer

QUESTION = "What is in a chunk's context line, and which constant does rank fusion use?"
WINDOW, ANSWER = 2_600, 400


@pytest.mark.parametrize("kind", ["flare", "multi-hop", "astute"])
def test_no_request_is_longer_than_the_window(
    small_library: Path, server: ScriptedServer, kind: str
) -> None:
    table = {"model": MODEL, "api_base": server.url, "context_tokens": WINDOW, "max_tokens": ANSWER}
    settings = Settings.model_validate({"llm": table, "active": {"kind": kind}})
    server.play(plays_along)
    with open_library(small_library, settings) as library:
        answer = library.ask(QUESTION)
    assert answer.trace.steps
    texts = [
        "\n".join(message["content"] for message in request["messages"])
        for request in server.requests
    ]
    lengths = count_tokens(MODEL, texts)
    assert max(lengths) + ANSWER <= WINDOW
    assert max(lengths) > WINDOW // 2  # so that something had to be left out
