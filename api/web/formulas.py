"""A formula in LaTeX as MathML. The only module that knows latex2mathml."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from html import escape
from typing import Literal
from xml.etree.ElementTree import Element, tostring

LONGEST = 2_000
"""Characters. Formulas of papers have a few dozen."""

DEEPEST = 25
"""Braces within braces. The converter calls itself for each, and so does a browser's layout."""

# Macros multiply what a formula says, and the others reach beyond it.
_REFUSED = re.compile(
    r"\\(?:(?:re)?new|provide|def|let|Declare|href|url|class|style|cssId|html|require|include)"
)

_BRACES = re.compile(r"\\(?:left|right|begin|end)(?![a-zA-Z])|\\?[{}]")

Display = Literal["inline", "block"]


def mathml(formula: str, display: Display) -> str:
    """The formula as a ``<math>`` element; as code where it can't be converted or is huge."""
    return _converted(formula.strip(), display) or f"<code>{escape(formula.strip())}</code>"


@lru_cache(maxsize=512)
def _converted(formula: str, display: Display) -> str:
    """Empty where there is no good conversion. Answers are rendered more than once."""
    if len(formula) > LONGEST or _depth(formula) > DEEPEST or _REFUSED.search(formula):
        return ""
    from latex2mathml.converter import Converter

    try:
        # Not to text: the converter would unescape what it has written.
        math = Converter(display=display).convert_to_element(formula)
        return _written(math)
    except Exception:  # noqa: BLE001  it raises whatever its tables and recursion come to
        return ""


def _written(math: Element) -> str:
    """As text, once its entities (which stand there as text) are characters."""
    for element in math.iter():
        element.text = html.unescape(element.text or "")
        if element.text.startswith("\\"):
            return ""  # a command that the converter does not know
    return tostring(math, encoding="unicode", short_empty_elements=False)


def _depth(formula: str) -> int:
    depth = deepest = 0
    for brace in _BRACES.findall(formula):
        opens = brace in ("{", "\\left", "\\begin")
        closes = brace in ("}", "\\right", "\\end")
        depth = max(depth + opens - closes, 0)
        deepest = max(deepest, depth)
    return deepest
