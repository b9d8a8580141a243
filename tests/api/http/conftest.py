"""A library to serve, of the three example papers; and a server of it that tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.hosting import hosted
from tests.copying import copied


@pytest.fixture
def library(small_library: Path, tmp_path: Path) -> Path:
    """One's own copy, to be changed."""
    return copied(small_library, tmp_path / "library")


@pytest.fixture(scope="module")
def client(small_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Of a server without a language model and without keys."""
    copy = copied(small_library, tmp_path_factory.mktemp("served") / "library")
    with hosted(copy) as client:
        yield client
