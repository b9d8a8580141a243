"""The steps of an active method on its way to an answer."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.cli.text import clean
from rag.citations import reference
from rag.types import Evidence, Step, StepKind, Trace

_BRIEF = 72


def steps(trace: Trace) -> RenderableType:
    """The steps in their order; nothing where there were none."""
    parts: list[RenderableType] = [Text()] if trace.steps else []
    for number, step in enumerate(trace.steps, 1):
        parts += [_heading(number, step), Padding(_lines(step), (0, 0, 0, 3))]
    return Group(*parts)


def brief(step: Step) -> Text:
    """A step on one line, for who waits."""
    said = clean(step.asked or step.said or step.note)
    short = said if len(said) <= _BRIEF else f"{said[: _BRIEF - 1]}…"
    found = f"  {_found(step)}" if step.found else ""
    return Text.assemble((f"{step.kind}: ", "cyan"), (short, "dim"), (found, "dim"))


def _heading(number: int, step: Step) -> Text:
    tokens = step.usage.prompt_tokens + step.usage.completion_tokens
    facts = [f"round {step.round}", f"{step.ms:.0f} ms", f"{tokens} tokens" if tokens else ""]
    return Text.assemble(
        (f"{number:2} ", "dim"), (step.kind.value, "bold cyan"), (f"  {_listed(facts)}", "dim")
    )


def _listed(facts: list[str]) -> str:
    return ", ".join(filter(None, facts))


def _lines(step: Step) -> RenderableType:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=6, style="dim")
    for name, text, style in _named(step):
        for at, line in enumerate(filter(str.strip, text.splitlines())):
            table.add_row("" if at else name, Text(clean(line), style))
    for at, each in enumerate(step.found):
        table.add_row("" if at else "found", Text(_place(each), "green"))
    return table


def _named(step: Step) -> tuple[tuple[str, str, str], ...]:
    """What the step asked, said and notes, each under its name and in its style."""
    sides = ("papers", "model") if step.kind is StepKind.CONFLICT else ("asked", "said")
    return ((sides[0], step.asked, ""), (sides[1], step.said, ""), ("note", step.note, "yellow"))


def _found(step: Step) -> str:
    count = len(step.found)
    return f"{count} passage{'s' if count > 1 else ''}"


def _place(evidence: Evidence) -> str:
    return clean(reference(evidence, next(iter(evidence.chunk.pages), None)))
