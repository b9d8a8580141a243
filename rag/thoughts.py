"""What some models write before they answer."""

from __future__ import annotations

THINK, THOUGHT = "<think>", "</think>"


def without_thoughts(text: str) -> str:
    """``text`` without the ``<think>`` block that some models open with, closed or not."""
    stripped = text.lstrip()
    if not stripped.startswith(THINK):
        return text
    return stripped.partition(THOUGHT)[2]
