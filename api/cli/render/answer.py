"""An answer with its citations."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from api.cli.text import clean, printable
from rag.citations import reference
from rag.types import Answer, Citation, Evidence

CLOSEST = 3


def answered(answer: Answer) -> RenderableType:
    """The answer's text, then what `afterword` says."""
    style = "yellow" if answer.abstained else ""
    return Group(Text(printable(answer.text).strip(), style=style), afterword(answer))


def revised(answer: Answer, typed: bool) -> RenderableType:
    """The answer as it stands after checking; ``typed``: another text was on the screen before."""
    if not typed:
        return answered(answer)
    said = Text("After checking its citations, the answer reads:", style="yellow")
    return Group(Text(), said, Text(), answered(answer))


def afterword(answer: Answer) -> RenderableType:
    """What stands below the text: citations, doubts, and what went otherwise than asked."""
    parts: list[RenderableType] = []
    if answer.citations:
        parts += [Text(), *map(_citation, answer.citations)]
    elif answer.abstained and answer.evidence:
        parts += [Text(), Text("The closest passages:", style="dim")]
        parts += [Padding(_closest(item), (0, 0, 0, 2)) for item in answer.evidence[:CLOSEST]]
    if answer.unsupported:
        parts += [Text(), Text("No citation supports:", style="yellow")]
        parts += [Padding(Text(clean(s)), (0, 0, 0, 2)) for s in answer.unsupported]
    if answer.note:
        parts += [Text(), Text(f"note: {clean(answer.note)}", style="yellow")]
    return Group(*parts)


def _citation(citation: Citation) -> Text:
    return Text.assemble(
        (clean(citation.marker), "bold cyan"),
        (f" {clean(reference(citation.evidence, citation.page))}", "green"),
        f" “{clean(citation.quote)}”",
    )


def _closest(evidence: Evidence) -> Text:
    page = evidence.chunk.pages[0] if evidence.chunk.pages else None
    return Text(clean(reference(evidence, page)), style="green")
