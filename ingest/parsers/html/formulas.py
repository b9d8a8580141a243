"""Formulas as TeX, however the page has them."""

from __future__ import annotations

import re

from ingest.markup import Node, words
from ingest.parsers.html.document import has_class, is_tex_script

_TEX = frozenset({"application/x-tex", "application/x-latex", "tex", "latex"})
_COMMENT = re.compile(r"(?<!\\)%[^\n]*\n\s*")
_STYLE = re.compile(r"^\\(?:displaystyle|textstyle)\s*")
_UNSPACED = re.compile(r"\s+")


def is_formula(node: Node) -> bool:
    """Whether the element is a formula as a whole."""
    return (
        node.tag in {"math", "d-math"}
        or has_class(node, "katex", "ltx_Math")
        or is_tex_script(node)
    )


def is_display(node: Node) -> bool:
    """Whether a formula stands on lines of its own."""
    if node.tag == "d-math":
        return node.get("block") is not None
    if node.tag == "script":
        return "mode=display" in str(node.get("type", "")).replace(" ", "")
    parent = node.getparent()
    return node.get("display") == "block" or (
        parent is not None and has_class(parent, "katex-display")
    )


def tex_of(node: Node) -> str:
    """The formula's TeX without delimiters; of MathML that has none, its characters."""
    if node.tag in {"d-math", "script"}:
        return _cleaned("".join(node.itertext()))
    math = node if node.tag == "math" else node.find(".//math")
    if math is None:
        return words(node)
    if math.get("alttext"):
        return _cleaned(math.get("alttext"))
    for note in math.iter("annotation"):
        if str(note.get("encoding", "")).lower() in _TEX:
            return _cleaned(note.text or "")
    shown = [t for child in math.iter() if (t := _token(child))]
    return " ".join(shown)


def _token(node: Node) -> str:
    inside = {"annotation", "annotation-xml"}
    if node.tag in inside or any(parent.tag in inside for parent in node.iterancestors()):
        return ""
    return (node.text or "").strip()


def _cleaned(tex: str) -> str:
    without = _COMMENT.sub("", tex.strip())
    return _UNSPACED.sub(" ", _STYLE.sub("", without)).strip()
