"""Files made to exhaust whoever reads them: each fails alone, with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.jobs.foreman import Foreman
from ingest.jobs.values import FileStatus, JobState
from tests.ingest.jobs.bombs import BOMBS
from tests.ingest.jobs.conftest import SETTINGS
from tests.ingest.jobs.shop import Shop, notes, runners, until

LIMITS = SETTINGS.parser.model_copy(update={"timeout_s": 6.0})


@pytest.mark.slow
def test_bombs_fail_alone(shop: Shop) -> None:
    files = {name: make() for name, make in BOMBS.items()}
    assert max(map(len, files.values())) < 20_000_000, "they are small until they are opened"
    job = shop.upload({**files, **notes(1)})
    foreman = Foreman(shop.library, SETTINGS.model_copy(update={"parser": LIMITS}), shop.store)
    foreman.start()
    try:
        done = shop.ended(job)
        assert len(runners()) == 1
        until(lambda: not Path(shop.library, job.files[0].path).exists())  # it is laid aside
    finally:
        foreman.stop(10)
    assert done.state is JobState.DONE
    fates = {file.name: file.fate for file in done.files}
    for name in ("spaces.pdf", "words.pdf", "pages.pdf", "nested.pdf"):
        assert fates[name].status is FileStatus.FAILED, name
        assert fates[name].reason, name
    for name in ("nested.md", "brackets.md"):
        assert fates[name].status is FileStatus.STORED, name
    assert fates["paper-00.md"].status is FileStatus.STORED
    assert done.crashes == 0
