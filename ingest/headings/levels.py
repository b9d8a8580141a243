"""How deep each heading stands: by its number, else the outline, else its type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ingest.headings.candidates import Candidate
from ingest.headings.face import Face
from ingest.numbering import Number, Style
from ingest.roles import role_of
from rag.types import Role

_TOP = (Role.ABSTRACT, Role.REFERENCES, Role.APPENDIX)


def levels_of(
    headings: Sequence[Candidate], numbered: Mapping[int, Number], outline: Mapping[int, int]
) -> list[int]:
    """The level, from 1, of each heading; a run-in one is below the last that is none.

    ``numbered`` and ``outline`` are by first line.
    """
    depths = _depths(numbered)
    known = {**outline, **depths}
    alone = [c for c in headings if not c.run_in or c.first in known]
    ranks = dict(
        zip(
            (c.first for c in alone),
            _ranks([c.face for c in alone], [known.get(c.first) for c in alone]),
            strict=True,
        )
    )
    levels: list[int] = []
    above = 0
    for candidate in headings:
        if candidate.first in known:
            above = known[candidate.first]
        elif candidate.first not in ranks:
            levels.append(above + 1)
            continue
        else:
            above = 1 if _is_top(candidate) else ranks[candidate.first]
        levels.append(above)
    return levels


def _is_top(candidate: Candidate) -> bool:
    return role_of(candidate.title) in _TOP or candidate.title.lower().startswith("acknowledg")


def _depths(numbered: Mapping[int, Number]) -> dict[int, int]:
    """Depths of numbers; letters between romans are one below them."""
    order = sorted(numbered)
    romans = [i for i in order if numbered[i].style is Style.ROMAN]
    last_roman = romans[-1] if romans else -1
    letters = [i for i in order if numbered[i].style is Style.LETTER]
    nested = bool(letters) and letters[0] < last_roman
    # Where all lies in one chapter, no number has one place only.
    above = min((numbered[i].depth for i in order), default=1) - 1
    return {
        i: number.depth - above + (nested and number.style is Style.LETTER)
        for i, number in numbered.items()
    }


def _ranks(faces: Sequence[Face], levels: Sequence[int | None]) -> list[int]:
    """For each face the usual level of those like it, else its rank among all faces."""
    order: list[Face] = []
    for face in sorted(faces, key=_weight, reverse=True):
        if not any(face.alike(other) for other in order):
            order.append(face)
    result = []
    for face in faces:
        same = Counter(
            level
            for other, level in zip(faces, levels, strict=True)
            if level is not None and other.alike(face)
        )
        rank = next(i for i, other in enumerate(order, 1) if face.alike(other))
        result.append(same.most_common(1)[0][0] if same else rank)
    return result


def _weight(face: Face) -> tuple[float, bool, bool, bool]:
    return (round(face.size * 2) / 2, face.small_caps, face.bold, not face.italic)
