"""Formulas, kept as TeX: where they end, their rows, their numbers and labels."""

from __future__ import annotations

import re
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
_ARGUMENTS = frozenset("alignat xalignat IEEEeqnarray empheq".split())


@dataclass(frozen=True, slots=True)
class Row:
    """A row as TeX, with its number (``""`` where it has none) and its labels."""

    source: str
    number: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A formula as it stands in the text."""

    text: str
    number: str
    labels: tuple[str, ...]


def inline(reader: Reader, opening: Token) -> str:
    """``$x$``, or ``$$x$$``: what follows the dollar, up to the next outside of braces.

    Where there is none before the next blank line, the dollar is a character.
    """
    found: list[Token] = []
    depth = 0
    while len(found) < LONGEST and reader.macros.hopeful and (token := reader.next()) is not None:
        if token.type is Type.MATH and depth <= 0 and (found or opening.text == "$$"):
            if len(token.text) > len(opening.text):
                reader.push([token._replace(text="$")])
            return _whole(found, opening.text)
        found.append(token)
        if token.type is Type.PARAGRAPH:
            break
        depth += (token.type is Type.OPEN) - (token.type is Type.CLOSE)
    reader.macros.in_vain += 1
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


def shown(found: list[Row], name: str) -> list[Shown]:
    """The rows as formulas between ``$$``, each with its number after it. Rows without a number
    go with the one that follows, or else with the last.
    """
    groups: list[list[Row]] = [[]]
    for row in found:
        if groups[-1] and groups[-1][-1].number:
            groups.append([])
        groups[-1].append(row)
    if len(groups) > 1 and not groups[-1][-1].number:
        last = groups.pop()
        groups[-1] += last
    return [_together(group, name) for group in groups]


def _together(rows: list[Row], name: str) -> Shown:
    number = next((row.number for row in rows if row.number), "")
    body = r" \\ ".join(row.source for row in rows)
    if len(rows) > 1:
        kind = "gather*" if name.startswith("gather") else "align*"
        body = rf"\begin{{{kind}}} {body} \end{{{kind}}}"
    elif name.rstrip("*") in MANY:
        body = _unaligned(body)
    labels = tuple(label for row in rows for label in row.labels)
    if not body.strip():
        return Shown("", number, labels)
    return Shown(f"$$ {body} $$" + (f" ({number})" if number else ""), number, labels)


def _unaligned(source: str) -> str:
    """A row that stands alone, without the marks that align it; those of matrices stay."""
    if r"\begin" in source:
        return rf"\begin{{align*}} {source} \end{{align*}}" if "&" in source else source
    return " ".join(re.sub(r"(?<!\\)&", " ", source).split())


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
