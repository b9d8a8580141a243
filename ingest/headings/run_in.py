"""Run-in headings: bold or italic words that open a paragraph ("Datasets  We use ...")."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from ingest.headings.candidates import Candidate
from ingest.headings.placement import hangs
from ingest.layout import TextLine
from ingest.roles import role_of
from rag.types import Role

_FEWEST = 2  # of one kind in a paper, for the kind to count as its custom
_SMALLER = 0.8  # points by which the type may be smaller than the body's
_EMPHASIS = 3  # times that the same words are set off only to stress them
_FIRST_WORDS = re.compile(r"(?:in|if|then|when|where|let|for|otherwise|we)\b|\(", re.IGNORECASE)
_MOST_WORDS = 9
_GAP = 0.3  # white space above a paragraph, in lines
_INDENT = 6.0  # points


def run_ins(
    found: Sequence[Candidate],
    lines: Sequence[TextLine],
    headings: Collection[int],
    body_size: float,
) -> list[Candidate]:
    """The candidates that share a line with text, if the paper has several like them.

    Numbered ones and those without a mark at the end, as templates set them, are headings; words
    that end in a full stop or a colon are emphasis and stay with their paragraph. ``headings``
    are the last lines of other headings.
    """
    times = Counter(c.title for c in found if c.run_in)
    possible = [
        c
        for c in found
        if c.run_in
        and (c.number is not None or _set_off(c, lines[c.last]))
        and c.face.size > body_size - _SMALLER
        and times[c.title] < _EMPHASIS
        and _opens_paragraph(c, lines, headings)
    ]
    possible = _without_terms(possible, lines)
    customs = Counter(c.number is not None for c in possible)
    return [c for c in possible if customs[c.number is not None] >= _FEWEST]


def _without_terms(found: Sequence[Candidate], lines: Sequence[TextLine]) -> list[Candidate]:
    """Leaves out the terms of lists: those whose text hangs, and those of one line beside them."""
    stands_in = [hangs(lines, c.last) for c in found]
    kept = []
    for at, candidate in enumerate(found):
        beside = [n for n in (at - 1, at + 1) if 0 <= n < len(found)]
        listed = any(stands_in[n] and found[n].face.alike(candidate.face) for n in beside)
        if not (stands_in[at] or (stands_in[at] is None and listed)):
            kept.append(candidate)
    return kept


def _set_off(candidate: Candidate, line: TextLine) -> bool:
    """Whether a sentence begins after the words, so that they are none's first words."""
    rest = line.text[candidate.run_in :].lstrip()
    whole = candidate.text[-1].isalnum() or candidate.text[-1] in ")?!”’"
    return whole and rest[:1].isupper() and not _FIRST_WORDS.match(candidate.text)


def _opens_paragraph(
    candidate: Candidate, lines: Sequence[TextLine], headings: Collection[int]
) -> bool:
    at = candidate.first
    if len(candidate.title.split()) > _MOST_WORDS or not re.search(r"[^\W\d]{3}", candidate.title):
        return False
    if at == 0 or at - 1 in headings:
        return True
    line, above = lines[at], lines[at - 1]
    indented = at + 1 < len(lines) and line.box.x0 - lines[at + 1].box.x0 > _INDENT
    closed = above.text.rstrip()[-1:] in ".:?!)”"
    return closed and (candidate.gap > _GAP or indented or line.block != above.block)


def with_run_ins(
    found: Sequence[Candidate],
    accepted: Sequence[Candidate],
    lines: Sequence[TextLine],
    body_size: float,
) -> list[Candidate]:
    """``accepted`` and the run-in headings among ``found`` outside the references, in order."""
    known = {c.first for c in accepted}
    ends = [*(c.first for c in accepted[1:]), len(lines)]
    listed = {
        i
        for c, end in zip(accepted, ends, strict=False)
        if role_of(c.title) is Role.REFERENCES
        for i in range(c.first, end)
    }
    free = [c for c in found if c.first not in known and c.first not in listed]
    more = run_ins(free, lines, {c.last for c in accepted}, body_size)
    return sorted([*accepted, *more], key=_first)


def _first(candidate: Candidate) -> int:
    return candidate.first
