from __future__ import annotations

import pytest

from rag.store.remedies import remedy


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("[Errno 28] No space left on device", "free some disk space"),
        ("database or disk is full", "free some disk space"),
        ("attempt to write a readonly database", "permissions"),
        ("Failed to acquire Lockfile: Permission denied (os error 13)", "permissions"),
        ("malformed segment", "rebuild"),
    ],
)
def test_a_remedy_fits_its_failure(said: str, advice: str) -> None:
    assert advice in remedy(OSError(said), "rebuild")
