"""How a file is opened that others have open too."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from rag.store.connection import Connection


def test_a_file_that_somebody_is_just_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "shared.sqlite"
    with closing(sqlite3.connect(path, check_same_thread=False)) as maker:
        maker.execute("CREATE TABLE made (a)")
        maker.execute("BEGIN EXCLUSIVE")
        done = threading.Timer(0.3, maker.rollback)
        done.start()
        with Connection(path, "rwc") as connection:
            assert connection.has_table("made")
        done.join()
