"""Which numbers make up the sections of a paper."""

import time

import pytest

from ingest.headings.chains import best_chain
from ingest.numbering import read_number


def chain(*numbers: str, weak: tuple[int, ...] = ()) -> list[str]:
    """The numbers chosen; those at ``weak`` look like list items."""
    read = [read_number(f"{number} Title") for number in numbers]
    weights = [-1.0 if i in weak else 2.0 for i in range(len(numbers))]
    found = best_chain([r[0] if r else None for r in read], weights)
    return [found[i].text for i in sorted(found)]


@pytest.mark.parametrize(
    ("numbers", "chosen"),
    [
        ("1 2 2.1 2.2 3", "1 2 2.1 2.2 3"),
        ("1 17 2 3", "1 2 3"),
        ("1 2 4", "1 2 4"),
        ("1 1.1 1.1.1 1.2 2", "1 1.1 1.1.1 1.2 2"),
        ("1 2 A A.1 B", "1 2 A A.1 B"),
        ("I. A. B. II. A. III.", "I A B II A III"),
        ("I. II. III. IV. V.", "I II III IV V"),
        ("A. B. C. D. E. F. G. H. I.", "A B C D E F G H I"),
        ("7 8 9", ""),
        ("", ""),
    ],
)
def test_numbers_that_follow_one_another_are_chosen(numbers: str, chosen: str) -> None:
    assert chain(*numbers.split()) == chosen.split()


def test_list_items_between_headings_are_left_out() -> None:
    assert chain("1", "2.", "3.", "2", "3", weak=(1, 2)) == ["1", "2", "3"]


def test_many_numbers_take_little_time() -> None:
    started = time.perf_counter()
    chain(*[str(i % 90 + 1) for i in range(5000)])
    assert time.perf_counter() - started < 5
