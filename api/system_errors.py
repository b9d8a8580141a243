"""What to do when the operating system refuses."""

from __future__ import annotations

import errno

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})

_OTHERWISE = "check the path, and the disk that it is on"
_ADVICE = {
    **dict.fromkeys(FULL, "free some space on its disk, and try again"),
    **dict.fromkeys(FORBIDDEN, "change its permissions, or choose another place"),
    errno.ENOENT: "check the path: it leads nowhere",
    errno.ENOTDIR: "check the path: a file stands where a folder is needed",
    errno.EEXIST: "check the path: a file stands where a folder is needed",
    errno.EISDIR: "name a file, not a folder",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ELOOP: "check the path: its links lead in a circle",
    errno.EMFILE: "raise the limit on open files (ulimit -n), or use fewer --jobs",
    errno.ENFILE: "close other programs: the whole system has too many files open",
    errno.EIO: "check the disk, or the connection to it: it failed",
}


def advice(error: OSError) -> str:
    """What the user can do about it."""
    return _ADVICE.get(error.errno or 0, _OTHERWISE)
