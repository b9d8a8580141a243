"""How a piece of evidence reads in a prompt: its tables in Markdown, its marked sentences between
⸢ and ⸣, and "[…]" for what is left out of it.

Half brackets stand in no paper that we know of, so that a model can tell them from the text; where
one does, it gives way to a blank. Quotes are found without them (`rag.quotes`), and across "[…]".
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.tables import tables_shown
from rag.types import Evidence, Span

OPEN, CLOSE = "⸢", "⸣"
LEFT_OUT = "[…]"

EXPLAINED = (
    f"Sentences between {OPEN} and {CLOSE} are likely to bear on the question; others may, too. "
    "The marks are no part of the papers: leave them out of what you copy."
)

_BLANK = str.maketrans(dict.fromkeys((OPEN, CLOSE), " "))


def passage_text(evidence: Evidence) -> str:
    """What is shown of the chunk."""
    parts = evidence.shown or (Span(0, len(evidence.chunk.text)),)
    return f"\n{LEFT_OUT}\n".join(_part(evidence, part) for part in parts)


def explained(evidence: Sequence[Evidence]) -> str:
    """What the marks mean; empty where there are none to be seen."""
    texts = (passage_text(each) for each in evidence if each.marked)
    return EXPLAINED if any(OPEN in text for text in texts) else ""


def _part(evidence: Evidence, part: Span) -> str:
    """Tables are shown in other words, so they have no marks."""
    tables = tables_shown(evidence, part)
    edits = list(tables)
    for mark in evidence.marked:
        inside = part.start <= mark.start and mark.end <= part.end
        if inside and not any(mark.overlaps(span) for span, _ in tables):
            edits += [(Span(mark.start, mark.start), OPEN), (Span(mark.end, mark.end), CLOSE)]
    edits.sort(key=lambda edit: (edit[0].start, edit[0].end))  # a mark may end where a table begins
    text = evidence.chunk.text.translate(_BLANK)
    made, at = [], part.start
    for span, put in edits:
        made += [text[at : span.start], put]
        at = span.end
    return "".join([*made, text[at : part.end]])
