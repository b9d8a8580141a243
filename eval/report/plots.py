"""The report's pictures. Each is a pure function of what it shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.analysis import Group
from eval.report.svg import WIDTH, Scale, figure, line, shortened, tag, text
from eval.significance import Difference

MARGIN = 8
_BAR, _GAP, _HEADING = 11, 3, 16
_ROW = 44
_BOTTOM, _LEFT = 250, 48


@dataclass(frozen=True, slots=True)
class Point:
    """A configuration: its number and colour in the tables, its latency and its quality with an
    interval.
    """

    number: int
    colour: str
    name: str
    latency_ms: float
    value: float
    low: float
    high: float


def quality_against_latency(points: Sequence[Point], measure: str) -> str:
    """Up is better, left is faster; latency on a logarithmic scale, bars are 95 % intervals."""
    low, high = min(p.low for p in points), max(p.high for p in points)
    room = 0.08 * (high - low or 0.1)
    times = [_ms(p) for p in points]
    y = Scale(max(0.0, low - room), min(1.0, high + room), _BOTTOM, 14)
    x = Scale(min(times) / 1.5, max(times) * 1.5, _LEFT, WIDTH - MARGIN, logarithmic=True)
    parts = [
        *_value_axis(y),
        *_time_axis(x),
        text(WIDTH - MARGIN, _BOTTOM + 36, "median latency, ms", "tick", "end"),
        text(_LEFT, _BOTTOM + 36, f"{measure} upwards", "tick"),
        *(_point(p, x(_ms(p)), y) for p in points),
    ]
    return figure(_BOTTOM + 42, parts, f"{measure} against latency")


def bars(groups: Sequence[Group], names: Sequence[str], measure: str) -> str:
    """For each group of questions a bar per configuration, in the order of ``names``: the colours
    ``c0``, ``c1``... are theirs.
    """
    x = Scale(0, 1, MARGIN, WIDTH - 46)
    parts, top = [], float(MARGIN)
    for group in groups:
        parts.append(text(MARGIN, top + 11, group.name, "label strong"))
        parts.append(text(WIDTH - MARGIN, top + 11, _questions(group.questions), "tick", "end"))
        top += _HEADING
        for index, name in enumerate(names):
            parts += _bar(top, group.means.get(name, 0.0), index, x)
            top += _BAR + _GAP
        top += 10
    return figure(top, parts, f"{measure} by group")


def forest(differences: Mapping[str, Difference], measure: str) -> str:
    """Paired differences to the first configuration with their intervals, one row each."""
    reach = max(max(abs(d.low), abs(d.high)) for d in differences.values()) or 0.01
    x = Scale(-1.05 * reach, 1.05 * reach, MARGIN, WIDTH - MARGIN)
    bottom = _ROW * len(differences) + MARGIN
    parts = [line(x(0), MARGIN, x(0), bottom, "axis")]
    for index, (name, difference) in enumerate(differences.items()):
        parts += _forest_row(_ROW * index + MARGIN, name, difference, x)
    for tick in x.ticks():
        parts.append(line(x(tick), bottom, x(tick), bottom + 4, "axis"))
        if MARGIN + 14 < x(tick) < WIDTH - MARGIN - 14:
            parts.append(
                text(x(tick), bottom + 18, f"{tick:+g}" if tick else "0", "tick", "middle")
            )
    parts.append(line(MARGIN, bottom, WIDTH - MARGIN, bottom, "axis"))
    return figure(bottom + 26, parts, f"differences of {measure}")


def _ms(point: Point) -> float:
    return max(point.latency_ms, 0.01)  # a logarithm is taken of it


def _value_axis(y: Scale) -> Iterator[str]:
    for tick in y.ticks():
        yield line(_LEFT, y(tick), WIDTH - MARGIN, y(tick), "grid")
        yield text(_LEFT - 6, y(tick) + 4, f"{tick:g}", "tick", "end")


def _time_axis(x: Scale) -> Iterator[str]:
    yield line(_LEFT, _BOTTOM, WIDTH - MARGIN, _BOTTOM, "axis")
    for tick in x.ticks():
        yield line(x(tick), _BOTTOM, x(tick), _BOTTOM + 4, "axis")
        yield text(x(tick), _BOTTOM + 18, f"{tick:g}", "tick", "middle")


def _point(point: Point, x: float, y: Scale) -> str:
    return tag(
        "g",
        tag("title", f"{point.number} {_plain(point.name)}: {point.value:.3f}")
        + line(x, y(point.low), x, y(point.high), "whisker")
        + tag("circle", cx=x, cy=y(point.value), r=9, class_=f"point {point.colour}")
        + text(x, y(point.value) + 4, str(point.number), "on-point", "middle"),
    )


def _bar(top: float, value: float, index: int, x: Scale) -> list[str]:
    width = max(x(value) - MARGIN, 0.5)
    rect = tag("rect", x=MARGIN, y=top, width=round(width, 1), height=_BAR, class_=f"c{index}")
    return [rect, text(MARGIN + width + 5, top + 9.5, f"{value:.2f}", "tick")]


def _forest_row(top: float, name: str, difference: Difference, x: Scale) -> list[str]:
    middle = top + 26
    kind = "unclear" if not difference.clear else "better" if difference.mean > 0 else "worse"
    figures = f"{difference.mean:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}]"
    return [
        text(MARGIN, top + 12, shortened(name, 34)),
        text(WIDTH - MARGIN, top + 12, figures, "tick", "end"),
        line(x(difference.low), middle, x(difference.high), middle, f"interval {kind}"),
        tag("circle", cx=x(difference.mean), cy=middle, r=4.5, class_=kind),
    ]


def _questions(count: int) -> str:
    return f"{count:,} question{'' if count == 1 else 's'}"


def _plain(name: str) -> str:
    return name.replace("&", "&amp;").replace("<", "&lt;")
