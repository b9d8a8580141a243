"""Small pieces of SVG, as text. Colours are classes that the page's style sheet fills."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

WIDTH = 400
"""Of every figure, in its own units: type stays readable on a phone, two fit on a page."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values in ``[low, high]`` to positions between ``start`` and ``end``."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        """The position, to a tenth of a unit."""
        low, high, at = self.low, self.high, value
        if self.logarithmic:
            low, high, at = math.log(low), math.log(high), math.log(value)
        share = (at - low) / (high - low) if high > low else 0.5
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self) -> list[float]:
        """Round values inside the range: 1, 2 or 5 times a power of ten."""
        if self.logarithmic:
            return _decades(self.low, self.high)
        step = _step((self.high - self.low) / 4)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(i * step, 10) for i in range(first, last + 1)]


def tag(name: str, content: str = "", **attributes: object) -> str:
    """An element; ``content`` is markup. ``_`` in an attribute's name is a hyphen."""
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(str(value))}"
        for key, value in attributes.items()
    )
    return f"<{name}{given}>{content}</{name}>" if content else f"<{name}{given}/>"


def text(x: float, y: float, content: str, class_: str = "label", anchor: str = "start") -> str:
    """Words at a place."""
    return tag("text", escape(content), x=x, y=y, class_=class_, text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def figure(height: float, parts: Sequence[str], title: str) -> str:
    """The whole picture. ``title`` is what a screen reader says of it."""
    return tag(
        "svg",
        tag("title", escape(title)) + "".join(parts),
        viewBox=f"0 0 {WIDTH} {height:g}",
        role="img",
        xmlns="http://www.w3.org/2000/svg",
    )


def shortened(content: str, limit: int) -> str:
    """At most ``limit`` characters, with a sign that some are missing."""
    return content if len(content) <= limit else content[: limit - 1].rstrip() + "…"


def _step(least: float) -> float:
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= least * (1 - 1e-9))


def _decades(low: float, high: float) -> list[float]:
    """At least three where the range is not too narrow for that."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks: list[float] = []
    for multiples in ((1, 2, 5), (1, 1.5, 2, 3, 4, 5, 7)):
        values = [round(m * 10.0**power, 10) for power in powers for m in multiples]
        ticks = [value for value in values if low <= value <= high]
        if len(ticks) >= 3:
            break
    return ticks
