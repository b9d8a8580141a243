"""What an arXiv identifier tells."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NEW = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}"
_OLD = r"[a-z][a-z-]{1,10}(?:\.[A-Z]{2})?/\d{7}"
_NAME = re.compile(rf"({_NEW})(?:v\d+)?", re.ASCII)
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
    found = id_and_version(name)
    return found[1] if found else None


def year_of_id(arxiv_id: str) -> int | None:
    """The year in which the paper was first submitted, by the id's first two digits."""
    digits = arxiv_id.rpartition("/")[2][:2]
    if not (digits.isascii() and digits.isdigit()):
        return None
    year = int(digits)
    return 1900 + year if year >= _FIRST_YEAR else 2000 + year


_VERSIONED = re.compile(rf"({_NEW}|{_OLD})(?:v(\d{{1,3}}))?", re.ASCII)
_ARCHIVES = frozenset(
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas "
    "cond-mat cs dg-ga funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin "
    "nucl-ex nucl-th patt-sol physics plasm-ph q-alg q-bio quant-ph solv-int supr-con".split()
)


def id_and_version(text: str) -> tuple[str, int | None] | None:
    """The arXiv id that ``text`` consists of, and its version where one is given.

    An old id ("hep-th/9901001") has an archive that there was, so that "papers/1234567" is none.
    """
    match = _VERSIONED.fullmatch(text)
    if match is None:
        return None
    archive, slash, _ = match[1].partition("/")
    if slash and archive.partition(".")[0] not in _ARCHIVES:
        return None
    return match[1], int(match[2]) if match[2] else None
