"""One more look into the library, for what is not held yet."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from rag.active.gathering import Gathered
from rag.errors import ScholiumError
from rag.protocols import Search
from rag.trace import ms_since
from rag.types import Evidence, Step, StepKind, Usage

_TWICE = 2


@dataclass(frozen=True, slots=True)
class Looking:
    """Searches with ``search``: at most ``keep`` new pieces a go, and ``most`` in all that is held
    besides the ``first`` search's.
    """

    search: Search
    keep: int
    most: int
    first: int

    def look(self, text: str, held: Gathered, round_: int, why: str = "") -> Step:
        """The step of searching for ``text``, with what came new.

        A search that fails has found nothing: there is evidence to go on with.
        """
        start = perf_counter()
        room = min(self.keep, self.first + self.most - len(held.evidence))
        new: tuple[Evidence, ...] = ()
        usage, note = Usage(), why
        if room <= 0:
            note = _joined(why, f"not searched: active.max_evidence = {self.most} is reached")
        else:
            try:
                # Some of what is found will be held already.
                found = self.search(text, _TWICE * self.keep)
                new, usage = held.fresh(found.evidence, room), found.trace.usage
                note = why if new else _joined(why, "nothing new was found")
            except ScholiumError as error:
                note = _joined(why, f"the search failed: {error}")
        return Step(
            StepKind.SEARCH, round_, text, found=new, note=note, ms=ms_since(start), usage=usage
        )


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))
