"""From a question to a cited answer.

What programs use is here: ``from rag import Library``. It is loaded when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.async_library import AsyncLibrary
    from rag.library import Library
    from rag.types import Filter, Role, Turn

__all__ = ["AsyncLibrary", "Filter", "Library", "Role", "Turn"]

_HOMES = {
    "AsyncLibrary": "rag.async_library",
    "Filter": "rag.types",
    "Library": "rag.library",
    "Role": "rag.types",
    "Turn": "rag.types",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
