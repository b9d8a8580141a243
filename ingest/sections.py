"""The tree of sections, from headings in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.roles import fill_roles, role_of
from rag.types import Role, Section


@dataclass(frozen=True, slots=True)
class Title:
    """A heading as far as the tree needs it. ``level`` counts from 1 and may skip."""

    number: str
    title: str
    level: int
    page: int | None = None


def section_tree(titles: Sequence[Title]) -> tuple[Section, ...]:
    """Sections with parents and roles. A skipped level is closed up: a child is one below.

    After the references every further top-level section is an appendix unless its own title
    says otherwise.
    """
    sections: list[Section] = []
    open_: list[tuple[int, int]] = []  # (level as given, index), outermost first
    in_back = False
    for title in titles:
        while open_ and not _inside(title, *open_[-1], sections):
            open_.pop()
        parent = open_[-1][1] if open_ else None
        role = role_of(title.title, None if parent is None else sections[parent].role)
        if parent is None:
            role = _back_role(title, role, in_back)
            in_back = in_back or role is Role.REFERENCES
        open_.append((title.level, len(sections)))
        sections.append(Section(title.number, title.title, len(open_), role, parent, title.page))
    roles = fill_roles([s.role for s in sections], [s.level for s in sections])
    return tuple(replace(s, role=role) for s, role in zip(sections, roles, strict=True))


def _inside(title: Title, level: int, index: int, sections: Sequence[Section]) -> bool:
    """Whether the heading belongs into an open section: deeper, and not another's by its number.

    "5.4" is no part of "1", even where a heading "5" was never found.
    """
    number = sections[index].number
    stranger = "." in title.number and number and not title.number.startswith(f"{number}.")
    return level < title.level and not stranger


def _back_role(title: Title, role: Role, after_references: bool) -> Role:
    lettered = title.number[:1].isalpha() and title.number[:1] not in "IVX"
    if role is Role.REFERENCES or title.title.lower().startswith("acknowledg"):
        return role
    return Role.APPENDIX if after_references or (lettered and role is Role.OTHER) else role
