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
_BEGINNINGS = sorted({word[:n] for word in _ADDRESSES for n in range(1, len(word) + 1)}, key=len)
_UNDECIDED = re.compile(
    rf"(?:[\]!<]|(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, reversed(_BEGINNINGS)))}))\Z",
    re.IGNORECASE,
)


def unlinked(text: str) -> str:
    """``text`` with a blank wherever a link, a picture, a tag or an address would begin."""
    return _SENSE.sub(lambda found: f"{found[0]} ", text)


class Unlinking:
    """`unlinked` for a text that comes in pieces."""

    def __init__(self) -> None:
        self._before = ""
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be shown now: all but what the next piece may make something of."""
        text = self._held + piece
        undecided = _UNDECIDED.search(text)
        if undecided and not (undecided.start() == 0 and self._before.isalnum()):
            text, self._held = text[: undecided.start()], undecided[0]
        else:
            self._held = ""
        return self._shown(text)

    def rest(self) -> str:
        """What was held back."""
        held, self._held = self._held, ""
        return self._shown(held)

    def _shown(self, text: str) -> str:
        """The text as it reads after what was shown before."""
        shown = unlinked(self._before + text)[len(self._before) :]
        self._before = text[-1:] or self._before
        return shown
