"""The Markdown that says how the systems compare, and where Scholium is not ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from outcomes import MEASURES, Difference, Outcome, difference

OURS = "Scholium"

COSTS: dict[str, Callable[[Outcome], float]] = {
    "ingest, s": lambda o: o.ingest.seconds,
    "start to first answer, s": lambda o: o.query.first_s or 0.0,
    "query, ms: median": lambda o: o.latency_ms(50),
    "query, ms: p95": lambda o: o.latency_ms(95),
    "peak MiB, ingest": lambda o: o.ingest.peak_mib,
    "peak MiB, query": lambda o: o.query.peak_mib,
}
"""What is better the smaller it is."""


def render(name: str, outcomes: Sequence[Outcome]) -> str:
    """The section of one data set; the first outcome is what the others are held against."""
    first = outcomes[0]
    head = f"## {name}: {first.ingest.papers} papers, {len(first.scores)} questions with evidence"
    parts = [head, *_runs(outcomes), quality(outcomes), costs(outcomes), verdict(outcomes)]
    return "\n\n".join(parts) + "\n"


def quality(outcomes: Sequence[Outcome]) -> str:
    """Means, and for each system but the first what the first has over it."""
    ours, *others = outcomes
    rows = [[o.system, *(share(o.means[m]) for m in MEASURES)] for o in outcomes]
    for theirs in others:
        found = (interval(difference(ours.scores, theirs.scores, m)) for m in MEASURES)
        rows.append([f"{ours.system} minus {theirs.system}", *found])
    return _table(["system", *MEASURES], rows)


def costs(outcomes: Sequence[Outcome]) -> str:
    """Times and memory. Scholium's imports and model are loaded while its clock runs."""
    rows = [
        [
            o.system,
            f"{o.ingest.chunks:,}",
            "in ingest" if o.system == OURS else number(o.ingest.start_s),
            f"{60 * o.ingest.papers / o.ingest.seconds:.0f}",
            *(number(cost(o)) for cost in COSTS.values()),
        ]
        for o in outcomes
    ]
    return _table(["system", "chunks", "load, s", "papers a minute", *COSTS], rows)


def versions(outcomes: Sequence[Outcome]) -> str:
    """The packages that matter, by system."""
    return "\n".join(
        f"- {o.system}: {', '.join(f'{name} {v}' for name, v in o.query.versions.items())}"
        for o in outcomes
    )


def verdict(outcomes: Sequence[Outcome]) -> str:
    """Every column in which the first system is not the best, or that there is none."""
    behind = [*_behind(outcomes)]
    ours = outcomes[0].system
    if not behind:
        return f"{ours} is ahead in every column."
    return "\n".join([f"{ours} is not ahead in:", "", *(f"- {line}" for line in behind)])


def _behind(outcomes: Sequence[Outcome]) -> Iterator[str]:
    ours, *others = outcomes
    for measure in MEASURES:
        for theirs in others:
            if theirs.means[measure] >= ours.means[measure]:
                pair = share(ours.means[measure]), share(theirs.means[measure])
                yield f"{measure}: {pair[0]} against {pair[1]} of {theirs.system}"
    for name, cost in COSTS.items():
        for theirs in others:
            if cost(theirs) <= cost(ours):
                pair = number(cost(ours)), number(cost(theirs))
                yield f"{name}: {pair[0]} against {pair[1]} of {theirs.system}"


def _runs(outcomes: Sequence[Outcome]) -> list[str]:
    runs = {o.run: o.commit for o in outcomes}
    if len(runs) == 1:
        return []
    said = (
        f"{', '.join(o.system for o in outcomes if o.run == run)} in {run} (commit {commit})"
        for run, commit in runs.items()
    )
    return [f"**Not of one run, so the times do not compare**: {'; '.join(said)}."]


def share(value: float) -> str:
    """``.659``; ``1.000`` where it is all."""
    return f"{value:.3f}".removeprefix("0")


def interval(found: Difference) -> str:
    """``+.056 [-.003, .118]``."""
    mean, low, high = (
        f"{value:{sign}.3f}".replace("0.", ".", 1)
        for value, sign in ((found.mean, "+"), (found.low, ""), (found.high, ""))
    )
    return f"{mean} [{low}, {high}]"


def number(value: float) -> str:
    """Three digits that mean something, as times move from run to run."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
