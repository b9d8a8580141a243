"""Markdown for programs that render it in their own way: none of it is a link, a picture or HTML.

A picture is loaded as soon as it is shown, and a link says what its author likes: through either, a
hostile paper could have a question sent to whoever wrote it. A blank takes their sense away, and
an address stays readable. (Our own pages need none of this: `api.web` renders on the server.)
"""

from __future__ import annotations

import re

_ADDRESSES = ("https://", "http://", "ftp://", "file://", "www.", "mailto:", "javascript:",
              "vbscript:", "data:")  # fmt: skip
# "](" of links, "]:" of their definitions, "![" of pictures, "<" of tags, comments and addresses.
_SENSE = re.compile(
    r"\](?=[(:])|!(?=\[)|<(?=[A-Za-z/!?])"
    rf"|(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, _ADDRESSES))})(?=\S)",
    re.IGNORECASE,
)
_LONGEST = max(map(len, _ADDRESSES)) + 1
"""Characters at the end of a text that say whether it ends in an address, and not in a word."""


def unlinked(text: str) -> str:
    """``text`` with a blank wherever a link, a picture, a tag or an address would begin."""
    return _SENSE.sub(lambda found: f"{found[0]} ", text)


class Unlinking:
    """`unlinked` for a text that comes in pieces: a blank comes before what would make sense of
    what was shown.
    """

    def __init__(self) -> None:
        self._before = ""

    def feed(self, piece: str) -> str:
        """What to show of ``piece``."""
        text, at, shown = self._before + piece, len(self._before), ""
        for found in _SENSE.finditer(text):
            if found.end() >= len(self._before):
                shown += f"{text[at : found.end()]} "
                at = found.end()
        self._before = text[-_LONGEST:]
        return shown + text[at:]
