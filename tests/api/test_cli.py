"""The command line as a user meets it, wherever no library is needed."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from api.cli import COMMANDS, Scholium, main
from api.cli.lazy import Lazy

NAMES = [name for part in COMMANDS.values() for name in part]


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def scholium(*words: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main(prog_name='scholium')", *words],
        capture_output=True, text=True, timeout=60, check=False, **options,
    )  # fmt: skip


def test_the_help_names_every_command_without_loading_any():
    code = (
        "import sys; from api.cli import main\n"
        "try: main(['--help'], prog_name='scholium')\n"
        "finally: print([m for m in ('numpy', 'pydantic', 'rich', *sys.argv[1:])"
        " if m in sys.modules])"
    )
    modules = [f"api.cli.{name}" for name in ("ingest", "search", "ask", "doctor", "library")]
    done = subprocess.run(
        [sys.executable, "-c", code, *modules], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
    for name in NAMES:
        assert f"\n  {name} " in done.stdout


def leaves(command: click.Command, *path: str) -> list[tuple[str, ...]]:
    """The paths of the commands below ``command`` that do something."""
    if not isinstance(command, click.Group):
        return [path]
    context = click.Context(command)
    below = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    return [leaf for name, part in below if part for leaf in leaves(part, *path, name)]


def test_every_command_is_there():
    assert {path[0] for path in leaves(main)} == set(NAMES)


@pytest.mark.parametrize("path", leaves(main), ids=" ".join)
def test_every_command_has_help_with_examples_that_it_understands(path):
    shown = run(*path, "--help")
    assert shown.exit_code == 0
    examples = [line[2:] for line in shown.output.partition("Examples:\n")[2].splitlines()]
    assert examples
    for example in examples:
        program, *words = shlex.split(example.split(" | ")[0].split(" >")[0])
        assert (program, *words[: len(path)]) == ("scholium", *path)
        parsed: click.Command = main
        context = click.Context(main, info_name="scholium")
        for name in path:
            assert isinstance(parsed, click.Group)
            found = parsed.get_command(context, name)
            assert found
            parsed = found
        parsed.make_context(path[-1], words[len(path) :], parent=context)


def test_version():
    assert run("--version").output == "scholium 0.1.0\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_shells_script(shell):
    done = run("completion", shell)
    assert done.exit_code == 0
    assert f"_SCHOLIUM_COMPLETE={shell}_complete" in done.output


def test_completion_completes():
    done = scholium(
        env=os.environ
        | {"_SCHOLIUM_COMPLETE": "bash_complete", "COMP_WORDS": "scholium re", "COMP_CWORD": "1"}
    )
    assert done.stdout.split() == ["plain,remove", "plain,reindex"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["serach"], "serach"),
        (["search", "x", "--section", "methods"], "related work"),
        (["search", "x", "--year", "soon"], "2015-2020"),
        (["search", "x", "-k", "0"], "-k"),
        (["search"], "QUERY"),
        (["ask"], "QUESTION"),
        (["ingest"], "SOURCE"),
        (["show"], "PAPER"),
        (["papers", "--colour"], "--colour"),
        (["completion", "tcsh"], "tcsh"),
    ],
)
def test_wrong_usage_is_status_2_and_says_what_is_wrong(words, complaint):
    done = run(*words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert complaint in done.stderr


@pytest.mark.parametrize("words", [["papers"], ["show", "x"], ["search", "x"], ["ask", "x"]])
def test_no_library_is_status_2_and_says_how_to_make_one(words, tmp_path):
    library = tmp_path / "none"
    for line in (["--library", str(library), *words], [*words, "--library", str(library)]):
        done = run(*line)
        assert done.exit_code == 2
        assert done.stderr.startswith("error: ")
        assert str(library) in done.stderr
        assert "scholium ingest" in done.stderr
        assert not library.exists()


def test_the_later_option_counts(tmp_path):
    done = run("--library", "/first", "papers", "--library", str(tmp_path))
    assert str(tmp_path) in done.stderr


def test_a_wrong_configuration_names_key_and_file(tmp_path):
    config = tmp_path / "scholium.toml"
    config.write_text("[chunker]\nmax_token = 3\n")
    for line in (["--config", str(config), "papers"], ["papers", "--config", str(config)]):
        done = run(*line)
        assert done.exit_code == 2
        assert "chunker.max_token" in done.stderr
        assert str(config) in done.stderr


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Scholium:
    """Our group over commands that fail in their own ways."""
    (tmp_path / "failing_commands.py").write_text(
        "import click\n"
        "@click.command()\n"
        "def bug(): raise ValueError('three\\nlines\\nof it')\n"
        "@click.command()\n"
        "def interrupted(): raise KeyboardInterrupt\n"
        "@click.command()\n"
        "def full(): raise OSError(28, 'No space left on device', '/lib/catalog.sqlite')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    commands = {
        name: Lazy(f"failing_commands:{name}", "Fails.") for name in ("bug", "interrupted", "full")
    }
    return Scholium("scholium", sections={"Broken": commands}, params=main.params)


def test_a_bug_shows_no_traceback_unless_asked(broken):
    done = CliRunner().invoke(broken, ["bug"])
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "error: unexpected ValueError: three", "run with --debug to see the traceback",
    ]  # fmt: skip
    assert "Traceback" in CliRunner().invoke(broken, ["--debug", "bug"]).stderr


def test_ctrl_c_is_no_error(broken):
    done = CliRunner().invoke(broken, ["interrupted"])
    assert done.exit_code == 130
    assert done.stderr.split() == ["stopped"]


def test_a_full_disk_is_named(broken):
    done = CliRunner().invoke(broken, ["full"])
    assert done.exit_code == 2
    assert "/lib/catalog.sqlite is full" in done.stderr


def test_a_reader_that_goes_away_is_no_error():
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main(['completion', 'fish'])"],
        stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
    )  # fmt: skip
    os.close(writing)
    assert done.stderr == ""


def test_characters_that_the_terminal_lacks_are_replaced(tmp_path):
    done = scholium(
        "papers", "--library", str(tmp_path / "bücher书"),
        env=os.environ | {"PYTHONIOENCODING": "latin-1"}, encoding="latin-1",
    )  # fmt: skip
    assert done.returncode == 2
    assert "bücher?:" in done.stderr
