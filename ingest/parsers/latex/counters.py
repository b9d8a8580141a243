"""How sections, floats and formulas are numbered."""

from __future__ import annotations

from dataclasses import dataclass, field

LEVELS = {
    "part": 0, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5,
    "subparagraph": 6,
}  # fmt: skip
_BY_LEVEL = {level: name for name, level in LEVELS.items()}
_DEEPEST = 20
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
    (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


@dataclass
class Counters:
    """Values by name. ``within`` has, for a counter, the one that sets it back to 0 and whose
    number stands before its own. ``depth`` is the last level of sections that is numbered.
    """

    values: dict[str, int] = field(default_factory=dict)
    within: dict[str, str] = field(default_factory=dict)
    depth: int = LEVELS["subsubsection"]
    top: int = LEVELS["section"]
    appendix: bool = False
    roman: bool = False
    _over: str = ""
    _outer: int = 0

    def step(self, name: str) -> str:
        """The next number of that counter, as it is printed."""
        self.values[name] = self.values.get(name, 0) + 1
        self._reset_below(name)
        return self.number(name)

    def number(self, name: str) -> str:
        """The present one."""
        parts: list[str] = []
        while name:
            if name in LEVELS or (name == "equation" and self._over):
                parts.append(self._own_number(name))
                break
            parts.append(str(self.values.get(name, 0)))
            name = self.within.get(name, "")
        return ".".join(part for part in reversed(parts) if part)

    def nest(self, name: str, over: str) -> None:
        """Numbers ``name`` within ``over``, unless that would never end."""
        outer, deep = over, 0
        while outer and outer != name and deep < _DEEPEST:
            outer, deep = self.within.get(outer, ""), deep + 1
        if not outer:
            self.within[name] = over

    def upcoming(self, name: str) -> str:
        """What the next number will be."""
        self.values[name] = self.values.get(name, 0) + 1
        number = self.number(name)
        self.values[name] -= 1
        return number

    def begin_sub_equations(self) -> str:
        """From now on equations share a number, and have letters."""
        if not self._over:
            self._over, self._outer = self.step("equation"), self.values["equation"]
            self.values["equation"] = 0
        return self._over

    def end_sub_equations(self) -> None:
        """Equations are numbered on as before."""
        if self._over:
            self._over, self.values["equation"] = "", self._outer

    def begin_appendix(self) -> None:
        """From now on sections have letters."""
        if not self.appendix:
            self.appendix = True
            for name, level in LEVELS.items():
                if level >= self.top:
                    self.values[name] = 0

    def _own_number(self, name: str) -> str:
        if name in LEVELS:
            return self._section_number(LEVELS[name])
        return self._over + letter(self.values.get(name, 0)).lower()

    def _section_number(self, level: int) -> str:
        if level < self.top:
            return roman(self.values.get(_BY_LEVEL[level], 0))
        parts = [
            self._shown(at, self.values.get(_BY_LEVEL[at], 0)) for at in range(self.top, level + 1)
        ]
        return ("-" if self.roman else ".").join(parts)

    def _shown(self, level: int, value: int) -> str:
        if self.appendix and level == self.top:
            return letter(value)
        if self.roman:
            return (roman(value), letter(value), str(value))[min(level - self.top, 2)]
        return str(value)

    def _reset_below(self, name: str) -> None:
        steps = [name]
        while steps:
            above = steps.pop()
            below = [other for other, over in self.within.items() if over == above]
            if above in LEVELS and LEVELS[above] >= self.top:
                below += [other for other, level in LEVELS.items() if level > LEVELS[above]]
            for other in below:
                if self.values.get(other) and other != name:
                    self.values[other] = 0
                    steps.append(other)


def letter(value: int) -> str:
    """1 is A, 27 is AA; 0 is empty."""
    text = ""
    while value > 0:
        value, rest = divmod(value - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def roman(value: int) -> str:
    """1 is I; empty from 4000 on and for 0."""
    text = ""
    if not 0 < value < 4000:
        return text
    for worth, sign in _ROMAN:
        while value >= worth:
            value -= worth
            text += sign
    return text
