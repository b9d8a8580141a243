"""A number in running text, with what it is said of."""

from __future__ import annotations

from dataclasses import dataclass

from rag.verify.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Mention:
    """A quantity, the terms it is ``written`` with, and those of its ``sentence``: those ``near``
    it, ``behind`` it, and all.

    Numbers with no word between them ("0.63 and 0.25") are one ``group`` and share what is near.
    ``segment`` counts the stretches between semicolons and the like, ``stretch`` has the terms of
    its own, and ``clause`` counts what commas and "and" part as well.
    ``above``: what is near those before it in the sentence that are of its kind, since it may go
    without saying. ``origin``: it is the first of "from 3 to 5"; ``outcome``: it
    is what something that is done brings about, "lowers it to 5"; ``part_of``: the group of the
    other number in "100 of the 3,400 clients".
    """

    quantity: Quantity
    written: frozenset[str]
    near: frozenset[str]
    behind: frozenset[str]
    sentence: frozenset[str]
    stretch: frozenset[str]
    place: int
    group: int
    segment: int
    clause: int
    origin: bool
    outcome: bool
    part_of: int = -1
    above: frozenset[str] = frozenset()

    def closeness(self, term: str) -> float:
        """How much ``term`` belongs to the number: 1 beside it, less in its segment or only in its
        sentence, else 0.
        """
        if term in self.near:
            return 1.0
        return 0.75 if term in self.stretch else 0.5 * (term in self.sentence)

    def claim_on(self, term: str) -> float:
        """The same, with what may go without saying."""
        return 1.0 if term in self.above else self.closeness(term)
