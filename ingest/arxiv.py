"""What an arXiv identifier tells."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NEW = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}"
_OLD = r"[a-z][a-z-]{1,10}(?:\.[A-Z]{2})?/\d{7}"
_NAME = re.compile(rf"({_NEW})(?:v(\d+))?", re.ASCII)
_STAMP = re.compile(
    rf"arXiv:\s?({_NEW}|{_OLD})(?:v(\d+))?\s+\[[\w.-]+\]\s+\d{{1,2}}\s+[A-Z][a-z]{{2}}\s+(\d{{4}})"
)
_FIRST_YEAR = 91


@dataclass(frozen=True, slots=True)
class Stamp:
    """What arXiv prints in the margin of a first page. ``year`` is that of the version."""

    arxiv_id: str
    year: int
    version: int | None = None


def stamp_in(text: str) -> Stamp | None:
    """The margin stamp that makes up the whole of ``text``, as in
    "arXiv:1706.03762v5 [cs.CL] 6 Dec 2017"; a citation of another paper is none.
    """
    match = _STAMP.fullmatch(" ".join(text.split()))
    if match is None:
        return None
    return Stamp(match[1], int(match[3]), int(match[2]) if match[2] else None)


def id_in_name(name: str) -> str:
    """The arXiv id, without version, that a file name without suffix consists of, or ``""``."""
    match = _NAME.fullmatch(name)
    return match[1] if match else ""


def version_in_name(name: str) -> int | None:
    """The version in a file name that consists of an arXiv id, as in "1706.03762v5"."""
    match = _NAME.fullmatch(name)
    return int(match[2]) if match and match[2] else None


def year_of_id(arxiv_id: str) -> int | None:
    """The year in which the paper was first submitted, by the id's first two digits."""
    digits = arxiv_id.rpartition("/")[2][:2]
    if not (digits.isascii() and digits.isdigit()):
        return None
    year = int(digits)
    return 1900 + year if year >= _FIRST_YEAR else 2000 + year
