"""What other programs are given to render leads nowhere and loads nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from api.unlinked import Unlinking, unlinked
from tests.api.web.payloads import PAYLOADS

LINKS = [
    "![a](https://evil.example/?q=secret)",
    "[a](https://evil.example/)",
    "[a](//evil.example/)",
    "[a](</evil path>)",
    "[1]: //evil.example/\n\nIt is so [1].",
    "> [a]: https://evil.example/\n\n[a]",
    "![a][b]\n\n[b]: //evil.example/x.png",
    "<https://evil.example/>",
    "<mail@evil.example>",
    '<img src="//evil.example/x.png">',
    "<a href=//evil.example>x</a>",
    "[a](javascript:alert(1))",
    "[a](data:text/html,x)",
    "[![a](//evil.example/b)](//evil.example/c)",
    *PAYLOADS,
]
SHAPED = re.compile(r"<(?:a|img|script|iframe|svg|object|video|style|form)\b", re.IGNORECASE)


def page(text: str) -> str:
    """As a program might show it that trusts whoever wrote it."""
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


@pytest.mark.parametrize("text", LINKS)
def test_no_link_picture_or_tag_is_left(text: str) -> None:
    assert not SHAPED.search(page(unlinked(text)))
    for each in (f"a {text} b", f"- {text}\n- {text}", f"[1]{text}"):
        assert not SHAPED.search(page(unlinked(each)))


def test_the_first_links_would_be_some() -> None:
    refused = ("javascript:", "data:")  # by this parser; others take them
    made = [text for text in LINKS[:14] if not any(word in text for word in refused)]
    assert [text for text in made if not SHAPED.search(page(text))] == []


@pytest.mark.parametrize(
    "text",
    [
        "The rate is 0.1 [1], as before [2, 3].",
        "a < b and $f[x]$ are 3!",
        "a list: data, and a [note] (aside)",
        "```\nfor x in y:\n```",
    ],
)
def test_ordinary_answers_stay_as_they_are(text: str) -> None:
    assert unlinked(text) == text


def test_addresses_can_be_read() -> None:
    assert unlinked("at https://a.b/c.") == "at https:// a.b/c."
    assert unlinked("at www.a.b.") == "at www. a.b."


PIECES = st.lists(
    st.sampled_from(
        [
            "[a",
            "]",
            "(",
            ":",
            "!",
            "[",
            "<",
            "a",
            " ",
            "h",
            "ttp",
            "s",
            ":/",
            "/",
            "www",
            ".",
            "x\n",
        ]
    ),
    max_size=30,
)


ADDRESSES = ("https://", "http://", "ftp://", "www.", "mailto:", "javascript:", "data:")
TEXTS = st.lists(st.sampled_from([*ADDRESSES, *"]([:!<ahwdjm ./\n1", "HTTP://", "ş"]), max_size=8)


@given(PIECES)
def test_a_text_in_pieces_is_shown_as_the_whole(pieces: list[str]) -> None:
    assert in_pieces(pieces) == unlinked("".join(pieces))


@given(TEXTS.map("".join), st.lists(st.integers(1, 5), min_size=1, max_size=40))
def test_wherever_a_text_is_parted_it_is_shown_as_the_whole(text: str, sizes: list[int]) -> None:
    pieces, at = [], 0
    for size in cycle(sizes):
        pieces.append(text[at : at + size])
        at += size
        if at >= len(text):
            break
    assert in_pieces(pieces) == unlinked(text)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "host", ["host.example", "www.data.example", "data.example", "jsw.example"]
)
def test_an_address_is_none_though_a_piece_ends_where_another_may_begin(
    address: str, host: str
) -> None:
    for end in range(1, len(host)):
        shown = in_pieces([f"see {address}{host[:end]}", host[end:]])
        assert shown.startswith(f"see {address} "), shown


def in_pieces(pieces: Sequence[str]) -> str:
    return "".join(map(Unlinking().feed, pieces))


@given(PIECES)
def test_nothing_is_left_to_take_away(pieces: list[str]) -> None:
    once = unlinked("".join(pieces))
    assert unlinked(once) == once
    assert once.replace(" ", "") == "".join(pieces).replace(" ", "")
