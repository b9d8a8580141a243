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

    Where the question is asked of several papers, the best is that of the same paper: a comparison
    needs them all. docs/selection.md says what the figures were chosen on.
    """

    weigh: SentenceWeigher
    floor: float
    margin: float
    most: int
    name: str = "relevance"

    def select(self, query: Query, evidence: Sequence[Evidence]) -> Selected:
        weighed = self.weigh(query, evidence)
        behind = _behind(weighed, _groups(query, evidence))
        least = {w.evidence: min(b for v, b in behind if v.evidence == w.evidence) for w in weighed}
        kept = [at for at in range(len(evidence)) if self._stays(least.get(at, 0.0))]
        marks = self._marks([(w, b) for w, b in behind if w.evidence in kept])
        made = ranked(replace(evidence[at], marked=united(marks.get(at, ()))) for at in kept)
        return Selected(made, _note([e.rank for e in evidence], kept, marks))

    def _stays(self, behind: float) -> bool:
        return not self.floor or behind <= self.floor

    def _marks(self, behind: Sequence[tuple[WeighedSentence, float]]) -> dict[int, list[Span]]:
        """The best sentences by passage; of equals the first."""
        marks: dict[int, list[Span]] = {}
        for sentence, far in sorted(behind, key=lambda pair: pair[1])[: self.most]:
            if far <= self.margin:
                marks.setdefault(sentence.evidence, []).append(sentence.span)
        return marks


def _groups(query: Query, evidence: Sequence[Evidence]) -> list[str]:
    """What each passage is compared within: its paper, or everything."""
    several = len(query.where.papers) > 1
    return [each.chunk.paper_id if several else "" for each in evidence]


def _behind(
    weighed: Sequence[WeighedSentence], groups: Sequence[str]
) -> list[tuple[WeighedSentence, float]]:
    """How far each sentence's log odds lie behind the best of its group."""
    best: dict[str, float] = {}
    for each in weighed:
        group = groups[each.evidence]
        best[group] = max(each.odds, best.get(group, each.odds))
    return [(each, best[groups[each.evidence]] - each.odds) for each in weighed]


def _note(ranks: Sequence[int], kept: Sequence[int], marks: Mapping[int, Sequence[Span]]) -> str:
    out = [f"[{rank}]" for at, rank in enumerate(ranks) if at not in kept]
    count = sum(map(len, marks.values()))
    left = f"left out {', '.join(out)}" if out else ""
    marked = f"marked {count} sentence{'' if count == 1 else 's'}" if count else ""
    return "; ".join(filter(None, [left, marked]))
