"""An answer with its citations."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.cli.render import count
from api.cli.render.markdown import Markdown
from api.cli.text import clean, printable
from rag.citations import reference
from rag.types import Answer
from rag.verify import UNSUPPORTED

CLOSEST = 3


def answered(answer: Answer) -> RenderableType:
    """The answer's text, then what `afterword` says."""
    text = printable(answer.text).strip()
    style = "yellow" if answer.abstained else ""
    return Group(Markdown(text, style), afterword(answer))


def completed(answer: Answer, typed: str) -> RenderableType:
    """What is left to print when ``typed``, the text as it was written, is on the screen."""
    if not typed.strip():
        return answered(answer)
    if clean(typed) == clean(answer.text.replace(UNSUPPORTED, "")):
        return Group(*_doubts(answer), afterword(answer))
    said = Text("That was a draft. The answer after checking:", style="yellow")
    return Group(Text(), said, Text(), answered(answer))


def afterword(answer: Answer) -> RenderableType:
    """What stands below the text: citations, and what went otherwise than asked."""
    parts: list[RenderableType] = []
    if answer.citations:
        parts += [Text(), _citations(answer)]
    if answer.abstained and (places := _closest(answer)):
        parts += [Text(), Text("The closest passages:", style="dim")]
        parts += [Text(f"  {place}", style="green") for place in places]
    if answer.note:
        parts += [Text(), Text(f"note: {clean(answer.note)}", style="yellow")]
    if answer.model:
        parts += [Text(), Text(_used(answer), style="dim")]
    return Group(*parts)


def _used(answer: Answer) -> str:
    """Which model wrote the answer, and what all that was asked of models took."""
    tokens = answer.usage.prompt_tokens + answer.usage.completion_tokens
    cost = f"{answer.usage.cost_usd:.4f} USD" if answer.usage.cost_usd else ""
    facts = [clean(answer.model), count(tokens, "token") if tokens else "", cost]
    return ", ".join(filter(None, facts))


def _doubts(answer: Answer) -> list[RenderableType]:
    """The sentences without support, for a text that was printed before they were known."""
    if not answer.unsupported:
        return []
    sentences = [Padding(Text(clean(s)), (0, 0, 0, 2)) for s in answer.unsupported]
    return [Text(), Text("No citation supports:", style="yellow"), *sentences]


def _citations(answer: Answer) -> RenderableType:
    """Marker, place and quote; a quote that the answer itself consists of is not repeated."""
    table = Table.grid(padding=(0, 1, 0, 0))
    said = clean(answer.text)
    for citation in answer.citations:
        place, quote = clean(reference(citation.evidence, citation.page)), clean(citation.quote)
        words = "" if quote in said else f" “{quote}”"
        table.add_row(
            Text(clean(citation.marker), "bold cyan"), Text.assemble((place, "green"), words)
        )
    return table


def _closest(answer: Answer) -> list[str]:
    """Where to look instead; nothing if the answer's text has said it."""
    pages = ((e, next(iter(e.chunk.pages), None)) for e in answer.evidence)
    places = dict.fromkeys(clean(reference(evidence, page)) for evidence, page in pages)
    named = (clean(reference(evidence, None)).rstrip(")") for evidence in answer.evidence)
    return [] if any(name in clean(answer.text) for name in named) else [*places][:CLOSEST]
