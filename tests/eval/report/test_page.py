"""What a reader finds on the page."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from eval.report import find
from eval.report.page import render
from tests.eval.made_outcomes import findings

VOID = {"meta", "br", "link", "input"}


class Checker(HTMLParser):
    """Collects tags and text; fails on a tag that is closed wrongly."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style"}:
            self.text.append(data)


@pytest.fixture(scope="module")
def page() -> str:
    return render(findings())


@pytest.fixture(scope="module")
def read(page: str) -> Checker:
    checker = Checker()
    checker.feed(page)
    assert checker.open == []
    return checker


def test_it_stands_alone(page: str, read: Checker) -> None:
    assert not {"script", "img", "link", "iframe"} & set(read.tags)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", page)
    assert "prefers-color-scheme: dark" in page
    assert 'name="viewport"' in page


def test_what_papers_and_questions_say_is_escaped(page: str, read: Checker) -> None:
    assert "<script>" not in page
    assert any("alert('x')" in text for text in read.text)


def test_it_says_where_the_figures_come_from(read: Checker) -> None:
    said = " ".join(" ".join(read.text).split())
    for part in (
        "The model may have known these papers.",
        "scholium eval retrieval made",
        "hash data4711",
        "hash code4711",
        "hash settings-2",
        "search.retrievers = ['bm25']",
        "python 3.11",
        "24 of 24 questions are scored",
    ):
        assert part in said
    assert re.search(r"seed\s+7", said)


def test_the_pictures_are_there(read: Checker) -> None:
    assert read.tags.count("svg") == 5
    said = " ".join(read.text)
    for title in (
        "Quality against latency",
        "Differences of R@700w",
        "Differences of MRR",
        "R@700w by section of the evidence",
        "R@700w by type of question",
    ):
        assert title in said


def test_the_worst_questions_show_what_was_found_instead(read: Checker) -> None:
    assert read.tags.count("details") == 20
    said = " ".join(" ".join(read.text).split())
    assert "R@700w 0.00 · first relevant at rank 3" in said
    assert "came at rank 3" in said
    assert "1. one, § 3 Method, p. 4" in said
    assert "filler0 filler1" in said


def test_differences_are_set_out(read: Checker) -> None:
    said = " ".join(" ".join(read.text).split())
    assert "+0.250" in said  # of the best, for it fails no fourth question
    assert "-0.750" in said


def test_a_configuration_has_one_colour_and_no_other_has_it() -> None:
    """Of six the first and the best three others: in the table, the scatter plot, the bars."""
    made = findings()
    first, best, words = made.outcomes
    outcomes = (
        first,
        *(replace(words, name=f"words {n}") for n in range(2)),
        *(replace(best, name=f"best {n}") for n in range(3)),
    )
    origin = replace(made.origin, settings_digests={o.name: "" for o in outcomes})
    page = render(find(origin, outcomes, made.measures, made.roles_of))
    colours = ["c0", "other", "other", "c1", "c2", "c3"]
    assert re.findall(r'class="number (\w+)">\d</span>', page) == colours
    assert re.findall(r'class="point (\w+)"', page) == colours
    legend = re.findall(r'<i class="(\w+)"></i>([\w ]+)', page)
    assert legend[:4] == [("c0", "default"), ("c1", "best 0"), ("c2", "best 1"), ("c3", "best 2")]


def test_costs_are_shown_where_there_are_any(read: Checker) -> None:
    assert "tokens in" not in " ".join(read.text)
    page = render(findings(spends=True))
    assert "tokens in" in page
    assert "2,400" in page
    assert "hyde late for 24 of 24 questions" in page
