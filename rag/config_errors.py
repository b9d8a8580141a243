"""What the user is told about a configuration that does not hold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError


def explain(
    error: ValidationError, path: Path | None, variables: Mapping[tuple[str, ...], str]
) -> str:
    """Every key that is wrong, with its value and the file or variable that it came from.

    ``variables`` are those of the environment that set a key, by the key's place.
    """
    return "; ".join(_complaint(item, path, variables) for item in error.errors())


def _complaint(
    item: Mapping[str, Any], path: Path | None, variables: Mapping[tuple[str, ...], str]
) -> str:
    """What is wrong with one key. What may be a secret is not repeated."""
    steps = tuple(map(str, item["loc"]))
    place = _variable(steps, variables) or path
    key, where = ".".join(steps), f" in {place}" if place else ""
    if item["type"] == "extra_forbidden":
        return f"unknown key {key}{where}: remove it or correct its name"
    if item["type"] == "value_error":
        subject = f"{key}{where}".strip()  # nothing of it is known where tables do not fit together
        return f"{subject}: {item['ctx']['error']}".removeprefix(": ")
    if steps[-1].endswith("key_env"):
        return (
            f"{key}{where} is not the name of an environment variable: write the name of the "
            'variable that holds the key, as "OPENAI_API_KEY", not the key itself'
        )
    what = 'write a list, as ["bm25"]' if item["type"] == "tuple_type" else item["msg"]
    return f"{key} = {item['input']!r}{where}: {what}"


def _variable(steps: tuple[str, ...], variables: Mapping[tuple[str, ...], str]) -> str:
    """A variable that set this key, what it is part of, or a part of it; empty if none did."""
    related = (
        (len(keys), name)
        for keys, name in variables.items()
        if keys[: len(steps)] == steps[: len(keys)]
    )
    return max(related, default=(0, ""))[1]
