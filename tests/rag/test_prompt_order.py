"""What requests have in common comes first in all of them, so that servers can keep what they read.

Prefix caches (vLLM's, OpenAI's, Anthropic's) know a prompt by its beginning.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from rag.build import open_library
from rag.config import Settings
from tests.scripted_llm import MODEL, ScriptedServer, says

QUESTIONS = ("What is in the context line?", "Wie viele Token darf ein Chunk haben?")


def test_every_kind_of_request_begins_with_what_never_changes(
    small_library: Path, server: ScriptedServer
) -> None:
    query = {"step_back": True, "cache": False, "deadline_s": 30.0}
    settings = {
        "llm": {"model": MODEL, "api_base": server.url},
        "query": query,
        "rerank": {"kind": "llm", "deadline_s": 30.0},
    }
    server.play(says("1"))
    with open_library(small_library, Settings.model_validate(settings)) as library:
        for question in QUESTIONS:
            library.ask(question)
    told = defaultdict(list)
    for request in server.requests:
        first, *rest = request["messages"]
        assert first["role"] == "system"
        assert all(question not in first["content"] for question in QUESTIONS)
        told[first["content"]].append(rest)
    repeated = [rests for rests in told.values() if len(rests) > 1]
    assert len(repeated) >= 4  # multi-query, HyDE, step-back, the order and the answer
    assert all(rests[0] != rests[1] for rests in repeated)
