from __future__ import annotations

import pytest

from rag.cache import default_cache
from rag.minilm.reader import MiniLMReader


@pytest.fixture(scope="session")
def reader() -> MiniLMReader:
    """The real model, from the user's cache so that only the first test run converts it."""
    return MiniLMReader(default_cache())
