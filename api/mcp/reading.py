"""Reading in a paper: its outline, and its sections by number or title. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence

from rag.errors import UsageError
from rag.types import Paper, Section

NEAR = 5
"""Headings that are named where there is no such section."""


def outline(paper: Paper) -> str:
    """What the paper is, its abstract, and its section tree with the sections' URIs."""
    metadata = paper.metadata
    year = f" ({metadata.year})" if metadata.year else ""
    parts = [f"# {metadata.title or paper.paper_id}{year}", ", ".join(metadata.authors)]
    if metadata.abstract:
        parts += ["## Abstract", metadata.abstract]
    if paper.sections:
        parts += ["## Sections", "\n".join(_entry(paper, at) for at in range(len(paper.sections)))]
    return "\n\n".join(filter(None, parts)) + "\n"


def section_text(paper: Paper, index: int) -> str:
    """The section's text and that of the sections inside it, under their headings."""
    parts = []
    for at in _within(paper, index):
        section = paper.sections[at]
        parts.append(f"{'#' * min(section.level, 6)} {section.heading}")
        parts += [e.span.of(paper.text) for e in paper.elements if e.section == at]
    return "\n\n".join(parts)


def section_pages(paper: Paper, index: int) -> list[int]:
    """The pages that they stand on."""
    within = set(_within(paper, index))
    return sorted({page for e in paper.elements if e.section in within for page in e.pages})


def find_section(paper: Paper, name: str) -> int:
    """The section that ``name`` means: a number, a heading or title, or a part of one heading.

    Raises UsageError when there is none, or several, naming the near ones.
    """
    wanted = name.strip().removeprefix("§").strip().casefold()
    for names in _WAYS:
        found = [at for at, section in enumerate(paper.sections) if names(section, wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            listed = "; ".join(_named(paper.sections[at]) for at in found[:NEAR])
            raise UsageError(f"{name!r} could be any of {len(found)} sections: {listed}")
    near = _near(paper.sections, wanted)
    hint = f"it has {'; '.join(near)}" if near else "it has no sections"
    raise UsageError(f"no section {name!r} in {paper.paper_id}: {hint}")


_WAYS: Sequence[Callable[[Section, str], bool]] = (
    lambda section, wanted: bool(wanted) and section.number.rstrip(".") == wanted.rstrip("."),
    lambda section, wanted: section.heading.casefold() == wanted,
    lambda section, wanted: section.title.casefold() == wanted,
    lambda section, wanted: bool(wanted) and wanted in section.heading.casefold(),
)


def _near(sections: Sequence[Section], wanted: str) -> list[str]:
    """The headings most like it; the first ones where none is."""
    by_name = {s.heading.casefold(): _named(s) for s in reversed(sections)}
    by_name |= {s.title.casefold(): _named(s) for s in reversed(sections)}
    near = difflib.get_close_matches(wanted, by_name, n=NEAR)
    return list(dict.fromkeys(by_name[name] for name in near)) or [
        _named(section) for section in sections[:NEAR]
    ]


def _named(section: Section) -> str:
    return f"“{section.heading}”"


def _within(paper: Paper, index: int) -> list[int]:
    """The section and those inside it, in reading order, in which parents come first."""
    inside = [index]
    for at, section in enumerate(paper.sections):
        if section.parent in inside:
            inside.append(at)
    return inside


def _entry(paper: Paper, at: int) -> str:
    section = paper.sections[at]
    page = f", p. {section.page}" if section.page else ""
    uri = f"paper://{paper.paper_id}/sections/{at}"
    return f"{'  ' * (section.level - 1)}- {section.heading}{page} ({section.role.value}): {uri}"
