"""Where a user's library is."""

from __future__ import annotations

import os
from pathlib import Path


def library_path(chosen: Path | str | None = None) -> Path:
    """The library: as chosen, else ``SCHOLIUM_LIBRARY``, else ``~/.scholium``."""
    return Path(chosen or os.environ.get("SCHOLIUM_LIBRARY") or "~/.scholium").expanduser()
