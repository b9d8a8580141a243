"""How the C library keeps memory, for a process that stays.

glibc gives threads up to eight pools ("arenas") for each core, and what is freed in one is of use
to that one alone. An index that is opened anew has new threads, so with every change of the library
a process would hold a few MiB more; with two pools it holds a third less, and no more tomorrow
(docs/benchmarks.md, the server).
"""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress

ARENAS = 2

_M_ARENA_MAX = -8  # <malloc.h>


def bound_arenas() -> None:
    """Keeps glibc to few pools, unless ``MALLOC_ARENA_MAX`` says how many. Nothing elsewhere."""
    if sys.platform == "linux" and "MALLOC_ARENA_MAX" not in os.environ:
        with suppress(OSError, AttributeError):  # another C library: its own rules
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)
