"""What to do about a failure of the disk, in a few words."""

from __future__ import annotations

_FULL = ("no space left", "disk is full", "disk full", "disk quota")
_FORBIDDEN = ("permission denied", "readonly", "read-only", "unable to open")


def remedy(error: BaseException, otherwise: str) -> str:
    """The remedy where the message tells of a full disk or missing rights; else ``otherwise``."""
    said = str(error).lower()
    if any(words in said for words in _FULL):
        return "free some disk space; what was stored before is intact"
    if any(words in said for words in _FORBIDDEN):
        return "check the permissions of the library's directory: even readers take locks there"
    return otherwise
