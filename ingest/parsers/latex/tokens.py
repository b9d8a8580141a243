"""A LaTeX text as tokens: comments are gone, verbatim text is one token.

The joined texts of the tokens give the source back, but for comments, so that formulas can be
kept as they were written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple


class Type(IntEnum):
    """What a token is."""

    TEXT = 0
    SPACE = 1
    PARAGRAPH = 2  # a blank line
    COMMAND = 3
    OPEN = 4
    CLOSE = 5
    MATH = 6  # "$" or "$$"
    PARAMETER = 7  # "#1"
    VERBATIM = 8
    BEGIN = 9
    END = 10


FILE_END = "\0"
"""What the name of an END begins with that marks where a file ends that was read."""


class Token(NamedTuple):
    """``depth`` is how many macros it came out of. ``name`` is that of the environment which begins
    or ends, or whose VERBATIM text it is.
    """

    type: Type
    text: str
    depth: int = 0
    name: str = ""

    @property
    def command(self) -> str:
        """The command's name without backslash; empty for others."""
        return self.text[1:] if self.type is Type.COMMAND else ""


_TOKEN = re.compile(
    r"""\\(?P<bound>begin|end)\s*\{(?P<name>[^{}\\%$\n]*)\}
      | (?P<command>\\(?:[A-Za-z@]+|[\s\S]))
      | (?P<comment>%[^\n]*(?:(?=\n[ \t\r]*\n)|\n?[ \t]*))
      | (?P<paragraph>[ \t\r]*\n(?:[ \t\r]*\n)+[ \t\r]*)
      | (?P<space>\s+)
      | (?P<open>\{) | (?P<close>\}) | (?P<math>\$\$?)
      | (?P<parameter>\#+[1-9]?)
      | (?P<text>[\[\]~&^_]|[^\\%\s{}$#\[\]~&^_]+)
      | (?P<other>\\)""",
    re.VERBOSE,
)
_TYPES = {
    "paragraph": Type.PARAGRAPH,
    "space": Type.SPACE,
    "open": Type.OPEN,
    "close": Type.CLOSE,
    "math": Type.MATH,
    "parameter": Type.PARAMETER,
}
_VERBATIM = frozenset({"verbatim", "Verbatim", "lstlisting", "minted", "comment", "filecontents"})
_INLINE = (r"\verb", r"\lstinline", r"\mintinline")
_OPTION = re.compile(r"\[[^\]\n]{0,400}\]")
_LANGUAGE = re.compile(r"\{[^{}\n]{0,40}\}")
_ADDRESSING = (r"\url", r"\href", r"\nolinkurl", r"\path")
_SPACES = re.compile(r"[ \t]{0,99}\n?[ \t]{0,99}")
_BRACE = re.compile(r"\\[\s\S]|[{}]|\n[ \t]*\n")
_ENCODED = re.compile(r"(?<!\\)%\S")
_LONGEST_ADDRESS = 4000
_PRIVATE = re.compile("[\ue000-\uf8ff\0-\x08\x0b\x0c\x0e-\x1f\x7f]")


def tokens_of(source: str) -> list[Token]:
    """The tokens of a text; characters of private use, which we mark places with, and control
    characters are taken out.
    """
    return list(_tokens(_PRIVATE.sub("", source)))


def _tokens(source: str) -> Iterator[Token]:
    at, unended = 0, set[str]()
    while match := _TOKEN.match(source, at):
        at = match.end()
        if match["bound"]:
            token, at = _bound(source, match, unended)
            yield token
        elif match["command"]:
            verbatim = _inline(source, at, match[0]) if match[0] in _INLINE else None
            token, at = verbatim or (Token(Type.COMMAND, match[0]), at)
            yield token
            if match[0] in _ADDRESSING and (address := _address(source, at)):
                yield from (Token(Type.OPEN, "{"), address, Token(Type.CLOSE, "}"))
                at = source.index("{", at) + len(address.text) + 2
        elif not match["comment"]:
            yield Token(_TYPES.get(match.lastgroup or "", Type.TEXT), match[0])


def _bound(source: str, match: re.Match[str], unended: set[str]) -> tuple[Token, int]:
    """The token of what begins or ends an environment, or of one that is verbatim throughout."""
    name, start = match["name"].strip(), match.end()
    if match["bound"] == "end":
        return Token(Type.END, match[0], name=name), start
    if name.rstrip("*") in _VERBATIM and name not in unended:
        ending = rf"\end{{{name}}}"
        end = source.find(ending, start)
        if end >= 0:
            text = source[start:end]
            return Token(Type.VERBATIM, text, name=name.rstrip("*")), end + len(ending)
        unended.add(name)  # looked for once, or many beginnings would take quadratic time
    return Token(Type.BEGIN, match[0], name=name), start


def _address(source: str, at: int) -> Token | None:
    """What stands in the next braces where "%" is a character of an address, not a comment."""
    opening = _SPACES.match(source, at)
    start = opening.end() if opening else at
    if source[start : start + 1] != "{":
        return None
    depth = 0
    for brace in _BRACE.finditer(source, start, start + _LONGEST_ADDRESS):
        if brace[0] not in "{}":
            if brace[0].startswith("\\"):
                continue
            return None  # a blank line
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            text = source[start + 1 : brace.start()]
            return Token(Type.VERBATIM, text, name="verb") if _ENCODED.search(text) else None
    return None


def _inline(source: str, at: int, command: str) -> tuple[Token, int] | None:
    if command != r"\verb" and (options := _OPTION.match(source, at)):
        at = options.end()
    if command == r"\mintinline":
        language = _LANGUAGE.match(source, at)
        if language is None:
            return None
        at = language.end()
    start = at + source.startswith("*", at)
    fence = source[start : start + 1]
    if not fence or fence.isalnum() or fence.isspace():
        return None
    line_end = source.find("\n", start)
    end = source.find("}" if fence == "{" else fence, start + 1, line_end if line_end > 0 else None)
    if end < 0:
        return None
    return Token(Type.VERBATIM, source[start + 1 : end], name="verb"), end + 1


def source_of(tokens: Sequence[Token]) -> str:
    """The tokens as LaTeX; a command is kept apart from the letters that an expansion put after."""
    parts: list[str] = []
    word = False
    for token in tokens:
        text = " " if token.type is Type.PARAGRAPH else token.text
        if word and text[:1].isalpha():
            parts.append(" ")
        parts.append(text)
        word = token.type is Type.COMMAND and text[-1:].isalpha()
    return "".join(parts)
