"""Formulas, kept as TeX: where they end, their rows, their numbers and labels."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.parsers.latex.counters import Counters
from ingest.parsers.latex.reader import Reader
from ingest.parsers.latex.tokens import Token, Type, source_of

ONE = frozenset("equation multline displaymath math dmath subequation".split())
MANY = frozenset("align gather eqnarray alignat flalign IEEEeqnarray xalignat empheq".split())
DISPLAYS = ONE | MANY
LONGEST = 5000
"""Tokens that are looked through for the end of a formula in running text."""
CLOSINGS = {"(": ")", "[": "]"}
"""By the command that opens a formula, the one that closes it."""
_SHOWN = {"gather": "gather"}
_ARGUMENTS = frozenset("alignat xalignat IEEEeqnarray empheq".split())


@dataclass(frozen=True, slots=True)
class Row:
    """A row as TeX, with its number (``""`` where it has none) and its labels."""

    source: str
    number: str
    labels: tuple[str, ...]


def inline(reader: Reader, opening: Token) -> str:
    """``$x$``, or ``$$x$$``: what follows the dollar, up to the next outside of braces.

    Where there is none before the next blank line, the dollar is a character.
    """
    found: list[Token] = []
    depth = 0
    while len(found) < LONGEST and (token := reader.next()) is not None:
        if token.type is Type.MATH and depth <= 0 and (found or opening.text == "$$"):
            if len(token.text) > len(opening.text):
                reader.push([token._replace(text="$")])
            return _whole(found, opening.text)
        found.append(token)
        if token.type is Type.PARAGRAPH:
            break
        depth += (token.type is Type.OPEN) - (token.type is Type.CLOSE)
    reader.push(found)
    return opening.text


def until(reader: Reader, closing: str) -> list[Token]:
    r"""The tokens up to the command ``closing`` (as ``\)``), or to a blank line."""
    found: list[Token] = []
    while (token := reader.next()) is not None:
        if token.command == closing:
            break
        if token.type is Type.PARAGRAPH:
            reader.push([token])
            break
        found.append(token)
    return found


def environment(reader: Reader, name: str) -> list[Token]:
    """The tokens up to the end of the environment, others of its name inside it included."""
    found: list[Token] = []
    depth = 0
    while (token := reader.next()) is not None:
        if token.name == name and token.type is Type.BEGIN:
            depth += 1
        elif token.name == name and token.type is Type.END:
            if depth == 0:
                break
            depth -= 1
        found.append(token)
    return found


def rows(reader: Reader, name: str, counters: Counters) -> list[Row]:
    """The rows of a displayed formula whose beginning was read, numbered as they are printed."""
    plain = name.rstrip("*")
    if plain in _ARGUMENTS:
        reader.option()
        reader.argument()
    tokens = environment(reader, name)
    numbered = not name.endswith("*") and plain not in ("displaymath", "math")
    parts = _divided(tokens) if plain in MANY else [tokens]
    return [_row(part, numbered=numbered, counters=counters, reader=reader) for part in parts]


def shown(found: list[Row], name: str) -> str:
    r"""The rows as one formula between ``$$``; the number after it, or ``\tag`` in each row."""
    if len(found) == 1:
        number = f" ({found[0].number})" if found[0].number else ""
        return f"$$ {found[0].source} $$" + number
    plain = _SHOWN.get(name.rstrip("*"), "align")
    star = "" if any(row.number for row in found) else "*"
    lines = [row.source + (rf" \tag{{{row.number}}}" if row.number else "") for row in found]
    body = r" \\ ".join(lines)
    return rf"$$ \begin{{{plain}{star}}} {body} \end{{{plain}{star}}} $$"


def tidy(tokens: list[Token]) -> str:
    """The tokens as TeX on one line."""
    return " ".join(source_of(tokens).split())


def _whole(found: list[Token], fence: str) -> str:
    body = tidy(found)
    return f"$$ {body} $$" if fence == "$$" else f"${body}$" if body else ""


def _divided(tokens: list[Token]) -> list[list[Token]]:
    r"""The rows, cut at ``\\`` outside of braces and inner environments; empty ones left out."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += token.type in (Type.OPEN, Type.BEGIN)
        depth -= token.type in (Type.CLOSE, Type.END)
        if depth == 0 and token.command in ("\\", "cr"):
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if source_of(part).strip()] or [[]]


def _row(tokens: list[Token], *, numbered: bool, counters: Counters, reader: Reader) -> Row:
    row = reader.over(tokens)
    kept: list[Token] = []
    labels: list[str] = []
    tag = ""
    while (token := row.raw()) is not None:
        match token.command:
            case "label":
                labels.append(row.name())
            case "tag":
                row.star()
                tag = tidy(row.argument()).strip("$")
            case "nonumber" | "notag":
                numbered = False
            case _:
                kept.append(token)
    number = tag or (counters.step("equation") if numbered else "")
    return Row(_spacing(tidy(kept)), number, tuple(labels))


def _spacing(source: str) -> str:
    r"""Without the space that ``\\[2pt]`` asks for before the row."""
    if source.startswith("["):
        inside, closed, after = source[1:].partition("]")
        if closed and inside[-2:] in ("pt", "ex", "em", "mm", "cm"):
            return after.strip()
    return source
