"""How a sentence of a paper reads where it stands by itself, and whether it does. Pure."""

from __future__ import annotations

import re

from rag.generate.table_rows import is_rule
from rag.types import Kind

FEWEST_WORDS = 4
MOST_WORDS = 90
FEWEST_WORDS_WITHOUT_END = 12
MOSTLY_WORDS = 0.6
LONGEST_RUN_IN = 6
"""Words of a heading that opens a paragraph on the same line."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_BULLET = re.compile(r"^[-*+•▪–]\s+(?=\S)")
_NUMBERED = re.compile(r"^\(?\d{1,2}[.)]\s+(?=\S)")
_CALL = re.compile(r"^(?:\d{1,2}|[∗*†‡§¶]+)\s*(?=[A-Z][a-z]|[AI]\s)")
_ENTRY = re.compile(
    r"^\[\w{1,8}\]\s|\b(?:In Proc(?:eedings|\.)|arXiv preprint|pp\. ?\d+)"
    r"|^(?:Proceedings of|Copyright|©|Correspondence to|Permission to make)"
)
_MARKS = re.compile(r"(\w+|[∈=])?(\s*)\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]")
# Behind these, brackets hold values or are a part of the sentence.
_NEEDING = frozenset("in of by from see to and with than ∈ = range interval between".split())
_COMMA, _NO_BREAK = re.compile(r"\s*([,;])\s*"), "\\1\N{NO-BREAK SPACE}"
_WHITE = re.compile(r"\s+")
_PLAIN = re.compile(r"[(\[“\"'‘]*(?:[^\W\d_]{2,}|[aAI]\b|[\d.,%–-]+(?=[\s,.;)%]|$))")
_FULL_STOP = re.compile(r"[.!?][)\]”\"’']*\d{0,2}$")
_ENDED = re.compile(r"[.!?:;][)\]”\"’']*\d{0,2}$")
# What headings lack and short sentences have: somebody who does it, a verb that helps, a comma.
_SAYS_SOMETHING = re.compile(
    r"[,\d=]|\b(?:we|it|they|i|this|these|that|there|here|each|all|both|is|are|was|were|be|been|has"
    r"|have|had|do|does|did|can|could|may|might|will|would|must|should|let|see|note|fix|assume"
    r"|suppose|consider|denote|use[sd]?|using|show[sn]?)\b",
    re.IGNORECASE,
)


def shown(said: str, kind: Kind) -> str:
    """The words on one line.

    Without a list's or a footnote's mark, and without the paper's own ``[12]``: our citations look
    like it. What the sentence needs stays: "as in (12)", "k = (3, 4, 5)"; the comma of an interval
    has a no-break space behind it, as no citation has.
    """
    line = _BULLET.sub("", _WHITE.sub(" ", said).strip())
    if kind is Kind.LIST:
        line = _NUMBERED.sub("", line)
    if kind is Kind.FOOTNOTE:
        line = _CALL.sub("", line)
    return _MARKS.sub(_unmarked, line)


def reads_alone(line: str) -> bool:
    """Whether it is a whole sentence of mostly words."""
    parts = line.split()
    plain = sum(bool(_PLAIN.match(part)) for part in parts)
    return bool(_FULL_STOP.search(line)) and plain >= MOSTLY_WORDS * len(parts)


def has_ended(said: str) -> bool:
    """Whether it ends as a sentence does, or as what leads to another."""
    return bool(_ENDED.search(said))


def has_words(said: str) -> bool:
    """Whether there is a word in it, other than letters that stand alone."""
    return bool(_WORD.search(said))


def presentable(said: str, kind: Kind) -> bool:
    """Whether a reader would take it for a statement: no heading, rule, entry or debris."""
    words = said.split()
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or is_rule(said) or _ENTRY.search(said):
        return False
    return not _is_fragment(said, kind) and len(_WORD.findall(said)) * 3 >= len(words)


def is_run_in(said: str, kind: Kind) -> bool:
    """Whether what opens a paragraph reads like its heading: "Comparison with others."."""
    line = shown(said, kind)
    brief = len(line.split()) <= LONGEST_RUN_IN and line.endswith(".")
    return brief and line[:1].isupper() and not _SAYS_SOMETHING.search(line)


def _is_fragment(said: str, kind: Kind) -> bool:
    """Whether the beginning is missing, or the end of what is short."""
    words = said.split()
    cut = not has_ended(said) and len(words) < FEWEST_WORDS_WITHOUT_END
    return kind is Kind.PARAGRAPH and (words[0].islower() or cut)


def _unmarked(match: re.Match[str]) -> str:
    word, blank, numbers = match[1] or "", match[2], match[3]
    is_value = numbers.startswith("0")  # no list of references begins with 0
    if word.lower() not in _NEEDING and not is_value:
        return word
    if _COMMA.search(numbers) and word != "=":
        return f"{word}{blank}[{_COMMA.sub(_NO_BREAK, numbers)}]"
    return match[0] if is_value else f"{word}{blank}({numbers})"
