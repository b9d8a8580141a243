"""Fragments -> printed lines.

The engine breaks a line at every wide space, subscript or change of a bitmap font. Pieces
that stand on one line, closer than a column gap, are joined again.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from ingest.layout import TextLine
from ingest.parsers.pdf.document import Fragment
from ingest.parsers.pdf.glyphs import cleaned, readable
from rag.types import Box

_WORD_GAP = 0.16  # em: closer pieces are parts of one word
_LINE_GAP = 1.1  # em: wider gaps separate columns or cells
_BLOCK_GAP = 0.65  # em, between pieces that the engine put in different blocks
_NUMBER_GAP = 2.6  # em, after a section number or a list mark
_SENTENCE_GAP = 2.4  # em, inside justified text, after a stop
_SAME_BASELINE = 0.12  # em
_OVERLAP = 0.35  # of a script's height
_SCRIPT = 14  # characters: longer rows are lines of their own
_NEIGHBOURS = 12  # rows by height among which a script's line is sought
_NUMBER = re.compile(r"(?:\d{1,2}|[A-Z]|[IVX]+)(?:\.\d{1,2})*\.?|[•◦▪‣–*]|\(?[0-9a-z]{1,3}[.)]")


def join_fragments(fragments: Sequence[Fragment], page: int) -> list[TextLine]:
    """The page's lines, each at the place of its first piece in the file's order."""
    upright = _without_shadows([f for f in fragments if f.upright])
    lines = (_line(rows, page) for rows in _attached(_rows(upright)))
    return [line for line in lines if line.text]


def _without_shadows(fragments: list[Fragment]) -> list[Fragment]:
    """Leaves out text printed twice at one place to make it look bold."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for fragment in fragments:
        key = (fragment.text, round(fragment.x0 / 2), round(fragment.baseline / 2))
        if key not in seen:
            seen.add(key)
            kept.append(fragment)
    return kept


