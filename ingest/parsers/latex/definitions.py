r"""The commands that define: ``\newcommand``, ``\def`` and what packages add to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ingest.parsers.latex.macros import Macro
from ingest.parsers.latex.tokens import Token, Type, tokens_of

if TYPE_CHECKING:
    from ingest.parsers.latex.reader import Reader

_MOST_PARAMETERS = 9


def define(name: str, reader: Reader) -> None:
    """Reads the definition that the command ``name`` begins, and keeps it."""
    DEFINERS_BY_NAME[name](reader)


def _command(reader: Reader) -> None:
    reader.star()
    name = _defined(reader)
    count = _count(reader)
    default = reader.option()
    body = tuple(reader.argument())
    reader.macros.define(name, Macro(body, count, tuple(default) if default is not None else None))


def _provided(reader: Reader) -> None:
    reader.star()
    name = _defined(reader)
    count, default = _count(reader), reader.option()
    macro = Macro(tuple(reader.argument()), count, tuple(default) if default is not None else None)
    if name not in reader.macros.commands:
        reader.macros.define(name, macro)


def _def(reader: Reader) -> None:
    name = _defined(reader)
    delimited = False
    count = 0
    while (token := reader.peek()) is not None and token.type is not Type.OPEN:
        reader.raw()
        if token.type is Type.PARAGRAPH:
            return
        if token.type is Type.PARAMETER:
            count += 1
        else:
            delimited = True
    body = tuple(reader.argument())
    if not delimited and count <= _MOST_PARAMETERS:
        reader.macros.define(name, Macro(body, count))


def _let(reader: Reader) -> None:
    name = _defined(reader)
    reader.skip_space()
    token = reader.peek()
    if token is not None and token.text.startswith("="):
        reader.raw()
        if token.text != "=":
            reader.push([token._replace(text=token.text[1:])])
        reader.skip_space()
    meaning = reader.raw()
    if meaning is None or meaning.text == f"\\{name}" or meaning.type is not Type.COMMAND:
        return
    known = reader.macros.commands.get(meaning.command)
    reader.macros.define(name, known or Macro((meaning,)))


def _operator(reader: Reader) -> None:
    star = "*" if reader.star() else ""
    name, said = _defined(reader), reader.argument()
    opening = tokens_of(rf"\operatorname{star}")
    reader.macros.define(
        name, Macro((*opening, Token(Type.OPEN, "{"), *said, Token(Type.CLOSE, "}")))
    )


def _paired(reader: Reader) -> None:
    name, left, right = _defined(reader), reader.argument(), reader.argument()
    body = (*left, *tokens_of(" "), Token(Type.PARAMETER, "#1"), *tokens_of(" "), *right)
    reader.macros.define(name, Macro(body, 1))


def _document_command(reader: Reader) -> None:
    name, signature, body = _defined(reader), reader.argument(), tuple(reader.argument())
    kinds, depth = "", 0
    for token in signature:
        depth += (token.type is Type.OPEN) - (token.type is Type.CLOSE)
        kinds += token.text if token.type is Type.TEXT and depth == 0 else ""
    optional = kinds[:1] in ("o", "O")
    if kinds and not set(kinds[optional:]) <= {"m"}:
        return  # signatures with delimiters are beyond us
    default: list[Token] = []
    if optional and Type.OPEN in [token.type for token in signature]:
        inner = [t.type for t in signature].index(Type.OPEN)
        default = signature[inner + 1 : [t.type for t in signature].index(Type.CLOSE)]
    reader.macros.define(name, Macro(body, len(kinds), tuple(default) if optional else None))


def _environment(reader: Reader) -> None:
    reader.star()
    name = reader.name()
    count, default = _count(reader), reader.option()
    begin, end = tuple(reader.argument()), tuple(reader.argument())
    if name and name not in reader.macros.protected:
        opening = Macro(begin, count, tuple(default) if default is not None else None)
        reader.macros.environments[name] = (opening, Macro(end))


def _switch(reader: Reader) -> None:
    name = _defined(reader)
    if name.startswith("if"):
        reader.macros.switches.setdefault(name[2:], False)


def _boolean(reader: Reader) -> None:
    reader.macros.switches.setdefault(reader.name(), False)


def _set_boolean(reader: Reader) -> None:
    name = reader.name()
    reader.macros.switches[name] = reader.name() == "true"


def _defined(reader: Reader) -> str:
    """The name of what is defined, in braces or not."""
    named = [token for token in reader.argument() if token.type is Type.COMMAND]
    return named[0].command if named else ""


def _count(reader: Reader) -> int:
    said = "".join(token.text for token in reader.option() or ()).strip()
    return min(int(said), _MOST_PARAMETERS) if said.isascii() and said.isdigit() else 0


DEFINERS_BY_NAME: dict[str, Callable[[Reader], None]] = {
    **dict.fromkeys(("newcommand", "renewcommand", "DeclareRobustCommand"), _command),
    "providecommand": _provided,
    **dict.fromkeys(("def", "gdef", "edef", "xdef"), _def),
    "let": _let,
    "DeclareMathOperator": _operator,
    "DeclarePairedDelimiter": _paired,
    **dict.fromkeys(("NewDocumentCommand", "RenewDocumentCommand"), _document_command),
    **dict.fromkeys(("newenvironment", "renewenvironment"), _environment),
    "newif": _switch,
    **dict.fromkeys(("newboolean", "newtoggle", "provideboolean"), _boolean),
    **dict.fromkeys(("setboolean",), _set_boolean),
}
DEFINERS = frozenset(DEFINERS_BY_NAME)
