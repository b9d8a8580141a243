from __future__ import annotations

import pytest

from api.cli.render.progress import Bar, failures, ingesting, rebuilding
from api.cli.tally import Tally, file_line, summary
from ingest.events import Embedded, Failed, Found, Indexed, Mined, Parsed, Stored, Unchanged

EVENTS = [
    (0.0, Found(4)),
    (0.0, Unchanged("old.pdf", "p0")),
    (1.0, Parsed("a.pdf", 10, 50, 0.9)),
    (1.5, Failed("bad.pdf", "is empty")),
    (2.0, Embedded(40, 0.5)),
]


def tally_of(events) -> Tally:
    tally = Tally()
    for at, event in events:
        tally.add(event, at)
    return tally


def test_bars_expect_the_files_to_come_to_be_like_those_parsed():
    tally = tally_of(EVENTS)
    # Three of four files are through; the fourth is taken to have 50 chunks like the parsed one.
    # One parsed file took a second; 60 chunks are left at 80 a second.
    assert ingesting(tally) == {
        "parsing": Bar(3, 4, "3 of 4 files, 10 pages/s", 1.0),
        "embedding": Bar(40, 100, "40 chunks, 80 chunks/s", 0.75),
        "indexing": Bar(0, 100, "waiting"),
    }


def test_bars_are_full_at_the_end():
    end = [
        (3.0, Parsed("b.pdf", 20, 30, 2.0)),
        (3.5, Embedded(40, 0.5)),
        (3.6, Indexed(80, 0.1)),
        (3.6, Stored("a.pdf", "p1", "A", 10, 50)),
        (3.6, Stored("b.pdf", "p2", "B", 20, 30, replaced=True)),
    ]
    tally = tally_of([*EVENTS, *end])
    assert [(bar.done, bar.total, bar.left) for bar in ingesting(tally).values()] == [
        (4, 4, "0:00 left"), (80, 80, "0:00 left"), (80, 80, "0:00 left"),
    ]  # fmt: skip
    assert summary(tally, 3.7) == (
        "2 papers stored, 1 of them replaced, 1 unchanged, 1 failed; "
        "30 pages read at 12.0/s, 80 chunks embedded at 80/s, 3.7 s"
    )


def test_mining_an_older_library_is_shown_first_and_told_once():
    mined = [(1.0, Mined(1, 3, 1.0)), (1.5, Mined(2, 3, 0.5))]
    tally = tally_of(mined)
    bar = Bar(2, 3, "mining 2 of 3 papers, this once", 0.75)
    assert ingesting(tally)["parsing"] == bar
    assert rebuilding(tally)["indexing"] == bar
    done = tally_of([*mined, (2.0, Mined(3, 3, 0.5)), *((2.0 + at, e) for at, e in EVENTS)])
    assert ingesting(done) == ingesting(tally_of(EVENTS))
    lines = [file_line(event) for _, event in mined]
    assert lines == ["mining     3 papers of an older library, this once", ""]


def test_making_models_ready_is_no_reading():
    late = tally_of((30.0 + at, event) for at, event in EVENTS)
    assert ingesting(late) == ingesting(tally_of(EVENTS))


def test_nothing_to_do_is_no_division_by_zero():
    assert summary(tally_of([(0.0, Found(0))]), 0.0) == "0 papers stored; 0 pages, 0 chunks, 0.0 s"


def test_rebuilding_counts_papers():
    tally = tally_of(
        [(0.0, Found(2)), (1.0, Embedded(50, 1.0)), (1.0, Stored("a", "p1", "A", 1, 50, True))]
    )
    assert rebuilding(tally) == {"indexing": Bar(1, 2, "1 of 2 papers, 50 chunks/s", 1.0)}


@pytest.mark.parametrize(
    ("left_s", "shown"), [(None, ""), (0.4, "0:00 left"), (59.7, "1:00 left"), (3700, "61:40 left")]
)
def test_time_left(left_s, shown):
    assert Bar(left_s=left_s).left == shown


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (Stored("a.pdf", "p1", "On [A]", 1, 7), "stored     p1  On [A] (1 page, 7 chunks)"),
        (Stored("a.pdf", "p1", "A", 0, 1, True), "replaced   p1  A (0 pages, 1 chunk)"),
        (Unchanged("a.pdf", "p1"), "unchanged  p1  a.pdf"),
        (Failed("a.pdf", "is\nempty\x1b[2J"), "failed     a.pdf: is empty[2J"),
        (Found(3), ""),
    ],
)
def test_lines_without_a_terminal(event, line):
    assert file_line(event) == line


def test_failures_name_file_and_reason():
    assert [text.plain for text in failures([Failed("[x].pdf", "is empty")])] == [
        "failed  [x].pdf: is empty"
    ]
