from __future__ import annotations

import pytest

from rag.embed.cache import default_cache
from rag.embed.minilm import MiniLM


@pytest.fixture(scope="session")
def minilm() -> MiniLM:
    """The real model, from the user's cache so that only the first test run exports it."""
    return MiniLM(default_cache())
