"""What a server sends, counted and unpacked as it comes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from rag.errors import FetchError

_WINDOW = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
_AT_ONCE = 1 << 16
_MEMBER = b"\x1f"
"""So a member of gzip begins; whatever else follows one is padding."""


def bounded(pieces: Iterable[bytes], max_mb: int, url: str) -> Iterator[bytes]:
    """The pieces. Raises FetchError when they come to more than ``max_mb`` MB."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > max_mb * 10**6:
            raise FetchError(url, f"is larger than {max_mb} MB ([fetch] max_mb)")
        yield piece


def unpacked(pieces: Iterable[bytes], encoding: str, url: str) -> Iterator[bytes]:
    """The pieces without the Content-Encoding ``encoding``, never many more bytes at once than
    came in. Several members one after the other are one (RFC 1952, 2.2). Raises FetchError for an
    encoding that we did not offer to take, and for broken data.
    """
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        yield from pieces
        return
    if name not in _WINDOW:
        raise FetchError(url, f"comes packed in a way that was not asked for: {encoding!r}")
    unpacker, ended = zlib.decompressobj(_WINDOW[name]), False
    try:
        for piece in pieces:
            rest = piece
            while rest and not ended:
                if unpacker.eof:
                    ended = not rest.startswith(_MEMBER) or name == "deflate"
                    unpacker = unpacker if ended else zlib.decompressobj(_WINDOW[name])
                    continue
                yield unpacker.decompress(rest, _AT_ONCE)
                rest = unpacker.unconsumed_tail or unpacker.unused_data
        yield unpacker.flush()
    except zlib.error as error:
        raise FetchError(url, f"comes packed and broken: {error}") from error
    if not unpacker.eof:
        raise FetchError(url, "ends before it is complete: try again")
