"""Fragments -> printed lines.

The engine breaks a line at every wide space, subscript or change of a bitmap font. Pieces
that stand on one line, closer than a column gap, are joined again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.layout import TextLine
from ingest.parsers.pdf.document import Fragment
from ingest.parsers.pdf.glyphs import readable
from rag.types import Box

_WORD_GAP = 0.16  # em: closer pieces are parts of one word
_LINE_GAP = 1.1  # em: wider gaps separate columns or cells
_NUMBER_GAP = 2.6  # em, after a section number or a list mark
_OVERLAP = 0.45  # of the smaller height
_NUMBER = re.compile(r"(?:\d{1,2}|[A-Z]|[IVX]+)(?:\.\d{1,2})*\.?|[•◦▪‣–*]|\(?[0-9a-z]{1,3}[.)]")


def join_fragments(fragments: Sequence[Fragment], page: int) -> list[TextLine]:
    """The page's lines, each at the place of its first piece in the file's order."""
    upright = _without_shadows([f for f in fragments if f.upright])
    groups = _group(upright)
    return [_line([upright[i] for i in group], page) for group in groups]


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


def _group(fragments: Sequence[Fragment]) -> list[list[int]]:
    """Indices of the fragments of each line, left to right; lines in the file's order."""
    order = sorted(range(len(fragments)), key=lambda i: (fragments[i].top, fragments[i].x0))
    parent = list(range(len(fragments)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for at, i in enumerate(order):
        for j in order[at + 1 :]:
            if fragments[j].top >= fragments[i].bottom:
                break
            if _same_line(fragments[i], fragments[j]):
                parent[root(j)] = root(i)
    members: dict[int, list[int]] = {}
    for i in range(len(fragments)):
        members.setdefault(root(i), []).append(i)
    return [sorted(group, key=lambda i: fragments[i].x0) for group in members.values()]


def _same_line(a: Fragment, b: Fragment) -> bool:
    left, right = (a, b) if a.x0 <= b.x0 else (b, a)
    height = min(a.bottom - a.top, b.bottom - b.top)
    if min(a.bottom, b.bottom) - max(a.top, b.top) < _OVERLAP * height:
        return False
    gap = (right.x0 - left.x1) / max(a.size, b.size)
    if -2.0 < gap < _LINE_GAP:
        return True
    return a.block == b.block and 0 < gap < _NUMBER_GAP and bool(_NUMBER.fullmatch(left.text))


def _line(pieces: Sequence[Fragment], page: int) -> TextLine:
    main = _dominant(pieces)
    ink = _ink(pieces)
    capitals = [p for p in pieces if p.small_caps]
    return TextLine(
        text=_text(pieces),
        box=Box(
            page,
            round(pieces[0].x0, 2),
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
    )


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
    for before, piece in zip(pieces, pieces[1:], strict=False):
        gap = (piece.x0 - before.x1) / max(before.size, piece.size)
        text += f" {piece.text}" if gap > _WORD_GAP else piece.text
    return readable(" ".join(text.split()))


def stamp(fragment: Fragment, page: int) -> TextLine:
    """A turned fragment, such as a preprint server's margin stamp, as a line of its own."""
    box = Box(page, fragment.x0, fragment.top, fragment.x1, fragment.bottom)
    return TextLine(fragment.text, box, fragment.size, fragment.font)
