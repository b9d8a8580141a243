"""Files that are small until they are opened."""

from __future__ import annotations

import zlib

HUGE = 2_000 * 1024 * 1024


def pdf(objects: list[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalog."""
    made, places = b"%PDF-1.7\n", []
    parts = [made]
    at = len(made)
    for number, content in enumerate(objects, 1):
        places.append(at)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        at += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table))
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1))
    parts.append(b"startxref\n%d\n%%%%EOF\n" % at)
    return b"".join(parts)


def deflated(size: int, unit: bytes) -> bytes:
    """Zlib data of about ``size`` bytes: ``unit`` again and again, packed once."""
    packer = zlib.compressobj(9)
    head = packer.compress(unit) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(unit) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * (size // len(unit)) + packer.flush()


def one_page(content: bytes) -> bytes:
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (
        len(content),
        content,
    )
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
            b"/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> "
            b">> >> >>",
            stream,
        ]
    )


def many_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 3 + count))
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
            *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>"] * count,
        ]
    )


def nested(depth: int) -> bytes:
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Annots %s%s >>"
            % (b"[" * depth, b"]" * depth),
        ]
    )


WORDS = b"BT /F 9 Tf 50 50 Td (words words words) Tj ET\n" * 20_000


def words_bomb() -> bytes:
    """Takes longer to read than anybody waits."""
    return one_page(deflated(HUGE, WORDS))


BOMBS = {
    "spaces.pdf": lambda: one_page(deflated(HUGE, b" " * (1 << 20))),
    "words.pdf": words_bomb,
    "pages.pdf": lambda: many_pages(100_000),
    "nested.pdf": lambda: nested(1_000_000),
    "nested.md": lambda: b"# Title\n\n" + b"> " * 200_000 + b"deep\n",
    "brackets.md": lambda: b"# Title\n\n" + b"[" * 500_000 + b"\n",
}
