"""Where sentences end in the prose of papers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.types import Span

# A full stop may be followed by a footnote mark ("method.3 We") or a citation ("shown.[12] We").
_END = re.compile(
    r"""(?<![.!?])[.!?]+ (?P<closing>[)\]”"'’]*)
        (?P<mark>(?<=[a-z)]\.)\d{1,2} | \[\d[\d,;\s–-]*\])?
        \s+ (?=(?P<next>[("'“‘\[]*[A-Z0-9À-ÞΑ-Ωα-ω$\\]\S*))""",
    re.VERBOSE,
)
_BREAK = re.compile(r"\n[ \t]*\n\s*|\n(?=\s*(?:[-*+•▪–]|\(?\d{1,2}[.)]|\([a-z]\))\s)")
_MATHS = re.compile(r"\$\$.+?\$\$|\$[^$\n]{1,300}\$", re.DOTALL)
_ENUMERATOR = re.compile(r"\d{1,2}(?:\.\d{1,2})*|[a-zivx]{1,4}")
_LONGEST = 24  # characters to look back for the last word

# After these a number or a name always follows.
_NEVER = frozenset(
    "fig figs eq eqs eqn eqns sec secs sect tab tabs ref refs thm lem prop def cor alg algs app ch "
    "chap no nos vol pp p cf vs e.g i.e eg ie viz resp approx dr mr mrs ms prof st proc conf trans "
    "dept univ a.k.a w.r.t s.t ed eds".split()
)
_MILLISECONDS = "ms"  # no title
# These may end a sentence; only a word that opens one tells.
_SOMETIMES = frozenset("al etc i.i.d iid inc ltd co corp jr sr ph.d m.sc a.m p.m u.s u.k".split())
_OPENERS = frozenset(
    "a all although an and another as at because besides both but by consequently each finally "
    "first for from furthermore given hence here how however if in indeed instead it its let like "
    "many moreover most nevertheless next no note notably on once one other our recently second "
    "several similarly since so some such that the their then there therefore these they third "
    "this those though thus to two unlike unfortunately using we what when where whereas while "
    "with".split()
)


def sentences(text: str) -> list[Span]:
    """The sentences of ``text`` in order, without the white space between them.

    Blank lines and new list items always end one. The abbreviations known are English.
    """
    starts = [0, *(match.end() for match in _BREAK.finditer(text))]
    ends = [*starts[1:], len(text)]
    return [
        span
        for start, end in zip(starts, ends, strict=True)
        for span in _trimmed(text, [start, *_cuts(text, start, end), end])
    ]


def _cuts(text: str, start: int, end: int) -> list[int]:
    """Where, inside a block, a sentence is followed by another."""
    formulas = iter([*(m.span() for m in _MATHS.finditer(text, start, end)), (end, end)])
    first, last = next(formulas)
    cuts = []
    sentence = start
    for match in _END.finditer(text, start, end):
        while last <= match.start() and first < end:
            first, last = next(formulas)
        if first > match.start() and _ends(text, sentence, match):
            sentence = match.end()
            cuts.append(sentence)
    return cuts


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the full stop (or other mark) at ``match`` ends the sentence begun at ``start``."""
    if match[0][0] != "." or match["mark"]:
        return True
    before = text[max(start, match.start() - _LONGEST) : match.start()].split()
    if not before or text[match.start() - 1].isspace():
        return True
    last = before[-1].lstrip("([{\"'“‘")
    word = last.lower()
    if (word in _NEVER and last != _MILLISECONDS) or (
        len(before) == 1 and _ENUMERATOR.fullmatch(word)
    ):
        return False
    if word in _SOMETIMES or (len(word) == 1 and word.isalpha()):
        return match["next"].strip("(\"'“,.:").lower() in _OPENERS
    return True


def _trimmed(text: str, cuts: Sequence[int]) -> list[Span]:
    """The stretches between neighbouring cuts, without white space at their ends."""
    spans = []
    for start, end in pairwise(cuts):
        part = text[start:end]
        if part.strip():
            lead = len(part) - len(part.lstrip())
            spans.append(Span(start + lead, start + len(part.rstrip())))
    return spans