def _rows(fragments: list[Fragment]) -> list[list[Fragment]]:
    """Fragments that share a baseline and stand close, left to right; in the file's order."""
    order = sorted(range(len(fragments)), key=lambda i: fragments[i].baseline)
    parent = list(range(len(fragments)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for at, i in enumerate(order):
        for j in order[at + 1 :]:
            if fragments[j].baseline - fragments[i].baseline > _SAME_BASELINE * fragments[i].size:
                break
            if _close(fragments[i], fragments[j]):
                parent[root(j)] = root(i)
    members: dict[int, list[Fragment]] = {}
    for i, fragment in enumerate(fragments):
        members.setdefault(root(i), []).append(fragment)
    return [sorted(row, key=lambda f: f.x0) for row in members.values()]


def _close(a: Fragment, b: Fragment) -> bool:
    left, right = (a, b) if a.x0 <= b.x0 else (b, a)
    gap = (right.x0 - left.x1) / max(a.size, b.size)
    if gap < (_LINE_GAP if a.block == b.block else _BLOCK_GAP):
        return gap > -2.0
    if a.block != b.block:
        return False
    if _NUMBER.fullmatch(left.text):
        return gap < _NUMBER_GAP
    return gap < _SENTENCE_GAP and len(left.text) > 15 and left.text[-1] in ".,:;!?)"


def _attached(rows: list[list[Fragment]]) -> list[list[list[Fragment]]]:
    """Rows with the small rows that belong to them: scripts, accents, halves of fractions.

    A small row goes to the one row that it overlaps most, so it never ties two lines together.
    """
    size = [max(f.size for f in row) for row in rows]
    weight = [(sum(len(f.text) for f in row), size[i], i) for i, row in enumerate(rows)]
    by_top = sorted(range(len(rows)), key=lambda i: rows[i][0].top)
    host: dict[int, int] = {}
    for at, i in enumerate(by_top):
        for j in by_top[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]:
            small, big = (i, j) if weight[i] < weight[j] else (j, i)
            if i != j and (weight[small][0] <= _SCRIPT or size[small] < 0.85 * size[big]):
                overlap = _overlap(rows[small], rows[big])
                if overlap > _OVERLAP and overlap > _overlap_with_host(rows, host, small):
                    host[small] = big
    lines = {i: [row] for i, row in enumerate(rows)}
    for small in sorted(host, key=lambda i: weight[i]):
        lines[host[small]].extend(lines.pop(small))
    return list(lines.values())


def _overlap_with_host(rows: list[list[Fragment]], host: dict[int, int], small: int) -> float:
    return _overlap(rows[small], rows[host[small]]) if small in host else 0.0


def _overlap(small: list[Fragment], big: list[Fragment]) -> float:
    """How much of the small row's height lies in the big one's; 0 if they stand apart."""
    em = max(big[0].size, small[0].size)
    if small[0].x0 - big[-1].x1 > 0.5 * em or big[0].x0 - small[-1].x1 > 0.5 * em:
        return 0.0
    nearest = min(big, key=lambda f: max(f.x0 - small[-1].x1, small[0].x0 - f.x1))
    top, bottom = small[0].top, small[0].bottom
    shared = min(bottom, nearest.bottom) - max(top, nearest.top)
    return shared / (bottom - top)


def _line(rows: Sequence[list[Fragment]], page: int) -> TextLine:
    """One line of a row and what is attached to it."""
    # A script stands between the pieces of its line, but halves of a fraction are not mixed.
    units = [[f] for f in rows[0]] + list(rows[1:])
    pieces = [f for unit in sorted(units, key=lambda unit: unit[0].x0) for f in unit]
    main = _dominant(pieces)
    ink = _ink(pieces)
    capitals = [p for p in pieces if p.small_caps]
    return TextLine(
        text=_text(pieces),
        box=Box(
            page,
            round(min(p.x0 for p in pieces), 2),
            round(min(p.top for p in pieces), 2),
            round(max(p.x1 for p in pieces), 2),
            round(max(p.bottom for p in pieces), 2),
        ),
        size=round(main.size, 2),
        font=main.font,
        bold=2 * ink[True, "bold"] > ink[True, "all"],
        italic=2 * ink[True, "italic"] > ink[True, "all"],
        small_caps=bool(capitals) and main.small_caps,
        block=min(p.block for p in pieces),
        lead=_lead(pieces, [p.bold_lead for p in pieces])
        or _lead(pieces, [p.italic_lead for p in pieces]),
        words=tuple(word for piece in pieces for word in piece.words),
    )


def _lead(pieces: Sequence[Fragment], leads: Sequence[int]) -> int:
    """How many leading characters of the line are set in a face that the whole line is not."""
    for at, (piece, lead) in enumerate(zip(pieces, leads, strict=True)):
        if lead < len(piece.text):
            before = _text(pieces[:at]) if at else ""
            return len(before) + (lead + bool(before) if lead else 0)
    return 0


def _dominant(pieces: Sequence[Fragment]) -> Fragment:
    """The piece whose font sets most of the line."""
    weights: Counter[str] = Counter()
    for piece in pieces:
        weights[piece.font] += len(piece.text)
    font, _ = weights.most_common(1)[0]
    return max((p for p in pieces if p.font == font), key=lambda p: len(p.text))


def _ink(pieces: Sequence[Fragment]) -> Counter[tuple[bool, str]]:
    """How many characters there are, and how many of them bold and italic."""
    ink: Counter[tuple[bool, str]] = Counter()
    for piece in pieces:
        letters = len(piece.text)
        ink[True, "all"] += letters
        ink[piece.bold, "bold"] += letters
        ink[piece.italic, "italic"] += letters
    return ink


def _text(pieces: Sequence[Fragment]) -> str:
    """The pieces' text, with a space wherever the paper shows one."""
    text = pieces[0].text
    for before, piece in itertools.pairwise(pieces):
        gap = (piece.x0 - before.x1) / max(before.size, piece.size)
        text += f" {piece.text}" if gap > _WORD_GAP else piece.text
    return cleaned(readable(text))


def stamp(fragment: Fragment, page: int) -> TextLine:
    """A turned fragment, such as a preprint server's margin stamp, as a line of its own."""
    box = Box(page, fragment.x0, fragment.top, fragment.x1, fragment.bottom)
    return TextLine(cleaned(fragment.text), box, fragment.size, fragment.font)
