from __future__ import annotations

from rag.lease import Lease


def test_what_is_used_is_closed_once_and_when_the_last_has_done_with_it() -> None:
    closed: list[str] = []
    lease = Lease("value", closed.append)
    with lease.using() as first:
        with lease.using() as second:
            lease.retire()
            assert first == second == "value"
        assert not closed
    assert closed == ["value"]
    with lease.using():  # somebody who came late
        pass
    assert closed == ["value"]


def test_what_nobody_uses_is_closed_at_once() -> None:
    closed: list[str] = []
    Lease("value", closed.append).retire()
    assert closed == ["value"]
