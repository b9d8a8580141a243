"""Headings without numbers: accepted where they look like those that are certain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from ingest.headings.candidates import Candidate
from ingest.headings.face import Face
from ingest.numbering import Number
from ingest.roles import role_of
from rag.types import Role

_NUMBERED_PAPER = 3  # numbered headings from which on a paper counts as numbered
_CELLS = 3  # times that the same words occur in cells of tables
_GAP = 0.45  # white space above, in lines
_NEVER_NUMBERED = re.compile(
    r"(?:abstract|acknowledge?ments?|references?|bibliography|appendix|appendices|"
    r"supplement\w* materials?|limitations|ethic\w*(?: \w+){0,2}|"
    r"(?:broader )?impact(?: statement)?|"
    r"(?:author )?contributions|funding|reproducibility(?: statement)?|conclusions?)\W*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{4}|\b[A-Z]{3,}\b")
_ENTRY = re.compile(r"\[\d+\]|\b(?:19|20)\d\d[a-z]?\b|\bpp\.|\bet al\b|\b[A-Z]\.,? ")


def unnumbered(
    found: Sequence[Candidate],
    accepted: Sequence[Candidate],
    numbered: Mapping[int, Number],
    body_size: float,
) -> list[Candidate]:
    """``accepted`` and those of ``found`` that look like them, in order.

    In a paper with numbered sections, a heading without a number has a usual name or the very
    type of a numbered one; in one without, the type of a usual name, or a larger one.
    """
    certain = {c.first for c in accepted}
    has_numbers = len(numbered) >= _NUMBERED_PAPER
    models = [c.face for c in accepted if has_numbers == (c.first in numbered)]
    if not has_numbers:
        models += [c.face for c in found if c.known and c.stands_out == 2 and c.gap > _GAP]
    times = Counter(c.text for c in found)
    result: list[Candidate] = []
    listing = False
    for candidate in found:
        alike = (
            _numbered_paper(candidate, models)
            if has_numbers
            else _plain_paper(candidate, models, body_size)
        )
        cell = times[candidate.text] >= _CELLS
        if candidate.first in certain or (alike and not cell and _is_title(candidate, listing)):
            result.append(candidate)
            listing = role_of(candidate.title) is Role.REFERENCES
    return result


def _is_title(candidate: Candidate, listing: bool) -> bool:
    """Whether it has a word, and is no entry where references are listed."""
    entry = listing and _ENTRY.search(candidate.text) is not None
    return not entry and _WORD.search(candidate.text) is not None


def _numbered_paper(candidate: Candidate, models: Sequence[Face]) -> bool:
    if candidate.number is not None and candidate.number.marked:
        return False
    if candidate.text.endswith(":"):
        return False
    alike = any(candidate.face.alike(face) for face in models)
    if _NEVER_NUMBERED.fullmatch(candidate.text):
        return candidate.gap > _GAP or alike
    clear = candidate.stands_out == 2 and not candidate.text.endswith(".")
    return alike and clear and candidate.gap > _GAP


def _plain_paper(candidate: Candidate, models: Sequence[Face], body_size: float) -> bool:
    if candidate.stands_out < 2 or candidate.gap <= _GAP or candidate.text.endswith("."):
        return False
    if any(candidate.face.alike(face) for face in models):
        return True
    largest = max((face.size for face in models), default=body_size)
    return body_size - 0.5 <= candidate.face.size <= largest + 0.5 and candidate.face.bold
