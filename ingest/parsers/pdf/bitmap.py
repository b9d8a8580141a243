"""Type sizes of bitmap (Type 3) fonts, which give the size of their own unit, such as 0.1."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ingest.parsers.pdf.document import Fragment, RawPage

_SMALLEST = 2.0  # points: a smaller size is a unit, not a size
_NARROW, _WIDE = frozenset("ijl.,;:'|!tfrI()[]- "), frozenset("mwMW@%—")


def with_bitmap_sizes(pages: Sequence[RawPage]) -> tuple[RawPage, ...]:
    """The pages, with every such font's size guessed from the widths of all of its text."""
    widths: defaultdict[str, float] = defaultdict(float)
    ems: defaultdict[str, float] = defaultdict(float)
    for page in pages:
        for fragment in page.fragments:
            if fragment.size < _SMALLEST:
                widths[fragment.font] += fragment.x1 - fragment.x0
                ems[fragment.font] += sum(map(_em, fragment.text))
    sizes = {font: max(widths[font] / ems[font], 4.0) for font in widths if ems[font]}
    return tuple(_resized(page, sizes) for page in pages) if sizes else tuple(pages)


def _resized(page: RawPage, sizes: dict[str, float]) -> RawPage:
    return replace(page, fragments=tuple(_sized(f, sizes) for f in page.fragments))


def _sized(fragment: Fragment, sizes: dict[str, float]) -> Fragment:
    if fragment.size >= _SMALLEST or fragment.font not in sizes:
        return fragment
    return replace(fragment, size=round(sizes[fragment.font], 1))


def _em(character: str) -> float:
    if character in _NARROW:
        return 0.3
    if character in _WIDE:
        return 0.85
    return 0.7 if character.isupper() else 0.48
