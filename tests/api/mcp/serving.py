"""An MCP server on loopback, mounted as the main server mounts it."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from api.mcp.server import mcp_app
from rag import Library
from rag.build_active import comparer
from rag.config import Settings

ROOT = Path(__file__).parents[3]
CODE = "from api.cli import main; main()"


@contextmanager
def at_port(library: Library, **how: Any) -> Iterator[str]:
    """The URL of a running server."""
    mounted = mcp_app(library, comparer(Settings()), **how)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with mounted.running():
            yield

    app = Starlette(routes=[Route("/mcp", endpoint=mounted)], lifespan=lifespan)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        server.should_exit = True
        thread.join(30)
