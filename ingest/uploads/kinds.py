"""What kind of file it is, by its content."""

from __future__ import annotations

import codecs

from rag.errors import UnsupportedType

HEAD = 1024
"""So many first bytes tell a PDF: readers accept what stands before its mark."""

_MARK = b"%PDF-"


class Kind:
    """Finds out the kind of a file while it comes in, piece by piece.

    A PDF has its mark near the beginning; a Markdown file is called so and is UTF-8 text
    throughout, without a NUL.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._markdown = name.lower().endswith(".md")
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._head = b""
        self._is_text = True

    def feed(self, piece: bytes) -> None:
        """Raises UnsupportedType as soon as it can be neither."""
        self._head += piece[: HEAD - len(self._head)]
        if self._markdown and self._is_text:
            self._is_text = self._goes_on(piece)
        if len(self._head) == HEAD and not self._marked and not (self._markdown and self._is_text):
            raise self._neither()

    def ending(self) -> str:
        """What its name should end in, ".pdf" or ".md", now that all has come.

        Raises UnsupportedType.
        """
        if not self._head:
            raise UnsupportedType(f"{self._name} is empty: choose another file")
        is_markdown = self._markdown and self._is_text and self._goes_on(b"", final=True)
        if is_markdown and not self._head.startswith(_MARK):
            return ".md"
        if self._marked:
            return ".pdf"
        raise self._neither()

    @property
    def _marked(self) -> bool:
        return _MARK in self._head

    def _goes_on(self, piece: bytes, *, final: bool = False) -> bool:
        if b"\0" in piece:
            return False
        try:
            self._decoder.decode(piece, final)
        except UnicodeDecodeError:
            return False
        return True

    def _neither(self) -> UnsupportedType:
        if self._markdown:
            return UnsupportedType(f"{self._name} is not UTF-8 text: save it as UTF-8")
        return UnsupportedType(f"{self._name} is no PDF, nor a Markdown file (.md): convert it")
