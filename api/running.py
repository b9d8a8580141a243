"""How uvicorn runs the application."""

from __future__ import annotations

from typing import Any

from api.connections import Hasty
from rag.config import Serve

GRACE_S = 5
"""After answers have had their time, for connections to close."""


def uvicorn_options(table: Serve) -> dict[str, Any]:
    """For `uvicorn.run` and `uvicorn.Config`."""
    return {
        "host": table.host,
        "port": table.port,
        "log_config": None,
        "access_log": False,  # api.guard.requests has more to say
        "server_header": False,
        "proxy_headers": False,  # anybody could send them
        "http": Hasty,
        "timeout_graceful_shutdown": round(table.drain_s) + GRACE_S,
    }
