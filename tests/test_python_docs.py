"""What docs/python.md shows, run as written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text(encoding="utf-8"), re.DOTALL
)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_runs(number: int, small_library: Path) -> None:
    environment = {**os.environ, "SCHOLIUM_LIBRARY": str(small_library), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", EXAMPLES[number]],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_to_import_the_package_loads_next_to_nothing() -> None:
    code = (
        "import sys, rag; print(sorted({'numpy', 'pydantic', 'rag.library', 'asyncio'}"
        " & set(sys.modules))); from rag import *; print(Library.open, AsyncLibrary, Filter)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("[]\n<bound method Library.open")
