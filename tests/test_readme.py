"""What the README promises, run as written."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rag.config import Settings, load

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def commands() -> list[str]:
    lines = [line for block in blocks("console") for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


@pytest.mark.slow
def test_the_commands_work_in_their_order(tmp_path: Path) -> None:
    environment = {**os.environ, "SCHOLIUM_LIBRARY": str(tmp_path / "library"), "COLUMNS": "80"}
    said = {}
    for command in commands():
        program, *arguments = shlex.split(command)
        assert program == "scholium"
        code = "from api.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        said[command] = done.stdout
    answer = next(text for command, text in said.items() if "constant k" in command)
    [shown] = blocks("text")
    for promised in shown.strip().split("\n\n"):
        assert " ".join(promised.split()) in " ".join(answer.split())


def test_the_configurations_are_valid(tmp_path: Path) -> None:
    assert blocks("toml")
    for number, block in enumerate(blocks("toml")):
        path = tmp_path / f"{number}.toml"
        path.write_text(block)
        assert load(path).llm.model


def test_the_documented_defaults_are_the_defaults() -> None:
    assert load(ROOT / "configs" / "default.toml") == Settings()


@pytest.mark.parametrize("path", sorted((ROOT / "configs").glob("*.toml")), ids=lambda p: p.stem)
def test_every_shipped_configuration_loads(path: Path) -> None:
    load(path)


def test_every_file_that_the_documents_link_to_exists() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document}: {target}"


def test_the_architecture_names_every_folder_and_module() -> None:
    said = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    folders = [path for path in ROOT.iterdir() if (path / "__init__.py").exists()]
    parts = [part for folder in folders for part in [folder, *folder.iterdir()]]
    named = {
        part.name
        for part in [*parts, *(ROOT / name for name in ("tests", "docs", "configs", "examples"))]
        if (part.suffix == ".py" or (part.is_dir() and any(part.glob("*.*"))))
        and not part.name.startswith("__")
    }
    assert named
    assert sorted(name for name in named if name not in said) == []


def test_the_tests_packages_are_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower().replace("_", "-")
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras["dev"], *extras["ocr"]]
    names = {re.split(r"[<>=!\[]", line)[0].lower() for line in needed}
    assert {"httpx", "pyyaml"} <= names
    assert [name for name in names if f"\n{name}==" not in f"\n{pins}"] == []
