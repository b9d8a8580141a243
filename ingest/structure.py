"""Headings, and the sections that they open.

Several witnesses are heard: the document's outline, numbers that follow one another, type that
stands out from the body's, the space above, and the names that sections usually have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ingest.headings.candidates import Candidate, candidates
from ingest.headings.chains import best_chain
from ingest.headings.levels import levels_of
from ingest.headings.outline import outlined
from ingest.headings.run_in import with_run_ins
from ingest.headings.unnumbered import unnumbered
from ingest.joining import Words
from ingest.layout import Heading, OutlineEntry, TextLine
from ingest.numbering import Number, Style
from ingest.roles import role_of
from ingest.sections import Title, section_tree
from ingest.wording import Spellings, has_ordinary_word, is_upper, restored, spellings_of
from rag.types import Section

__all__ = ["build_sections", "find_headings", "role_of"]

_ABSTRACT = re.compile(r"abstract\b\s*[.:—–-]*\s*", re.IGNORECASE)
_FRONT_PAGES = 2
_FEWEST_IN_CHAPTER = 3
_CUSTOM = 3  # headings in capitals from which on capitals tell no acronym


def find_headings(
    lines: Sequence[TextLine], outline: Sequence[OutlineEntry], body_size: float
) -> list[Heading]:
    """The headings in order of their lines; ``lines`` are the paper's in reading order."""
    words = Words.of(line.text for line in lines)
    named = outlined(outline, lines, words)
    abstract = _abstract(lines)
    found = _merged(candidates(lines, body_size, words), [candidate for candidate, _ in named])
    levels = {candidate.first: level for candidate, level in named}
    weights = [_weight(candidate, body_size, candidate.first in levels) for candidate in found]
    chain = best_chain([candidate.number for candidate in found], weights)
    if len(chain) < 2:
        chain = {}
    chapter = _chapter(found, chain)
    if chapter is not None:
        chain = {i - 1: number for i, number in chain.items() if i != chapter}
        found = found[:chapter] + found[chapter + 1 :]
    start = _start(found, chain, abstract)
    numbered = {found[i].first: number for i, number in chain.items()}
    accepted = [c for c in found if c.first in numbered or (c.first in levels and c.first >= start)]
    after = [c for c in found if c.first >= start]
    accepted = unnumbered(
        [c for c in after if not c.run_in or c in accepted], accepted, numbered, body_size
    )
    accepted = with_run_ins(after, accepted, lines, body_size)
    spellings = spellings_of(lines) if any(is_upper(c.title) for c in accepted) else {}
    spelt = [c for c in accepted if _only_capitals(c, spellings)]
    custom = len(spelt) >= _CUSTOM
    headings = [
        _heading(c, numbered.get(c.first), level, spellings if custom or c in spelt else None)
        for c, level in zip(accepted, levels_of(accepted, numbered, levels), strict=True)
    ]
    if abstract and not any(h.first <= abstract.first <= h.last for h in headings):
        headings.append(abstract)
    return sorted(headings, key=lambda heading: heading.first)


def build_sections(headings: Sequence[Heading], lines: Sequence[TextLine]) -> tuple[Section, ...]:
    """The section tree: one section per heading, in the same order."""
    return section_tree(
        [Title(h.number, h.title, h.level, lines[h.first].box.page) for h in headings]
    )


def _merged(found: Sequence[Candidate], named: Sequence[Candidate]) -> list[Candidate]:
    """Candidates by their look, and those of the outline in place of what they overlap."""
    taken = {index for c in named for index in range(c.first, c.last + 1)}
    kept = [c for c in found if not taken.intersection(range(c.first, c.last + 1))]
    return sorted([*kept, *named], key=lambda c: c.first)


def _chapter(found: Sequence[Candidate], chain: Mapping[int, Number]) -> int | None:
    """Which of the numbered lines is the title of a chapter that the whole document is: the only
    number of one place, on the first page and set largest, with all others inside it.
    """
    if len(chain) < _FEWEST_IN_CHAPTER:
        return None
    first, *others = sorted(chain)
    title = chain[first]
    if title.depth > 1 or found[first].page > 1 or title.style is not Style.DECIMAL:
        return None
    inside = all(chain[i].values[0] == title.values[0] and chain[i].depth > 1 for i in others)
    largest = all(found[i].face.size < found[first].face.size for i in others)
    return first if inside and largest else None


def _abstract(lines: Sequence[TextLine]) -> Heading | None:
    """The heading of the abstract, which may share its line with text ("Abstract—This ...")."""
    for index, line in enumerate(lines):
        if line.box.page > _FRONT_PAGES:
            break
        match = _ABSTRACT.match(line.text)
        if match is None:
            continue
        alone = match.end() == len(line.text)
        if alone or (
            line.text[match.end() - 1] in ".:—–- " and _opens_text(line.text, match.end())
        ):
            return Heading(index, index, "", "Abstract", 1, 0 if alone else match.end())
    return None


def _opens_text(text: str, at: int) -> bool:
    """Whether ``text[:at]`` is set off from what follows: "Abstract. We" but not "Abstract art"."""
    return text[at].isupper() and any(char in ".:—–-" for char in text[:at])


def _start(found: Sequence[Candidate], chain: dict[int, Number], abstract: Heading | None) -> int:
    """The line before which there are only title and authors."""
    starts = [abstract.first] if abstract else []
    starts += [found[min(chain)].first] if chain else []
    starts += [c.first for c in found if c.title.lower() == "introduction"][:1]
    return min(starts, default=0)


def _weight(candidate: Candidate, body_size: float, named: bool) -> float:
    """How much a numbered line looks like a heading; below 0 it rather is none."""
    weight = (-1.0, 0.75, 2.0)[candidate.stands_out]
    weight += 0.5 * (candidate.gap > 0.5) + 2.0 * named + 0.5 * candidate.known
    if candidate.number is not None and candidate.number.depth > 1:
        weight += 0.5
    if candidate.title.endswith(".") and len(candidate.title.split()) > 8:
        weight -= 1.5
    if candidate.face.size < body_size - 1.2:
        weight -= 3.0
    return weight


def _only_capitals(candidate: Candidate, spellings: Spellings) -> bool:
    """Whether capitals are how the heading is set, and not how its words are spelt."""
    if candidate.face.small_caps:
        return True
    ordinary = candidate.known or has_ordinary_word(candidate.title, spellings)
    return is_upper(candidate.title) and ordinary


def _heading(
    candidate: Candidate, number: Number | None, level: int, spellings: Spellings | None
) -> Heading:
    """The heading, in the paper's ``spellings`` if it is only set in capitals."""
    number = number or (candidate.number if candidate.run_in else None)
    title = candidate.title if number else candidate.text
    if spellings is not None:
        title = restored(title, spellings)
    text = number.text if number else ""
    return Heading(
        candidate.first,
        candidate.last,
        text,
        title.strip().rstrip(" .:") or title,
        level,
        candidate.run_in,
    )
