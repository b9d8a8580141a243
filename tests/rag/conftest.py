"""Fixtures for the stages of a query."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from rag.config import Llm
from rag.llm import ChatModel
from tests.scripted_llm import MODEL, ScriptedServer, says, scripted_server

PATIENT = {"timeout_s": 10.0, "stall_s": 10.0, "deadline_s": 20.0, "retries": 1}


@pytest.fixture(scope="session")
def warm_server() -> Iterator[ScriptedServer]:
    """A model server, with litellm loaded: its first call alone takes a second."""
    with scripted_server() as server:
        server.play(says("pong"))
        ChatModel(Llm(model=MODEL, api_base=server.url), {}).ping()
        yield server


@pytest.fixture
def server(warm_server: ScriptedServer) -> ScriptedServer:
    """A model server to play a script on."""
    warm_server.play(says("pong"))
    return warm_server


@pytest.fixture
def make_model(server: ScriptedServer) -> Callable[..., ChatModel]:
    """Makes a model on the server. It is patient, but for what keywords change."""

    def make(environ: dict[str, str] | None = None, **changes: object) -> ChatModel:
        settings = {"model": MODEL, "api_base": server.url, **PATIENT, **changes}
        return ChatModel(Llm.model_validate(settings), environ or {})

    return make
