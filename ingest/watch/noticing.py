"""Waits for changes in folders: what of watchfiles watching uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread


class Noticing:
    """Waits until the system says that something changed, or the time is up."""

    def __init__(self, folders: Sequence[Path], say: Callable[[str], None]) -> None:
        self._say = say
        self._folders = folders
        self._changed = Event()
        self._ended = Event()
        self._thread = Thread(target=self._listen, daemon=True, name="watching")

    def wait(self, seconds: float) -> None:
        """Returns at a change, and in any case after ``seconds``."""
        self._changed.wait(seconds)
        self._changed.clear()

    def _listen(self) -> None:
        from watchfiles import watch

        try:
            for _ in watch(
                *self._folders,
                watch_filter=None,
                debounce=200,
                rust_timeout=500,
                stop_event=self._ended,
                raise_interrupt=False,
                ignore_permission_denied=True,
            ):
                self._changed.set()
        except Exception as error:  # noqa: BLE001  then the looks come by the clock alone
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            self._say(f"the system tells of no changes, so they are found later: {reason}")

    def start(self) -> None:
        """Begins to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Ends listening."""
        self._ended.set()
        self._thread.join()


@contextmanager
def noticing(folders: Sequence[Path], say: Callable[[str], None]) -> Iterator[Noticing]:
    """Listens for changes in the folders while the context lasts; ``say`` is told if it can't."""
    listener = Noticing(folders, say)
    listener.start()
    try:
        yield listener
    finally:
        listener.stop()
