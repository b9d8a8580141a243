from __future__ import annotations

import errno
from pathlib import Path

import click
import pytest

from api.cli.errors import crowded, explain
from rag.errors import ConfigError, LibraryLocked, ModelError, SourceError, UnknownPaper

LIBRARY = Path("/lib")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownPaper("no paper 'x'"), 2),
        (ConfigError("unknown key a.b"), 2),
        (LibraryLocked("locked by process 3"), 2),
        (ModelError("the model failed", "try again"), 2),
        (SourceError("a.pdf", "is empty"), 1),
    ],
)
def test_our_errors_speak_for_themselves(error, status):
    assert explain(error, LIBRARY) == (str(error), status)


def test_a_full_disk_names_the_place():
    message, status = explain(OSError(errno.ENOSPC, "No space left", "/lib/x.sqlite"), LIBRARY)
    assert "/lib/x.sqlite is full" in message
    assert status == 2
    assert (
        "/lib, or the output, is full"
        in explain(OSError(errno.ENOSPC, "No space left"), LIBRARY)[0]
    )


def test_a_full_disk_is_named_where_an_engine_did_not():
    assert crowded(LIBRARY, 10**9) == ""
    assert "disk that holds /lib is full" in crowded(LIBRARY, 4096)


def test_no_permission_names_the_place():
    message, _ = explain(PermissionError(errno.EACCES, "Permission denied", "/lib"), LIBRARY)
    assert message.startswith("no permission for /lib")


def test_wrong_usage_points_to_the_help():
    context = click.Context(click.Command("ask"), info_name="ask")
    message, status = explain(click.UsageError("no such option: -x", context), LIBRARY)
    assert message == "no such option: -x\nsee ask --help"
    assert status == 2


def test_the_unexpected_is_one_line_and_a_way_to_see_more():
    message, status = explain(ValueError("first\nsecond"), LIBRARY)
    assert message.splitlines() == [
        "unexpected ValueError: first", "run with --debug to see the traceback",
    ]  # fmt: skip
    assert status == 2
