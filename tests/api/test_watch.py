"""``scholium watch`` as a process of its own, told by the system of what happens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["watch", str(tmp_path / "none")])
    assert done.exit_code == 2
    assert "there is no folder" in done.stderr


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_reads_what_comes_and_ends_when_told(tmp_path: Path, end: signal.Signals) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    env = os.environ | {"SCHOLIUM_EMBEDDER__KIND": "hashing"}
    words = ["watch", str(folder), "--library", str(tmp_path / "library"), "--settle", "0.1"]
    process = subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main(prog_name='scholium')", *words,
         "--json", "--jobs", "1"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env,
    )  # fmt: skip
    assert process.stdout
    assert process.stderr
    try:
        assert process.stderr.readline().startswith("watching ")
        (folder / "a.md").write_text("# Alpha\n\nIt says something.\n")
        stored = json.loads(process.stdout.readline())
        assert (stored["status"], stored["title"]) == ("stored", "Alpha")
        (folder / "b.md").write_text("# Beta\n\nIt says something else.\n")
        assert json.loads(process.stdout.readline())["title"] == "Beta"
        (folder / "a.md").unlink()
        gone = json.loads(process.stdout.readline())
        assert (gone["status"], gone["paper_id"]) == ("gone", stored["paper_id"])
        process.send_signal(end)
        out, errors = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, "")
        assert errors.splitlines()[-1] == "stopped"
    finally:
        process.kill()
        process.communicate()
