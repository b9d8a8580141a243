"""Metadata that a Markdown file opens with, between two lines of three hyphens.

Read as plain ``key: value`` lines (lists as ``[a, b]`` or as ``- item`` lines), not as YAML.
"""

from __future__ import annotations

import re

_BLOCK = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_PAIR = re.compile(r"([A-Za-z_][\w-]*)\s*:(?:\s+(.*))?$")
_ITEM = re.compile(r"\s*-\s+(.*)$")


def split_front_matter(text: str) -> tuple[dict[str, tuple[str, ...]], str]:
    """``(values by lower-case key, the rest of the text)``; no front matter gives no values."""
    match = _BLOCK.match(text)
    if match is None:
        return {}, text
    values: dict[str, list[str]] = {}
    key = ""
    for line in match[1].splitlines():
        if item := _ITEM.match(line):
            values.setdefault(key, []).append(_unquote(item[1]))
        elif pair := _PAIR.match(line):
            key = pair[1].lower()
            values[key] = _values(pair[2] or "")
    values.pop("", None)
    return {key: tuple(v for v in found if v) for key, found in values.items()}, text[match.end() :]


def _values(written: str) -> list[str]:
    written = written.strip()
    if written.startswith("[") and written.endswith("]"):
        return [_unquote(part) for part in written[1:-1].split(",")]
    return [_unquote(written)]


def _unquote(written: str) -> str:
    written = written.strip()
    if len(written) > 1 and written[0] == written[-1] and written[0] in "\"'":
        return written[1:-1]
    return written
