"""The list of papers, and one paper with its sections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from api.cli.render import byline, count, title
from api.cli.render.elements import floats, kinds
from api.cli.text import NARROW, WIDTH, clean
from rag.types import LinkKind, Paper, PaperRow, Section


def paper_list(rows: Sequence[PaperRow], width: int) -> RenderableType:
    """Every paper, in the given order, and the sums below."""
    shown = [_table(rows)] if width >= NARROW else [_paragraph(row) for row in rows]
    return Group(*shown, Text(paper_sums(rows), style="dim"))


def _paragraph(row: PaperRow) -> RenderableType:
    """A paper where a table's columns would be too narrow to read."""
    pages = [count(row.pages, "page")] if row.pages else []
    size = ", ".join([*pages, count(row.chunks, "chunk")])
    facts = [byline(row.metadata), size]
    lines = [Text(title(row.metadata)), *(Text(fact, style="dim") for fact in facts if fact)]
    return Group(Text(row.paper_id, style="cyan"), Padding(Group(*lines), (0, 0, 0, 2)))


def _table(rows: Sequence[PaperRow]) -> Table:
    """One line a paper."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("paper", style="cyan", no_wrap=True)
    table.add_column("title", ratio=1, overflow="fold")
    table.add_column("by")
    table.add_column("pages", justify="right")
    table.add_column("chunks", justify="right")
    for row in rows:
        table.add_row(
            Text(row.paper_id),
            Text(title(row.metadata)),
            Text(byline(row.metadata)),
            str(row.pages or "–"),
            f"{row.chunks:,}",
        )
    return table


def paper_sums(rows: Sequence[PaperRow]) -> str:
    """How much there is in all."""
    pages, chunks = sum(row.pages for row in rows), sum(row.chunks for row in rows)
    return ", ".join((count(len(rows), "paper"), count(pages, "page"), count(chunks, "chunk")))


def paper_card(row: PaperRow, paper: Paper) -> RenderableType:
    """What one paper is, how it is divided, and which tables, figures and formulas it has."""
    shown = floats(paper)
    return Group(
        Text(title(paper.metadata), style="bold"),
        _facts(row, paper),
        *_abstract(paper),
        Text(),
        section_tree(paper.sections),
        *([Text(), *shown] if shown else []),
    )


def _facts(row: PaperRow, paper: Paper) -> RenderableType:
    meta = paper.metadata
    facts = {
        "authors": ", ".join(clean(author) for author in meta.authors),
        "from": "; ".join(clean(name) for name in meta.affiliations),
        "year": str(meta.year or ""),
        "venue": clean(meta.venue),
        "arXiv": meta.arxiv_id + (f"v{meta.arxiv_version}" if meta.arxiv_version else ""),
        "DOI": clean(meta.doi),
        "keywords": ", ".join(clean(word) for word in meta.keywords),
        "code": ", ".join(clean(url) for url in meta.code),
        "id": row.paper_id,
        "source": clean(row.source),
        "size": ", ".join(_sizes(row, paper)),
        "elements": kinds(paper.elements),
        "links": _links(paper),
        "remarks": " ".join(clean(remark) for remark in paper.remarks),
    }
    shown = {name: value for name, value in facts.items() if value}
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in shown.items():
        table.add_row(name, Text(value))
    return table


def _sizes(row: PaperRow, paper: Paper) -> list[str]:
    pages = [count(paper.pages, "page")] if paper.pages else []
    references = [count(len(paper.references), "reference")] if paper.references else []
    return [*pages, count(row.chunks, "chunk"), *references]


def _links(paper: Paper) -> str:
    """How many words of the text lead where: "34 to references, 17 to elements"."""
    counted = Counter(link.kind for link in paper.links)
    named = {kind: f"{kind}s" for kind in LinkKind} | {LinkKind.CITATION: "references"}
    return ", ".join(f"{counted[kind]:,} to {named[kind]}" for kind in named if counted[kind])


def _abstract(paper: Paper) -> list[RenderableType]:
    words = clean(paper.metadata.abstract)
    return [Text(), Text(words)] if words else []


def section_tree(sections: Sequence[Section]) -> RenderableType:
    """The sections as a tree: number, title, page, and the role dimmed."""
    root = Tree(Text("sections", style="dim"), guide_style="dim", hide_root=True)
    nodes: list[Tree] = []
    for section in sections:
        above = root if section.parent is None else nodes[section.parent]
        nodes.append(above.add(_section(section)))
    return root if sections else Text("no sections were found", style="dim")


def _section(section: Section) -> Text:
    line = Text.assemble((f"{section.number} " if section.number else "", "cyan"))
    line.append(clean(section.title) or "(untitled)")
    line.append(f"  p. {section.page}" if section.page else "", style="green")
    line.append(f"  {section.role}", style="dim")
    line.truncate(WIDTH, overflow="ellipsis")
    return line
