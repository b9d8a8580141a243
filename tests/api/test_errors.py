from __future__ import annotations

import errno
import os
from argparse import Namespace
from pathlib import Path

import click
import pytest

from api.cli.errors import crowded, explain, report
from rag.errors import (
    ConfigError,
    LibraryError,
    LibraryLocked,
    ModelError,
    SourceError,
    UnknownPaper,
)

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


def test_a_full_disk_is_named_where_an_engine_did_not(monkeypatch):
    def left(free: int, total: int = 10**12) -> None:
        monkeypatch.setattr("shutil.disk_usage", lambda _: Namespace(free=free, total=total))

    left(10**9)
    assert crowded(LIBRARY) == ""
    left(4096)
    assert "disk that holds /lib is full" in crowded(LIBRARY)
    left(0, total=0)
    assert crowded(LIBRARY) == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look anywhere")
def test_a_folder_that_may_not_be_looked_into_is_no_second_error(tmp_path, capsys):
    (tmp_path / "closed").mkdir(mode=0)
    assert report(ConfigError("wrong"), tmp_path / "closed" / "library", debug=False) == 2
    assert capsys.readouterr().err == "error: wrong\n"


def test_the_last_line_of_defence_does_not_break(monkeypatch, capsys):
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "exists", refuse)
    monkeypatch.setattr("shutil.disk_usage", refuse)
    assert report(ConfigError("wrong \x1b[31m"), LIBRARY, debug=False) == 2
    assert capsys.readouterr().err.endswith(" wrong [31m\n")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENAMETOOLONG, "choose a shorter name"),
        (errno.ENOTDIR, "a file stands where a folder is needed"),
        (errno.EMFILE, "ulimit -n"),
        (errno.ENOENT, "leads nowhere"),
        (errno.ENODEV, "check the path"),
    ],
)
def test_every_error_of_the_system_says_what_to_do(number, said):
    error = OSError(number, os.strerror(number), "/lib/x")
    assert f"/lib/x: {os.strerror(number)}: " in explain(error, LIBRARY)[0]
    assert said in explain(error, LIBRARY)[0]


def test_a_message_that_ends_in_the_systems_words_is_given_advice():
    cause = OSError(errno.ENOTDIR, "Not a directory", "/lib/x")
    bare, advised = LibraryError("can't write: Not a directory"), LibraryError("go away")
    bare.__cause__ = advised.__cause__ = cause
    assert "a file stands" in explain(bare, LIBRARY)[0]
    assert explain(advised, LIBRARY)[0] == "go away"


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
