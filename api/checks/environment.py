"""Python and the installed packages."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from importlib.util import find_spec

from api.checks import REINSTALL, Check, Level, passed

OLDEST_PYTHON = (3, 11)
COMPROMISED = {"litellm": frozenset({"1.82.7", "1.82.8"})}
"""Releases that were published by somebody else and steal secrets."""


def python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> Check:
    """Whether this Python is recent enough."""
    shown = ".".join(map(str, version))
    if version >= OLDEST_PYTHON:
        return passed("python", shown)
    oldest = ".".join(map(str, OLDEST_PYTHON))
    return Check("python", Level.FAIL, f"{shown} is too old", f"install Python {oldest} or later")


def packages() -> Check:
    """Whether every package that Scholium requires is installed and can be found."""
    required = requirements(metadata.requires("scholium") or [])
    versions = {name: _version(name) for name in required}
    return judge(versions, frozenset(_without_modules(required)))


def requirements(lines: Sequence[str]) -> list[str]:
    """The packages' names in ``Requires-Dist`` lines, those of extras left out."""
    found = (re.match(r"[\w.-]+", line) for line in lines if "extra ==" not in line)
    return [match[0] for match in found if match]


def judge(versions: Mapping[str, str], broken: frozenset[str]) -> Check:
    """The check for packages of these versions (empty: missing), ``broken`` without files."""
    bad = [f"{name} {v}" for name, v in versions.items() if v in COMPROMISED.get(name, ())]
    if bad:
        mend = "uninstall it at once, and change every key that this machine knows"
        return Check("packages", Level.FAIL, f"{', '.join(bad)}: a compromised release", mend)
    missing = [name for name, version in versions.items() if not version or name in broken]
    if missing:
        return Check("packages", Level.FAIL, f"not installed: {', '.join(missing)}", REINSTALL)
    return passed("packages", ", ".join(f"{name} {v}" for name, v in versions.items()))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _without_modules(names: Sequence[str]) -> set[str]:
    """Those of which no module can be found, though pip has a record of them."""
    modules: dict[str, list[str]] = {}
    for module, distributions in metadata.packages_distributions().items():
        for distribution in distributions:
            modules.setdefault(_normalised(distribution), []).append(module)
    return {
        name
        for name in names
        if not any(m.isidentifier() and find_spec(m) for m in modules.get(_normalised(name), []))
    }


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
