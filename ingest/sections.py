"""The tree of sections, from headings in reading order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.roles import fill_roles, role_of
from rag.types import Role, Section

_BACK_MATTER = re.compile(r"acknowledge?ments?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Title:
    """A heading as far as the tree needs it. ``level`` counts from 1 and may skip."""

    number: str
    title: str
    level: int
    page: int | None = None


def section_tree(titles: Sequence[Title]) -> tuple[Section, ...]:
    """Sections with parents and roles. A skipped level is closed up: a child is one below.

    What carries the number of a section before it ("E.1") lies in that section, and so does what
    stands between the two without a number. After the references every further top-level section
    is an appendix, and so is a lettered one after decimal ones.
    """
    sections: list[Section] = []
    open_: list[tuple[int, int]] = []  # (level as given, index), outermost first
    in_back = False
    for title in _drawn_in(titles):
        while open_ and not _inside(title, *open_[-1], sections):
            open_.pop()
        parent = open_[-1][1] if open_ else None
        role = role_of(title.title, None if parent is None else sections[parent].role)
        if parent is None:
            numbered = any(s.parent is None and s.number[:1].isdigit() for s in sections)
            role = _back_role(title, role, after_references=in_back, numbered=numbered)
            in_back = in_back or role is Role.REFERENCES
        open_.append((title.level, len(sections)))
        sections.append(Section(title.number, title.title, len(open_), role, parent, title.page))
    roles = fill_roles([s.role for s in sections], [s.level for s in sections])
    return tuple(replace(s, role=role) for s, role in zip(sections, roles, strict=True))


def _drawn_in(titles: Sequence[Title]) -> list[Title]:
    """The titles, those without a number moved below the section that a later number shows to
    be still open; back matter stays.
    """
    placed = list(titles)
    last: dict[str, int] = {}
    for at, title in enumerate(titles):
        over = last.get(title.number.rpartition(".")[0])
        between = range(at) if over is None else range(over + 1, at)
        if over is not None and not any(titles[i].number for i in between):
            level = placed[over].level + 1
            for i in between:
                if not _ends_text(titles[i].title):
                    placed[i] = replace(placed[i], level=max(placed[i].level, level))
        if title.number:
            last[title.number] = at
    return placed


def _ends_text(title: str) -> bool:
    return bool(_BACK_MATTER.match(title)) or role_of(title) is Role.REFERENCES


def _inside(title: Title, level: int, index: int, sections: Sequence[Section]) -> bool:
    """Whether the heading belongs into an open section: deeper, and not another's by its number.

    "5.4" is no part of "1", even where a heading "5" was never found. Acknowledgements have no
    parts.
    """
    number = sections[index].number
    part = bool(number) and title.number.startswith(f"{number}.")
    stranger = "." in title.number and number and not part
    closed = not part and _ends_text(sections[index].title)
    return level < title.level and not stranger and not closed


def _back_role(title: Title, role: Role, *, after_references: bool, numbered: bool) -> Role:
    """The role of a top-level section; ``numbered`` says that decimal ones came before it."""
    letter = title.number[:1]
    lettered = letter.isalpha() and (numbered or (letter not in "IVX" and role is Role.OTHER))
    if role is Role.REFERENCES or _BACK_MATTER.match(title.title):
        return role
    return Role.APPENDIX if after_references or lettered else role
