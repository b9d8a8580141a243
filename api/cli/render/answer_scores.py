"""What ``scholium eval answers`` measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.cli.text import clean
from eval.answers.findings import AnswerFindings
from eval.answers.measures import LOWER
from eval.answers.outcome import TOP, AnswerOutcome, length

NAMED = 10
"""Questions without an answer, and troubles, that are named; the report has them all."""

_COLUMN, _FIRST = 18, 18


def answer_scores(found: AnswerFindings, width: int) -> RenderableType:
    """One line a measure, one column a configuration; the best value of each is bold."""
    across = max(1, (width - _FIRST) // _COLUMN)
    outcomes = found.outcomes
    tables = [_table(found, outcomes[i : i + across]) for i in range(0, len(outcomes), across)]
    parts: list[RenderableType] = [Text(clean(found.origin.dataset), style="bold"), *tables]
    return Group(*parts, Text("\n".join(map(clean, _remarks(found))), style="dim"))


def _table(found: AnswerFindings, outcomes: tuple[AnswerOutcome, ...]) -> Table:
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    made.add_column("measure", no_wrap=True)
    for outcome in outcomes:
        made.add_column(Text(clean(outcome.name)), justify="right", overflow="fold")
    for measure in found.measures:
        name = f"{measure} ↓" if measure in LOWER else measure
        made.add_row(name, *(_cell(found, outcome, measure) for outcome in outcomes))
    for name, values in _besides(outcomes):
        made.add_row(name, *values)
    return made


def _cell(found: AnswerFindings, outcome: AnswerOutcome, measure: str) -> Text:
    value = outcome.means.get(measure)
    if value is None:
        return Text("–", style="dim")
    cell = Text(f"{value:.3f}", style="bold" if found.is_best(outcome, measure) else "")
    difference = found.differences.get(measure, {}).get(outcome.name)
    if difference is None:
        return cell
    good = (difference.mean > 0) != (measure in LOWER)
    style = "dim" if not difference.clear else "green" if good else "red"
    span = f"\n[{difference.low:+.2f}, {difference.high:+.2f}]"
    return cell.append(span, style=style)


def _besides(outcomes: tuple[AnswerOutcome, ...]) -> Iterator[tuple[str, list[str]]]:
    """What has no best: how long answers are, what they took and cost."""
    yield "words, median", [f"{o.percentile(length, 50):.0f}" for o in outcomes]
    for name, p in (("median ms", 50), ("p95 ms", 95)):
        values = [o.percentile(lambda given: given.latency_ms, p) for o in outcomes]
        yield name, [f"{value:.0f}" if value else "–" for value in values]
    if any(o.usage.prompt_tokens for o in outcomes):
        usages = [o.usage for o in outcomes]
        yield "LLM tokens", [f"{u.prompt_tokens + u.completion_tokens:,}" for u in usages]
        yield "cost USD", [f"{u.cost_usd:.4f}" for u in usages]


def _remarks(found: AnswerFindings) -> Iterator[str]:
    rows = found.baseline.rows
    answerable = sum(row.question.answerable for row in rows)
    yield f"{len(rows)} questions, {answerable} of them answerable; ↓ less is better"
    if found.differences:
        yield (
            f"in brackets: 95 % interval of the difference to {found.baseline.name}, over the "
            "questions of which both have the measure"
        )
    yield from found.origin.remarks
    for outcome in found.outcomes:
        for failure in outcome.failures:
            yield f"{outcome.name}: {failure.source}: {failure.reason}"
        yield from _some(outcome.name, "notes", outcome.troubles)
        if outcome.name != TOP:  # what it lacks, the first lacks
            unanswered = [f"no answer to {name}: {why}" for name, why in outcome.errors]
            yield from _some(outcome.name, "questions without an answer", unanswered)


def _some(name: str, what: str, lines: Sequence[str]) -> Iterator[str]:
    yield from (f"{name}: {line}" for line in lines[:NAMED])
    if len(lines) > NAMED:
        yield f"{name}: {len(lines) - NAMED} more {what}"
