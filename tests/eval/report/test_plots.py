from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.analysis import Group
from eval.report.plots import Point, bars, forest, quality_against_latency
from eval.report.svg import WIDTH, Scale, shortened
from eval.significance import Difference

SVG = "{http://www.w3.org/2000/svg}"
share = st.floats(0, 1)
names = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60)


def parsed(markup: str) -> tuple[ET.Element, float]:
    root = ET.fromstring(markup)
    return root, float(root.attrib["viewBox"].split()[3])


def places(root: ET.Element) -> Iterator[tuple[float, float]]:
    """Where everything is."""
    for element in root.iter():
        for x, y in (("x", "y"), ("cx", "cy"), ("x1", "y1"), ("x2", "y2")):
            if x in element.attrib:
                yield float(element.attrib[x]), float(element.attrib[y])


def inside(markup: str) -> ET.Element:
    root, height = parsed(markup)
    assert all(0 <= x <= WIDTH and 0 <= y <= height for x, y in places(root))
    return root


@given(st.lists(st.tuples(names, st.floats(0, 1e5), share, share, share), min_size=1, max_size=6))
def test_points_lie_on_the_picture(given: list[tuple[str, float, float, float, float]]) -> None:
    points = [
        Point(i, "c0", name, ms, sorted(values)[1], min(values), max(values))
        for i, (name, ms, *values) in enumerate(given, 1)
    ]
    root = inside(quality_against_latency(points, "MRR"))
    assert len(list(root.iter(f"{SVG}circle"))) == len(points)


def test_better_is_higher_and_slower_is_further_right() -> None:
    points = [Point(1, "c0", "a", 5, 0.4, 0.3, 0.5), Point(2, "c1", "b", 50, 0.6, 0.5, 0.7)]
    root = inside(quality_against_latency(points, "MRR"))
    first, second = (
        (float(c.attrib["cx"]), float(c.attrib["cy"])) for c in root.iter(f"{SVG}circle")
    )
    assert second[0] > first[0]
    assert second[1] < first[1]


@given(st.lists(st.tuples(names, share, share), min_size=1, max_size=5))
def test_bars_are_as_long_as_their_values(given: list[tuple[str, float, float]]) -> None:
    groups = [Group(name, i, {"a": a, "b": b}) for i, (name, a, b) in enumerate(given)]
    root = inside(bars(groups, ["a", "b"], "MRR"))
    widths = [float(rect.attrib["width"]) for rect in root.iter(f"{SVG}rect")]
    values = [value for _, *pair in given for value in pair]
    full = Scale(0, 1, 8, WIDTH - 46)(1) - 8
    assert widths == pytest.approx([max(0.5, value * full) for value in values], abs=0.11)


def difference(mean: float, half: float, adjusted: float) -> Difference:
    return Difference(mean, mean - half, mean + half, adjusted, adjusted, 100)


@given(st.dictionaries(names, st.tuples(st.floats(-1, 1), share), min_size=1, max_size=5))
def test_intervals_lie_on_the_picture(given: dict[str, tuple[float, float]]) -> None:
    shown = {name: difference(mean, half, 0.5) for name, (mean, half) in given.items()}
    root = inside(forest(shown, "MRR"))
    assert len(list(root.iter(f"{SVG}circle"))) == len(shown)


def test_colours_tell_what_is_clear() -> None:
    shown = {
        "up": difference(0.2, 0.1, 0.01),
        "down": difference(-0.2, 0.1, 0.01),
        "open": difference(0.05, 0.1, 0.3),
    }
    root = inside(forest(shown, "MRR"))
    kinds = [circle.attrib["class"] for circle in root.iter(f"{SVG}circle")]
    assert kinds == ["better", "worse", "unclear"]


@given(st.floats(-1e3, 1e3), st.floats(0.01, 1e3))
def test_ticks_are_few_and_inside(low: float, span: float) -> None:
    ticks = Scale(low, low + span, 0, 100).ticks()
    assert 1 <= len(ticks) <= 6
    assert all(low - 1e-6 <= tick <= low + span + 1e-6 for tick in ticks)


def test_ticks_of_a_logarithmic_scale() -> None:
    assert Scale(3, 60, 0, 100, logarithmic=True).ticks() == [5, 10, 20, 50]
    assert Scale(30, 80, 0, 100, logarithmic=True).ticks() == [30, 40, 50, 70]
    scale = Scale(1, 100, 0, 100, logarithmic=True)
    assert scale(10) == pytest.approx(50)
    assert math.isclose(Scale(2, 2, 0, 100)(2), 50)


def test_long_names_are_cut() -> None:
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcd efg", 6) == "abcd…"
