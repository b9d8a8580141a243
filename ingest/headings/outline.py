"""The document's own outline, found again in its lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ingest.headings.candidates import Candidate, candidate_at
from ingest.joining import Words
from ingest.layout import OutlineEntry, TextLine
from ingest.numbering import read_number

_REACH = 4  # lines that one heading may fill


def plain(text: str) -> str:
    """Letters and digits alone, in lower case, without a section number before them."""
    read = read_number(text.strip())
    title = read[1] if read and read[1] else text
    folded = unicodedata.normalize("NFKD", title).lower()
    return re.sub(r"[\W_]+", "", folded)


def outlined(
    outline: Sequence[OutlineEntry], lines: Sequence[TextLine], words: Words
) -> list[tuple[Candidate, int]]:
    """The headings that the outline names, with their levels, where lines say the same words.

    A single root over all other entries is the paper's title: it is left out.
    """
    entries = _without_root(outline)
    starts: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        starts.setdefault(line.box.page, []).append(index)
    found: list[tuple[Candidate, int]] = []
    after = -1
    for entry in entries:
        wanted = plain(entry.title)
        pages = (entry.page, entry.page + 1, entry.page - 1)
        places = [i for page in pages for i in starts.get(page, ()) if i > after]
        match = next((m for i in places if (m := _same(lines, i, wanted))), None)
        if not wanted or match is None:
            continue
        candidate = candidate_at(lines, *match, words)
        if candidate is not None:
            found.append((candidate, entry.level))
            after = match[1]
    return found


def _without_root(outline: Sequence[OutlineEntry]) -> list[OutlineEntry]:
    tops = [entry for entry in outline if entry.level == 1]
    if len(tops) != 1:
        return list(outline)
    return [
        OutlineEntry(entry.level - 1, entry.title, entry.page, entry.y)
        for entry in outline
        if entry.level > 1
    ]


def _same(lines: Sequence[TextLine], first: int, wanted: str) -> tuple[int, int] | None:
    """The lines from ``first`` on that make up the wanted words, if they do."""
    if lines[first].text[:1].islower() and lines[first].text.rstrip().endswith("."):
        return None
    text = ""
    for last in range(first, min(first + _REACH, len(lines))):
        text = f"{text} {lines[last].text}"
        said = plain(text)
        if said == wanted:
            return first, last
        if len(said) > len(wanted) or not wanted.startswith(said[: len(said) - 1]):
            return None
    return None
