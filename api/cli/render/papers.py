"""The list of papers, and one paper with its sections."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from api.cli.render import byline, count, title
from api.cli.text import NARROW, WIDTH, clean
from rag.types import Paper, PaperRow, Section


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
    """Everything about one paper but its text."""
    return Group(
        Text(title(paper.metadata), style="bold"),
        *_facts(row, paper),
        *_abstract(paper),
        Text(),
        section_tree(paper.sections),
    )


def _facts(row: PaperRow, paper: Paper) -> list[Text]:
    meta = paper.metadata
    facts = {
        "authors": ", ".join(clean(author) for author in meta.authors),
        "year": str(meta.year or ""),
        "arXiv": meta.arxiv_id,
        "id": row.paper_id,
        "source": clean(row.source),
        "size": ", ".join(_sizes(row, paper)),
    }
    shown = {name: value for name, value in facts.items() if value}
    return [Text.assemble((f"{name:8}", "dim"), value) for name, value in shown.items()]


def _sizes(row: PaperRow, paper: Paper) -> list[str]:
    pages = [count(paper.pages, "page")] if paper.pages else []
    return [*pages, count(len(paper.elements), "element"), count(row.chunks, "chunk")]


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
