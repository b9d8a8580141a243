"""How good one ranking of papers is for one question, by judgements of papers.

The measures are those of ir_measures (MacAvaney, Macdonald and Ounis 2022), which reckons as
trec_eval does. A paper stands where its best chunk stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

DOCUMENT_MEASURES = ("nDCG@10", "R@5", "R@20", "P@5", "MRR", "AP")

_NAMES = {"MRR": "RR"}
"""Ours for theirs: the mean over questions makes RR the MRR."""


def score_papers(grades: Mapping[str, int], ranked: Sequence[str]) -> dict[str, float] | None:
    """Every measure for paper names in rank order; None for a question without a relevant paper.

    A name that comes again counts only where it came first.
    """
    if not any(grade > 0 for grade in grades.values()):
        return None
    import ir_measures

    measures = {ir_measures.parse_measure(_NAMES.get(m, m)): m for m in DOCUMENT_MEASURES}
    names = list(dict.fromkeys(ranked))
    run = {"q": {name: float(-rank) for rank, name in enumerate(names)}}
    scores = dict.fromkeys(DOCUMENT_MEASURES, 0.0)
    if names:
        for metric in ir_measures.iter_calc(list(measures), {"q": dict(grades)}, run):
            scores[measures[metric.measure]] = float(metric.value)
    return scores
