"""Markdown of an answer as HTML, with markers, formulas and links in our own way.

The only module that knows markdown-it's plugins. HTML in the text is text, and pictures and links
are words with their address behind them: whoever got ``![](https://...)`` into a paper or an answer
would learn who reads it, and what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from api.web.formulas import Display, mathml

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

LONGEST_URL = 300
"""Characters. An address is shown in full, so that a reader can judge it, or not at all."""

_MARKER = re.compile(r"\[\d{1,3}(?:[ \t]*[,;][ \t]*\d{1,3})*\]")
# No "https://bank@evil": what stands before the "@" is not where it leads.
_SCHEME = re.compile(
    r"(?:https?://[^\s\"'<>`\\/?#@]+(?:[/?#]|$)|mailto:)[^\s\"'<>`\\]*", re.IGNORECASE
)
_INLINE_DISPLAY = {
    "name": "math_display",
    "rex": re.compile(r"^\\\[(.+?)\\\]", re.DOTALL),
    "tmpl": "{0}",
    "tag": "\\[",
}
_FORMULAS: dict[str, Display] = {
    "math_inline": "inline",
    "math_inline_double": "block",
    "math_display": "block",
    "math_block": "block",
    "math_block_eqno": "block",
    "amsmath": "block",
}

Rule = Callable[..., str]


def rendered(text: str, markers: frozenset[str], formulas: bool) -> str:
    """The HTML of ``text``. ``markers`` are those that have a citation."""
    html: str = _parser(formulas).render(text, {"markers": markers})
    return html


def fenced_lines(text: str) -> frozenset[int]:
    """The lines of ``text``, from 0, that are code between fences, whatever surrounds them."""
    from markdown_it import MarkdownIt

    blocks = MarkdownIt("commonmark").disable("inline").parse(text)
    fences = [block for block in blocks if block.type == "fence" and block.level == 0]
    return frozenset(line for fence in fences for line in range(*(fence.map or (0, 0))))


@cache
def _parser(formulas: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    parser.enable(["table", "strikethrough"])
    # "[1]: ..." at the beginning of a line is a marker, not the target of links.
    parser.disable(["autolink", "image", "html_block", "html_inline", "reference"])
    parser.inline.ruler.before("link", "citation", _read_marker)
    parser.add_render_rule("citation", _citation)
    parser.add_render_rule("link_open", _link_open)
    parser.add_render_rule("link_close", _link_close)
    if formulas:
        _read_formulas(parser)
    return parser


def _read_formulas(parser: MarkdownIt) -> None:
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.texmath import texmath_plugin
    from mdit_py_plugins.texmath.index import make_inline_func

    texmath_plugin(parser, delimiters="brackets")
    parser.inline.ruler.before("escape", "math_display", make_inline_func(_INLINE_DISPLAY))  # type: ignore[arg-type]  # it is typed for its own table
    dollarmath_plugin(
        parser, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True
    )
    amsmath_plugin(parser)
    for name, display in _FORMULAS.items():
        parser.add_render_rule(name, _formula(display))


def _formula(display: Display) -> Rule:
    def rule(self: Any, tokens: Sequence[Token], at: int, *_: Any) -> str:  # noqa: ARG001
        token = tokens[at]
        html = mathml(token.content, display)
        return f"<p>{html}</p>\n" if token.block else html

    return rule


def _read_marker(state: StateInline, silent: bool) -> bool:
    """Takes "[1]" and "[1, 3]" before they are looked at as the text of a link."""
    match = _MARKER.match(state.src, state.pos)
    known = state.env.get("markers", ())
    if not match or not any(f"[{n}]" in known for n in _numbers(match[0])):
        return False
    if not silent:
        state.push("citation", "", 0).content = match[0]
    state.pos = match.end()
    return True


def _citation(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:  # noqa: ARG001
    known = env["markers"]
    return "".join(
        f'<a class="citation" data-marker="[{n}]" href="#citation-{n}">[{n}]</a>'
        if f"[{n}]" in known
        else f"[{n}]"
        for n in _numbers(tokens[at].content)
    )


def _numbers(marker: str) -> list[str]:
    return re.findall(r"[0-9]+", marker)


def _link_open(self: Any, tokens: Sequence[Token], at: int, *_: Any) -> str:  # noqa: ARG001
    return ""


def _link_close(self: Any, tokens: Sequence[Token], at: int, *_: Any) -> str:  # noqa: ARG001
    """Where the link would lead, behind its words: to be read, and not to be followed by chance."""
    opening = _opening(tokens, at)
    url = str(tokens[opening].attrs.get("href", ""))
    if not _SCHEME.fullmatch(url) or len(url) > LONGEST_URL:
        return ""
    return f" ({escape(url)})"


def _opening(tokens: Sequence[Token], close: int) -> int:
    """Links hold no links: it is the last that was opened."""
    return next(at for at in range(close, -1, -1) if tokens[at].type == "link_open")
