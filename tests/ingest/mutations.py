"""Ways in which a PDF gets broken: some as disks and networks do it, some as programs do.

Each takes the file and a seeded generator, and gives another file, most of them no valid PDF.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable

Mutation = Callable[[bytes, random.Random], bytes]

_NUMBER = re.compile(rb"(?<=[ \[/<])-?\d+(?=[ \]/>\r\n])")
_NAME = re.compile(rb"/[A-Z][A-Za-z]+")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.S)
_OBJECT = re.compile(rb"\d+ 0 obj.*?endobj", re.S)
_ODD = (b"0", b"-1", b"1", b"65536", b"2147483647", b"99999999999999999999", b"1e308", b"nan")


def bits_flipped(pdf: bytes, rng: random.Random) -> bytes:
    """A few bits are wrong."""
    made = bytearray(pdf)
    for _ in range(rng.randint(1, 40)):
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def cut_short(pdf: bytes, rng: random.Random) -> bytes:
    """The download broke off."""
    return pdf[: rng.randrange(1, len(pdf))]


def head_lost(pdf: bytes, rng: random.Random) -> bytes:
    """The beginning is missing."""
    return pdf[rng.randrange(1, len(pdf) // 2) :]


def hole(pdf: bytes, rng: random.Random) -> bytes:
    """A block of zeros, as of a sparse file."""
    at, size = rng.randrange(len(pdf)), rng.randint(1, 4096)
    return pdf[:at] + b"\0" * size + pdf[at + size :]


def moved(pdf: bytes, rng: random.Random) -> bytes:
    """A piece stands elsewhere, or twice, so that no offset is right any more."""
    start = rng.randrange(len(pdf))
    piece = pdf[start : start + rng.randint(1, 8192)]
    at = rng.randrange(len(pdf))
    rest = pdf if rng.random() < 0.5 else pdf[:start] + pdf[start + len(piece) :]
    return rest[:at] + piece + rest[at:]


def numbers_changed(pdf: bytes, rng: random.Random) -> bytes:
    """Sizes, offsets, references and positions that can't be."""
    share = rng.choice((0.002, 0.02, 0.2))
    return _NUMBER.sub(lambda m: rng.choice(_ODD) if rng.random() < share else m[0], pdf)


def names_swapped(pdf: bytes, rng: random.Random) -> bytes:
    """Keys and types of objects stand for others."""
    names = sorted(set(_NAME.findall(pdf)))
    share = rng.choice((0.01, 0.1))
    return _NAME.sub(lambda m: rng.choice(names) if rng.random() < share else m[0], pdf)


def objects_shuffled(pdf: bytes, rng: random.Random) -> bytes:
    """Objects are gone, or one stands in the place of another."""
    found = [m[0] for m in _OBJECT.finditer(pdf)]
    share = rng.choice((0.05, 0.3))

    def other(match: re.Match[bytes]) -> bytes:
        if rng.random() >= share:
            return match[0]
        head = match[0].partition(b"obj")[0]
        body = rng.choice(found).partition(b"obj")[2]
        return rng.choice((b"", head + b"obj" + body))

    return _OBJECT.sub(other, pdf)


def streams_rewritten(pdf: bytes, rng: random.Random) -> bytes:
    """What is packed is well packed, and nonsense: fonts, pictures and page contents."""
    share = rng.choice((0.1, 0.5))

    def other(match: re.Match[bytes]) -> bytes:
        if rng.random() >= share:
            return match[0]
        try:
            plain = bytearray(zlib.decompress(match[1]))
        except zlib.error:
            return b"stream\n" + rng.randbytes(len(match[1])) + b"\nendstream"
        for _ in range(max(len(plain) // 200, 1)):
            if plain:
                plain[rng.randrange(len(plain))] = rng.randrange(256)
        return b"stream\n" + zlib.compress(bytes(plain), 1) + b"\nendstream"

    return _STREAM.sub(other, pdf)


MUTATIONS: tuple[Mutation, ...] = (
    bits_flipped,
    cut_short,
    head_lost,
    hole,
    moved,
    numbers_changed,
    names_swapped,
    objects_shuffled,
    streams_rewritten,
)
