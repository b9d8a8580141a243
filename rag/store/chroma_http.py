"""Reaching a Chroma server."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

import chromadb
import httpx
from chromadb.config import Settings
from chromadb.errors import ChromaError

from rag.errors import ConfigError, SearchEngineError

HTTP_FAILURES = (httpx.HTTPError,)

CONNECT_TIMEOUT_S = 5.0
REQUEST_TIMEOUT_S = 60.0
"""Chroma's own client would wait for ever."""


def connect(url: str, settings: Settings) -> Any:
    """A client of the server at ``url``. Raises ConfigError, SearchEngineError."""
    host, port, ssl = parse_url(url)
    try:
        socket.create_connection((host, port), CONNECT_TIMEOUT_S).close()
        client = chromadb.HttpClient(host=host, port=port, ssl=ssl, settings=settings)
    except (ChromaError, ValueError, OSError, *HTTP_FAILURES) as error:
        raise SearchEngineError(
            f"no Chroma server answers at {url} ({error}): start it with "
            f"`chroma run --host {host} --port {port}`, or correct [dense] url"
        ) from error
    for session in _sessions(client):
        session.timeout = httpx.Timeout(REQUEST_TIMEOUT_S)
    return client


def close_session(client: Any) -> None:
    """Closes the client and its connections, which `Client.close` leaves open."""
    sessions = _sessions(client)
    client.close()
    for session in sessions:
        session.close()


def parse_url(url: str) -> tuple[str, int, bool]:
    """Host, port and whether to use TLS. Raises ConfigError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"[dense] url = {url!r} is not a URL: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ConfigError(
            f"[dense] url = {url!r} must look like http://localhost:8000 or https://host:443"
        )
    ssl = parts.scheme == "https"
    return parts.hostname, port or (443 if ssl else 8000), ssl


def _sessions(client: Any) -> list[httpx.Client]:
    # Nothing public leads to them.
    return [part._server._session for part in (client, client._admin_client)]  # noqa: SLF001
