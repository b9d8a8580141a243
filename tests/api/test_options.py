from __future__ import annotations

from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli.options import Common, RoleType, YearsType, where
from rag.types import Filter, Role


@pytest.mark.parametrize(
    ("written", "years"),
    [
        ("2017", (2017, 2017)),
        ("2015-2020", (2015, 2020)),
        ("2015–2020", (2015, 2020)),
        ("2015-", (2015, None)),
        ("-2020", (None, 2020)),
    ],
)
def test_years(written, years):
    assert YearsType().convert(written, None, None) == years


@pytest.mark.parametrize("written", ["", "-", "17", "2015 2020", "20152020", "2015-20", "last"])
def test_what_is_no_range_of_years_is_named(written):
    with pytest.raises(click.BadParameter, match="not a range of years") as caught:
        YearsType().convert(written, None, None)
    assert repr(written) in str(caught.value)


def test_years_the_wrong_way_round():
    with pytest.raises(click.BadParameter, match="2020 is after 2015"):
        YearsType().convert("2020-2015", None, None)


@given(st.integers(1000, 9999), st.integers(1000, 9999))
def test_every_ordered_pair_of_years_is_read_back(one, other):
    first, last = sorted((one, other))
    assert YearsType().convert(f"{first}-{last}", None, None) == (first, last)


@pytest.mark.parametrize("written", ["related work", "related-work", "Related_Work"])
def test_roles_may_be_written_without_a_space(written):
    assert RoleType().convert(written, None, None) is Role.RELATED_WORK


def test_an_unknown_role_is_answered_with_the_list():
    with pytest.raises(click.BadParameter) as caught:
        RoleType().convert("methods", None, None)
    assert "'methods'" in caught.value.message
    assert all(role in caught.value.message for role in Role)


def test_roles_complete():
    context = click.Context(click.Command("search"))
    items = RoleType().shell_complete(context, click.Option(["--section"]), "re")
    assert [item.value for item in items] == ["related-work", "results", "references"]


def test_filters_become_a_filter():
    assert where((), (), None) == Filter()
    assert where(("p",), (Role.METHOD,), (2015, None)) == Filter(
        frozenset({"p"}), frozenset({Role.METHOD}), 2015, None
    )


def test_the_library_is_the_option_else_the_environment_else_home(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    assert Common().path == Path("/home/me/.scholium")
    monkeypatch.setenv("SCHOLIUM_LIBRARY", "~/papers")
    assert Common().path == Path("/home/me/papers")
    assert Common(library=Path("here")).path == Path("here")
