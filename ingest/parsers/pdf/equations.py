"""Tells displayed formulas from running text."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from ingest.layout import TextLine

_LABEL = re.compile(r"(?:^|\s)(\([A-Z]?\.?\d{1,3}(?:\.\d{1,3})?[a-z]?\))$")
# What makes a line prose: longer words, the shortest common ones, and words of other scripts.
_WORD = re.compile(
    r"(?<![^\W_])(?:[A-Za-zÀ-ɏ]{4,}|(?:the|and|for|are|was|not|but|its|our|has|can|any|all|one|two"
    r"|set|use|let|see|we|is|of|in|to|as|be|by|on|an|if|it|or|at)(?![^\W_])|[\u0400-\u1cff\u3040-\ud7af]+)"
)
_FUNCTIONS = frozenset(
    "softmax sigmoid tanh relu argmax argmin rank sign attention concat head mask diag linear loss "
    "layernorm score prob model where with otherwise if such that all for and is".split()
)
_SYMBOLS = frozenset("=+−×·∑∏∫√≤≥<>∈∀∃→←∥|∞∂∇≈≡∼⊙⊗⊕∝≜{}^ˆ˜/*")
_MATH_FONT = re.compile(r"cmmi|cmsy|cmex|math|msbm|msam|eufm|rsfs|symbol|txmi|txsy|pxmi", re.I)


def equation_label(lines: Sequence[TextLine]) -> str:
    """The number printed beside a formula, as in "(3)", or nothing."""
    for line in lines:
        if match := _LABEL.search(line.text):
            return match[1]
    return ""


def is_formula(lines: Sequence[TextLine]) -> bool:
    """Whether lines have next to no words, so that they may be a piece of a formula."""
    text = " ".join(line.text for line in lines)
    words = [w for w in _WORD.findall(text) if w.lower() not in _FUNCTIONS]
    return sum(map(len, words)) <= 0.35 * len(text.replace(" ", ""))


def is_display(row: Sequence[TextLine], left: float, right: float) -> bool:
    """Whether a row, in a column from ``left`` to ``right``, is a displayed formula."""
    text = " ".join(line.text for line in row)
    words = [w for w in _WORD.findall(text) if w.lower() not in _FUNCTIONS]
    letters = sum(map(len, words))
    solid = max(len(text.replace(" ", "")), 1)
    if _LABEL.fullmatch(text):
        return True
    em = row[0].size
    indent = row[0].box.x0 - left
    labelled = len(row) > 1 and bool(_LABEL.fullmatch(row[-1].text))
    if labelled and right - row[-1].box.x1 < 2 * em:
        return letters < 0.75 * solid
    mathematical = any(c in _SYMBOLS for c in text) or any(_is_math(x.font) for x in row)
    if letters > 0.35 * solid or len(words) > 4:
        return False
    # At the margin stands text: the last line of a paragraph may be short, and of symbols only.
    if indent < 0.8 * em:
        return False
    return mathematical or solid <= 3


@functools.lru_cache(maxsize=4096)
def _is_math(font: str) -> bool:
    return bool(_MATH_FONT.search(font))
