"""A document as TeX's eyes see it: definitions taken, macros expanded, files read in their place.

It does what TeX does with names and arguments and nothing of what TeX does with boxes. No code
runs: a condition is true only if a switch of the document's own says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ingest.parsers.latex.definitions import DEFINERS, define
from ingest.parsers.latex.macros import Macros
from ingest.parsers.latex.tokens import FILE_END, Token, Type

Files = Callable[[str, str], list[Token]]
"""The tokens of a file by the command that reads it and its name; none for what is not there."""

_INPUTS = frozenset("input include subfile subfileinclude".split())
_IMPORTS = frozenset("import subimport includefrom subincludefrom inputfrom subinputfrom".split())
_PACKAGES = frozenset("usepackage RequirePackage documentclass LoadClass".split())
_CONDITIONS = frozenset(
    "if ifx ifnum ifdim ifcat ifodd ifcase ifmmode ifvmode ifhmode ifinner iftrue iffalse "
    "ifdefined ifcsname ifeof ifvoid ifpdf ifxetex ifluatex ifPDFTeX ifXeTeX ifLuaTeX".split()
)
_LONGEST_OPTION = 4000
_LONGEST_NAME = 50
_MOST_UNENDED = 20
READING = {"csname", "endcsname"} | _INPUTS | _IMPORTS | _PACKAGES | DEFINERS | _CONDITIONS


class Reader:
    """Tokens one after another. What is read can be put back."""

    def __init__(self, tokens: Sequence[Token], macros: Macros, files: Files) -> None:
        self._stack = list(reversed(tokens))
        self.macros = macros
        self.files = files
        self._unended = 0

    def over(self, tokens: Sequence[Token]) -> Reader:
        """A reader of other tokens of the same document."""
        return Reader(tokens, self.macros, self.files)

    def push(self, tokens: Sequence[Token]) -> None:
        """Puts tokens before what comes next."""
        self._stack.extend(reversed(tokens))

    def push_group(self, tokens: Sequence[Token]) -> None:
        """Puts an argument back, in braces."""
        self.push([Token(Type.OPEN, "{"), *tokens, Token(Type.CLOSE, "}")])

    def raw(self) -> Token | None:
        """The next token as written."""
        return self._stack.pop() if self._stack else None

    def peek(self) -> Token | None:
        """What ``raw`` would give."""
        return self._stack[-1] if self._stack else None

    def next(self) -> Token | None:
        """The next token that is no macro, definition, condition or file to be read."""
        while self._stack:
            token = self._stack.pop()
            if token.type is Type.COMMAND:
                if not self._taken(token):
                    return token
            elif token.name.startswith(FILE_END):
                self.files("end", token.name.removeprefix(FILE_END))
            elif token.type in (Type.BEGIN, Type.END):
                if not self._environment(token):
                    return token
            else:
                return token
        return None

    def skip_space(self) -> None:
        """Goes over spaces, but not over a blank line."""
        while self._stack and self._stack[-1].type is Type.SPACE:
            self._stack.pop()

    def star(self) -> bool:
        """Whether a star comes next; it is read."""
        token = self.peek()
        if token is None or token.type is not Type.TEXT or not token.text.startswith("*"):
            return False
        self._stack.pop()
        if token.text != "*":
            self._stack.append(token._replace(text=token.text[1:]))
        return True

    def argument(self) -> list[Token]:
        """What stands in the next braces, or the next character; as written."""
        self.skip_space()
        token = self.raw()
        if token is None or token.type in (Type.CLOSE, Type.PARAGRAPH):
            if token is not None:
                self._stack.append(token)
            return []
        if token.type is Type.OPEN:
            return self._until_close()
        if token.type is Type.TEXT and len(token.text) > 1:
            self._stack.append(token._replace(text=token.text[1:]))
            return [token._replace(text=token.text[0])]
        return [token]

    def option(self) -> list[Token] | None:
        """What stands in the next brackets; ``None`` where there are none."""
        kept = self._spaces()
        token = self.peek()
        if token is None or token.text != "[" or not self.macros.hopeful:
            self.push(kept)
            return None
        found: list[Token] = []
        depth = 0
        for token in reversed(self._stack[-_LONGEST_OPTION:-1]):
            depth += (token.type is Type.OPEN) - (token.type is Type.CLOSE)
            if depth < 0 or token.type is Type.PARAGRAPH:
                break
            if token.text == "]" and depth == 0:
                del self._stack[-len(found) - 2 :]
                return found
            found.append(token)
        self.macros.in_vain += 1
        self.push(kept)
        return None

    def name(self) -> str:
        """The next argument's text, as the names of files and labels are."""
        return "".join(token.text for token in self.argument()).strip()

    def _spaces(self) -> list[Token]:
        kept: list[Token] = []
        while self._stack and self._stack[-1].type is Type.SPACE:
            kept.append(self._stack.pop())
        return kept[::-1]

    def _until_close(self) -> list[Token]:
        """Up to the brace that closes; where none does, to a blank line, or else to the end."""
        found: list[Token] = []
        depth, hopeful = 1, self.macros.unclosed < _MOST_UNENDED
        while self._stack and (hopeful or self._stack[-1].type is not Type.PARAGRAPH):
            token = self._stack.pop()
            depth += (token.type is Type.OPEN) - (token.type is Type.CLOSE)
            if depth == 0:
                return found
            found.append(token)
        self.macros.unclosed += 1
        end = next((i for i, t in enumerate(found) if t.type is Type.PARAGRAPH), len(found))
        self.push(found[end:])
        return found[:end]

    def _taken(self, token: Token) -> bool:
        """Whether the command was one for us."""
        name = token.command
        if macro := self.macros.macro(token):
            if name[-1:].isalpha():
                self.skip_space()
            arguments = self._arguments(macro.parameters, macro.default)
            self.push(self.macros.expanded(macro, arguments, token.depth))
            return True
        if name in DEFINERS:
            define(name, self)
            return True
        if name == "csname":
            return self._composed(token.depth)
        return self._condition(name) or self._read(name)

    def _composed(self, depth: int) -> bool:
        r"""Puts the command in the place of its name, which ends at ``\endcsname``."""
        for back, token in enumerate(reversed(self._stack[-_LONGEST_NAME:]), 1):
            if token.command == "endcsname":
                said = "".join(t.text for t in self._stack[-1:-back:-1]).strip()
                self._stack[-back:] = [Token(Type.COMMAND, f"\\{said}", depth + 1)]
                break
        return True

    def _arguments(self, count: int, default: Sequence[Token] | None) -> list[Sequence[Token]]:
        given: list[Sequence[Token]] = []
        if default is not None and count:
            option = self.option()
            given.append(default if option is None else option)
        return given + [self.argument() for _ in range(count - len(given))]

    def _environment(self, token: Token) -> bool:
        """Whether the document itself defines what begins or ends here."""
        defined = self.macros.environments.get(token.name)
        if defined is None or token.depth >= 40 or self.macros.exhausted:
            return False
        macro = defined[token.type is Type.END]
        arguments = self._arguments(macro.parameters, macro.default)
        self.push(self.macros.expanded(macro, arguments, token.depth))
        return True

    def _condition(self, name: str) -> bool:
        """Whether the command belongs to a condition; then what it leaves out was gone over."""
        switches = self.macros.switches
        known = name in _CONDITIONS or (name.startswith("if") and name[2:] in switches)
        if name == "else":  # the part before it was read
            self._skip(to_else=False)
        elif known and not (name == "iftrue" or switches.get(name[2:], False)):
            self._skip(to_else=True)
        elif name.endswith("true") and name[:-4] in switches:
            switches[name[:-4]] = True
        elif name.endswith("false") and name[:-5] in switches:
            switches[name[:-5]] = False
        elif name != "fi" and not known:
            return False
        self.skip_space()
        return True

    def _skip(self, *, to_else: bool) -> None:
        """Goes over what a condition leaves out; nothing where it has no end."""
        if self._unended >= _MOST_UNENDED:
            return
        depth = 1
        for back, token in enumerate(reversed(self._stack), 1):
            name = token.command
            if name in _CONDITIONS or (name[:2] == "if" and name[2:] in self.macros.switches):
                depth += 1
            elif name == "fi":
                depth -= 1
            if depth == 0 or (to_else and depth == 1 and name == "else"):
                del self._stack[-back:]
                return
        self._unended += 1

    def _read(self, name: str) -> bool:
        if name in _INPUTS:
            self.push(self.files("input", self._file_name()))
        elif name in _IMPORTS:
            self.star()
            folder = self._path()
            self.push(self.files("input", f"{folder}/{self._path()}"))
        elif name in _PACKAGES:
            options = "".join(token.text for token in self.option() or ())
            for package in self.name().split(","):
                self.macros.packages[package.strip()] = options
                self._definitions(self.files("package", package.strip()))
            self.option()
        else:
            return False
        return True

    def _definitions(self, tokens: list[Token]) -> None:
        """Takes what a package of the project's own defines, and nothing else of it."""
        reader = self.over(tokens)
        while reader.next() is not None:
            pass

    def _path(self) -> str:
        """The next argument's text, in which macros may stand for folders."""
        reader, parts = self.over(self.argument()), list[str]()
        while (token := reader.next()) is not None:
            parts.append(token.text)
        return "".join(parts).strip()

    def _file_name(self) -> str:
        """The name in braces, or, in TeX's own way, up to a space."""
        self.skip_space()
        token = self.peek()
        if token is None or token.type is Type.OPEN:
            return self._path()
        parts: list[str] = []
        while (token := self.peek()) is not None and token.type is Type.TEXT:
            self._stack.pop()
            parts.append(token.text)
        return "".join(parts)
