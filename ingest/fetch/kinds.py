"""What was fetched, by its content and by what its server calls it. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

HEAD = 2048
"""So many first bytes tell the kind."""


class Kind(StrEnum):
    """A kind of download, as its file's name ends."""

    PDF = ".pdf"
    HTML = ".html"
    GZIP = ".gz"


_ANY = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_TYPES = {
    Kind.PDF: _ANY | {"application/pdf", "application/x-pdf"},
    Kind.HTML: frozenset({"", "text/html", "application/xhtml+xml"}),
    Kind.GZIP: _ANY
    | {
        "application/gzip",
        "application/x-gzip",
        "application/x-tar",
        "application/x-eprint-tar",
        "application/x-eprint",
    },
}
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?>.*?-->)\s*)*<(?:!doctype\s+html|html|head)\b",
    re.IGNORECASE | re.DOTALL,
)


def media_type(header: str) -> str:
    """What a Content-Type header says, its parameters left out."""
    return header.partition(";")[0].strip().lower()


def may_be(declared: str) -> frozenset[Kind]:
    """The kinds that a server may call ``declared``; none if it is of no use to us."""
    return frozenset(kind for kind, types in _TYPES.items() if declared in types)


def told_by(head: bytes) -> Kind | None:
    """The kind that begins with ``head``; None for all that is of no use to us."""
    if head.startswith(b"\x1f\x8b"):
        return Kind.GZIP
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if b"\0" not in head and _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return Kind.HTML
    return None
