"""What a paper is made of: its tables, figures, equations and algorithms, or every block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from api.cli.render import count
from api.cli.text import clean
from rag.types import Element, Kind, Paper, Section

_CAPTIONED = (Kind.TABLE, Kind.FIGURE, Kind.ALGORITHM)
_STYLES = {"label": "cyan", "page": "green", "no.": "dim", "section": "dim"}
_CAPTION = 110  # characters
_BEGINNING = 60  # characters of a block
_SECTION = 16  # characters of the title of a section without a number
_FEW = 3  # equations are named one by one up to so many


def floats(paper: Paper) -> list[RenderableType]:
    """The tables, figures, algorithms and equations by label, page and caption; nothing if there
    are none. Equations are one line: their numbers.
    """
    rows = [
        (
            element.label or f"({kind})",
            _pages(element),
            _shortened(caption(paper, element), _CAPTION),
        )
        for kind in _CAPTIONED
        for element in paper.elements
        if element.kind is kind
    ]
    equations = [e for e in paper.elements if e.kind is Kind.EQUATION]
    if equations:
        rows.append(("Equations", "", _numbers(equations)))
    return [_table(("label", "page", "caption"), rows)] if rows else []


def element_list(paper: Paper) -> RenderableType:
    """Every element in the order of reading: its number, kind, label, page, section, beginning."""
    rows = [
        (
            str(at),
            element.kind.value,
            element.label,
            _pages(element),
            _numbered(paper.sections[element.section])[:_SECTION],
            _shortened(clean(element.span.of(paper.text)), _BEGINNING),
        )
        for at, element in enumerate(paper.elements)
    ]
    return _table(("no.", "kind", "label", "page", "section", "text"), rows)


def kinds(elements: Sequence[Element]) -> str:
    """How many there are of each kind: "12 paragraphs, 3 tables"."""
    counted = Counter(element.kind for element in elements)
    return ", ".join(count(counted[kind], kind.value) for kind in Kind if counted[kind])


def caption(paper: Paper, element: Element) -> str:
    """The words of a float that follow its label, or else those that it begins with."""
    lines = [clean(line) for line in element.span.of(paper.text).splitlines()]
    label = element.label.casefold()
    said = next((line for line in lines if label and _plain(line).startswith(label)), None)
    if said is None:
        return next((line for line in lines if line), "")
    return _plain(said, fold=False)[len(label) :].lstrip(" .:|*_—–-")


def _plain(line: str, *, fold: bool = True) -> str:
    bare = line.lstrip("*_ ")
    return bare.casefold() if fold else bare


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A line a row; the last column alone is broken."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in names[:-1]:
        table.add_column(name, style=_STYLES.get(name, ""), no_wrap=True)
    table.add_column(names[-1], overflow="fold")
    for row in rows:
        table.add_row(*(Text(clean(cell)) for cell in row))
    return table


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _pages(element: Element) -> str:
    pages = element.pages
    if not pages:
        return ""
    return f"{pages[0]}" if len(pages) == 1 else f"{pages[0]}–{pages[-1]}"


def _numbered(section: Section) -> str:
    return section.number or section.title


def _numbers(equations: Sequence[Element]) -> str:
    """How many, and which of them are numbered: "12, numbered (1) to (8)"."""
    labels = list(_labels(equations))
    if not labels:
        return f"{len(equations)}, none numbered"
    named = ", ".join(labels) if len(labels) <= _FEW else f"{labels[0]} to {labels[-1]}"
    return f"{len(equations)}, {len(labels)} of them numbered: {named}"


def _labels(equations: Sequence[Element]) -> Iterator[str]:
    return (clean(e.label) for e in equations if e.label)
