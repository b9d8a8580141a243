"""A test that fails shows what the servers said meanwhile."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.api import hosting

SHOWN = 4000


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        for log in dict.fromkeys(hosting.logs):
            if log.exists() and log.stat().st_mtime >= call.start:
                said = log.read_text(encoding="utf-8", errors="replace")[-SHOWN:]
                report.sections.append((f"server that writes to {log}", said))
    return report
