"""Theorems and their like: what they are called and how they are numbered."""

from __future__ import annotations

from ingest.parsers.latex.counters import Counters
from ingest.parsers.latex.reader import Reader

DEFINING = frozenset("newtheorem theoremstyle spnewtheorem declaretheorem".split())
_USUAL = (
    "theorem lemma corollary proposition definition remark example proof assumption claim fact "
    "conjecture observation property problem note"
).split()


class Theorems:
    """The environments that there are, those that classes define included.

    ``names`` has what is printed for each.
    """

    def __init__(self) -> None:
        self.names = {name: name.capitalize() for name in _USUAL}
        self._counters = {name: name for name in _USUAL if name != "proof"}

    def define(self, command: str, reader: Reader, counters: Counters) -> None:
        r"""Reads the definition that the command begins: ``\newtheorem`` and its like."""
        if command == "theoremstyle":
            reader.argument()
        elif command == "declaretheorem":
            self._declare(reader, counters)
        else:
            self._new(reader, counters, styles=2 * (command == "spnewtheorem"))

    def number(self, name: str, counters: Counters) -> str:
        """The next number; empty where there are none."""
        counter = self._counters.get(name)
        return counters.step(counter) if counter else ""

    def _new(self, reader: Reader, counters: Counters, *, styles: int) -> None:
        star = reader.star()
        name = reader.name()
        shared = _said(reader)
        printed = " ".join(t for t in reader.name().split() if not t.startswith("\\"))
        within = _said(reader)
        for _ in range(styles):
            reader.argument()
        self._keep(name, printed, counter="" if star else shared or name)
        if within and not star:
            counters.nest(name, within)

    def _declare(self, reader: Reader, counters: Counters) -> None:
        given = _said(reader)
        name = reader.name()
        given = f"{given},{_said(reader)}"
        pairs = (pair.partition("=") for pair in given.split(","))
        options = {key.strip(): value.strip(" {}") for key, _, value in pairs}
        shared = options.get("sibling") or options.get("numberlike") or name
        counter = "" if options.get("numbered") == "no" else shared
        self._keep(name, options.get("name") or options.get("title") or name.capitalize(), counter)
        if within := options.get("numberwithin") or options.get("within") or options.get("parent"):
            counters.nest(name, within)

    def _keep(self, name: str, printed: str, counter: str) -> None:
        if not name:
            return
        self.names[name] = printed or name.capitalize()
        self._counters.pop(name, None)
        if counter:
            self._counters[name] = counter


def _said(reader: Reader) -> str:
    return "".join(token.text for token in reader.option() or ()).strip()
