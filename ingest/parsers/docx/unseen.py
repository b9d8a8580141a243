"""Runs of a Word document that nobody sees: hidden, white, or hardly of any size."""

from __future__ import annotations

from typing import Any

from ingest.parsers.docx.xml import W

_TINY = 4  # half-points
_PAPER = frozenset({"auto", "ffffff", ""})


def is_unseen(run: Any) -> bool:
    """Whether a run's own properties hide it, or make it white where nothing is behind it."""
    properties = run.find(f"{W}rPr")
    if properties is None:
        return False
    vanish = properties.find(f"{W}vanish")
    if vanish is not None and vanish.get(f"{W}val", "1") not in {"0", "false", "off"}:
        return True
    size = _value(properties, "sz")
    if size.isascii() and size.isdigit() and int(size) < _TINY:
        return True
    return _value(properties, "color").lower() == "ffffff" and not _has_ground(run)


def unseen_characters(body: Any) -> int:
    """How many characters such runs hold."""
    runs = [run for run in body.iter(f"{W}r") if is_unseen(run)]
    return sum(len((text.text or "").strip()) for run in runs for text in run.iter(f"{W}t"))


def _has_ground(run: Any) -> bool:
    """Whether it, its paragraph, cell or table is shaded, or it is marked or in a drawing."""
    if _value(run.find(f"{W}rPr"), "highlight") not in {"", "none", "white"}:
        return True
    for node in (run, *run.iterancestors()):
        if str(node.tag).endswith(("}txbxContent", "}drawing", "}pict")):
            return True
        for shading in node.findall(f"{W}rPr/{W}shd") + _shadings(node):
            if shading.get(f"{W}fill", "auto").lower() not in _PAPER or shading.get(
                f"{W}themeFill"
            ):
                return True
    return False


def _shadings(node: Any) -> list[Any]:
    found = [
        each for name in ("pPr", "tcPr", "tblPr") for each in node.findall(f"{W}{name}/{W}shd")
    ]
    if node.find(f"{W}tblPr/{W}tblStyle") is not None:  # what a style shades is not told here
        found.append(_STYLED)
    return found


def _value(properties: Any, name: str) -> str:
    node = properties.find(f"{W}{name}")
    return "" if node is None else str(node.get(f"{W}val", ""))


_STYLED = {f"{W}fill": "styled"}
