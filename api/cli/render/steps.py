"""The steps of an active method on its way to an answer."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from api.cli.text import clean
from rag.citations import reference
from rag.types import Evidence, Step, Trace

_BRIEF = 72


def steps(trace: Trace) -> RenderableType:
    """The steps in their order; nothing where there were none."""
    parts: list[RenderableType] = [Text()] if trace.steps else []
    for number, step in enumerate(trace.steps, 1):
        parts += [_heading(number, step), Padding(Group(*_lines(step)), (0, 0, 0, 3))]
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


def _lines(step: Step) -> Iterator[Text]:
    named = (("asked", step.asked, ""), ("said", step.said, ""), ("note", step.note, "yellow"))
    for name, text, style in named:
        for at, line in enumerate(filter(str.strip, text.splitlines())):
            yield Text.assemble((f"{'' if at else name:6}", "dim"), (clean(line), style))
    if step.found:
        yield Text.assemble(("found ", "dim"), _found(step))
        yield from (Text(f"      {_place(each)}", "green") for each in step.found)


def _found(step: Step) -> str:
    count = len(step.found)
    return f"{count} passage{'s' if count > 1 else ''}"


def _place(evidence: Evidence) -> str:
    return clean(reference(evidence, next(iter(evidence.chunk.pages), None)))
