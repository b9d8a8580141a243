"""The keywords that authors give their paper."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.joining import Words, join_lines
from ingest.layout import TextLine

_HEADING = re.compile(
    r"\s*(?:additional |author )?(?:key\s?words(?:\s*(?:and|&)\s*(?:key)?\s?phrases)?|index terms)"
    r"\s*(?:[.:—–-]+|$)\s*",
    re.IGNORECASE,
)
_LEADING = 1.8  # sizes of type from one line to the next
_MOST_LINES = 6
_LONGEST = 60  # characters of one
_SECTION = re.compile(r"(?:\d+|I)\.?\s+\w|introduction\b|acm reference|ccs concepts", re.IGNORECASE)


def keywords_of(lines: Sequence[TextLine], words: Words) -> tuple[str, ...]:
    """As they stand behind "Keywords:" or "Index terms" in ``lines``; empty if they don't."""
    at = next((i for i, line in enumerate(lines) if _HEADING.match(line.text)), None)
    if at is None:
        return ()
    heading = _HEADING.match(lines[at].text)
    texts = [lines[at].text[heading.end() :]] if heading else []
    for above, line in zip(lines[at : at + _MOST_LINES], lines[at + 1 :], strict=False):
        if any(texts) and not _goes_on(above, line):
            break
        if _SECTION.match(line.text):
            break
        texts.append(line.text)
    text = join_lines([t.strip() for t in texts if t.strip()], words).text
    parts = re.split(r"\s*[;·•|∙]\s*", text) if re.search(r"[;·•|∙]", text) else text.split(",")
    clean = (part.strip(" .,\u2013\u2014-") for part in parts)
    return tuple(dict.fromkeys(part for part in clean if 1 < len(part) <= _LONGEST))


def _goes_on(above: TextLine, line: TextLine) -> bool:
    """Whether the line belongs to the same paragraph."""
    near = 0 < line.box.y0 - above.box.y0 < _LEADING * line.size
    return near and abs(line.size - above.size) < 1 and not above.text.rstrip().endswith(".")
