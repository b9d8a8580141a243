"""What every test may use. No test reaches beyond loopback."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says more about what else the machine is doing.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# A shell that runs the tests in the background has Ctrl-C ignored, by whatever they start, too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

DEFAULT_DATA = Path(__file__).parents[1].parent / "shared" / "data"


@pytest.fixture(scope="session")
def corpus_data() -> Path:
    """The folder of evaluation data: SCHOLIUM_DATA, or shared/data beside the checkout.

    Where it is absent, tests that need it are skipped, but under CI they fail: a check that
    silently stopped running would look like one that passes.
    """
    folder = Path(os.environ.get("SCHOLIUM_DATA") or DEFAULT_DATA)
    if folder.is_dir():
        return folder
    message = f"the evaluation data is not at {folder} (set SCHOLIUM_DATA)"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session", autouse=True)
def main_loop() -> Iterator[None]:
    """The event loop of the main thread, for packages that ask for one when they are imported, as
    litellm does. Python would make one for them that nobody closes, and a warning of that could
    not be told from one of a loop that we forgot.
    """
    with asyncio.Runner() as runner:
        asyncio.set_event_loop(runner.get_loop())
        yield


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the developer's own settings out of the tests, and every hub out of reach."""
    for name in list(os.environ):
        if name.startswith("SCHOLIUM_") and name not in {"SCHOLIUM_CACHE", "SCHOLIUM_DATA"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="session")
def small_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three example papers, ingested as a user would. To be read, not changed."""
    from ingest.commands import ingest
    from ingest.events import Failed
    from rag.config import Settings

    folder = tmp_path_factory.mktemp("small") / "library"
    events = list(ingest([EXAMPLES / "papers"], folder, Settings()))
    assert not [event for event in events if isinstance(event, Failed)]
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="take what is found as right")
