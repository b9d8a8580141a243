from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.jobs.foreman import Foreman
from ingest.jobs.store import JobStore
from rag.config import Settings
from rag.store.catalog_writer import WritableCatalog
from tests.ingest.jobs.shop import Shop

SETTINGS = Settings.model_validate(
    {
        "embedder": {"kind": "hashing"},
        "ingest": {"batch_chunks": 40, "jobs": 1},
        "parser": {"timeout_s": 20, "memory_mb": 1024},
    }
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    library = tmp_path / "library"
    with WritableCatalog(library) as catalog:
        yield Shop(library, JobStore(catalog))


@pytest.fixture
def foreman(shop: Shop) -> Iterator[Foreman]:
    """Not started yet."""
    foreman = Foreman(shop.library, SETTINGS, shop.store)
    yield foreman
    foreman.stop(10)
