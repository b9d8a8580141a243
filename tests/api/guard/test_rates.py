from __future__ import annotations

import time
from pathlib import Path

import pytest

from api.guard.rates import Rates


def test_a_bucket_is_shared_and_fills_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "time", lambda: now)
    with Rates(tmp_path / "rates") as one, Rates(tmp_path / "rates") as two:
        assert [one.wait_s("a", 4), two.wait_s("a", 4)] == [0, 0]
        assert [one.wait_s("a", 4), two.wait_s("a", 4)] == [0, 0]
        assert one.wait_s("a", 4) == two.wait_s("a", 4) == 15
        assert one.wait_s("b", 4) == 0
        now += 15
        assert [one.wait_s("a", 4), one.wait_s("a", 4)] == [0, 15]
        now += 3600
        assert [one.wait_s("a", 4) for _ in range(5)] == [0, 0, 0, 0, 15]
        now += 7200
        one.sweep()
        assert not one.select("SELECT 1 FROM buckets")
