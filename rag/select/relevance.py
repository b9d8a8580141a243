"""Which passages and which of their sentences bear on the question.

    found ─ weigh sentences ─ leave out passages far behind the best ─ mark the best sentences

Passages are ranked by what retrieval can see of them as wholes. Here each is judged by its best
sentence: one that is far behind the best of all is left out, if it was weighed at all. What is
marked stays part of its passage: a reader's eye is led, nothing is taken away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.protocols import SentenceWeigher
from rag.select.passages import ranked, united
from rag.types import Evidence, Query, Selected, Span, WeighedSentence


@dataclass(frozen=True)
class Relevance:
    """Keeps passages within ``floor`` of the best sentence's log odds, 0 for all of them, and marks
    the sentences within ``margin`` of it, the ``most`` best, 0 for none.

    docs/selection.md says what the figures were chosen on.
    """

    weigh: SentenceWeigher
    floor: float
    margin: float
    most: int
    name: str = "relevance"

    def select(self, query: Query, evidence: Sequence[Evidence]) -> Selected:
        weighed = self.weigh(query, evidence)
        best = max((each.odds for each in weighed), default=0.0)
        tops = tops_of(weighed)
        kept = [at for at in range(len(evidence)) if self._stays(tops, at, best)]
        marks = chosen([w for w in weighed if w.evidence in kept], best - self.margin, self.most)
        made = ranked(replace(evidence[at], marked=united(marks.get(at, ()))) for at in kept)
        return Selected(made, _note([e.rank for e in evidence], kept, marks))

    def _stays(self, tops: Mapping[int, float], at: int, best: float) -> bool:
        return not self.floor or tops.get(at, best) >= best - self.floor


def tops_of(weighed: Sequence[WeighedSentence]) -> dict[int, float]:
    """The log odds of the best sentence of each passage that has one."""
    tops: dict[int, float] = {}
    for each in weighed:
        tops[each.evidence] = max(each.odds, tops.get(each.evidence, each.odds))
    return tops


def chosen(weighed: Sequence[WeighedSentence], least: float, most: int) -> dict[int, list[Span]]:
    """The ``most`` best sentences of at least such log odds, by passage; ties to the first."""
    ordered = sorted(weighed, key=lambda each: -each.odds)
    marks: dict[int, list[Span]] = {}
    for each in ordered[:most]:
        if each.odds >= least:
            marks.setdefault(each.evidence, []).append(each.span)
    return marks


def _note(ranks: Sequence[int], kept: Sequence[int], marks: Mapping[int, Sequence[Span]]) -> str:
    out = [f"[{rank}]" for at, rank in enumerate(ranks) if at not in kept]
    count = sum(map(len, marks.values()))
    left = f"left out {', '.join(out)}" if out else ""
    marked = f"marked {count} sentence{'' if count == 1 else 's'}" if count else ""
    return "; ".join(filter(None, [left, marked]))
