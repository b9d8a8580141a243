"""What a document defines: macros, environments and switches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ingest.parsers.latex.tokens import Token, Type

MAX_DEPTH = 40
"""Macros inside macros; what is deeper stays as written."""
MAX_GROWTH = 400_000
"""Tokens that expansion may add to a document; a long one counts as several."""
_LONG_TEXT = 32
_LONGEST_NAME = 200
MAX_IN_VAIN = 200
"""How often the end of a formula or an option is looked for that has none."""


@dataclass(frozen=True, slots=True)
class Macro:
    """``parameters`` count a leading optional one, which has a ``default``."""

    body: tuple[Token, ...]
    parameters: int = 0
    default: tuple[Token, ...] | None = None


@dataclass
class Macros:
    """What has been defined so far. ``protected`` names keep the meaning that we give them;
    ``packages`` are those loaded, with their options. ``unclosed`` arguments were met.
    """

    protected: Collection[str] = ()
    commands: dict[str, Macro] = field(default_factory=dict)
    environments: dict[str, tuple[Macro, Macro]] = field(default_factory=dict)
    switches: dict[str, bool] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    growth: int = 0
    unclosed: int = 0
    in_vain: int = 0

    @property
    def exhausted(self) -> bool:
        """Whether expansion has added as much as it may."""
        return self.growth >= MAX_GROWTH

    @property
    def hopeful(self) -> bool:
        """Whether ends are still looked for: each search in vain costs, so there may be so many."""
        return self.in_vain < MAX_IN_VAIN

    def define(self, name: str, macro: Macro) -> None:
        """Takes the definition of ``name``, unless it is ours."""
        if name and name not in self.protected:
            self.commands[name] = macro

    def macro(self, token: Token) -> Macro | None:
        """The macro to be expanded in the token's place."""
        if token.depth >= MAX_DEPTH or self.exhausted:
            return None
        return self.commands.get(token.command)

    def expanded(
        self, macro: Macro, arguments: Sequence[Sequence[Token]], depth: int
    ) -> list[Token]:
        """The body with the arguments in their places."""
        result: list[Token] = []
        for token in macro.body:
            if self.exhausted:
                break
            before = len(result)
            if token.type is Type.PARAMETER:
                result += _argument(token, arguments, depth)
            elif "#" in token.name:
                name = _named(token.name, arguments)
                text = token.text.replace(token.name, name)
                result.append(Token(token.type, text, depth + 1, name))
            else:
                result.append(token._replace(depth=max(token.depth, depth + 1)))
            self.growth += sum(1 + len(t.text) // _LONG_TEXT for t in result[before:])
        return result


def _argument(token: Token, arguments: Sequence[Sequence[Token]], depth: int) -> list[Token]:
    if token.text.startswith("##"):
        return [token._replace(text=token.text[1:])]
    number = int(token.text[1:] or 0)
    given = arguments[number - 1] if 0 < number <= len(arguments) else ()
    return [t._replace(depth=max(t.depth, depth)) for t in given]


def _named(name: str, arguments: Sequence[Sequence[Token]]) -> str:
    for number, given in enumerate(arguments, 1):
        said = "".join(token.text[:_LONGEST_NAME] for token in given[:_LONGEST_NAME])
        name = name.replace(f"#{number}", said[:_LONGEST_NAME])[:_LONGEST_NAME]
    return name
