"""Who is let through to what costs something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from starlette.requests import Request

from rag.types import Answer, Comparison, Retrieval

Asked = TypeVar("Asked", Answer, Comparison)


class Gate(Protocol):
    """Lets callers through to what costs something: where a server counts and refuses.

    The request is None over stdio. Refusals are UsageErrors.
    """

    def search(self, request: Request | None, act: Callable[[], Retrieval]) -> Retrieval:
        """What ``act`` finds for whoever sent the request."""

    def ask(self, request: Request | None, act: Callable[[], Asked]) -> Asked:
        """What ``act`` answers, or finds that papers say."""


class Open:
    """Lets everybody through."""

    def search(self, _: Request | None, act: Callable[[], Retrieval]) -> Retrieval:
        return act()

    def ask(self, _: Request | None, act: Callable[[], Asked]) -> Asked:
        return act()
