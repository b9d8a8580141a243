"""Threads, their answers as they are kept, and the passages that these cite."""

from __future__ import annotations

import time
from collections.abc import Container, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.cli.render import byline, count, place
from api.cli.render.markdown import Markdown
from api.cli.text import clean, printable
from rag.store.conversations import KeptAnswer, Thread
from rag.types import Metadata, Role, Section


def thread_list(threads: Sequence[Thread], open_id: str | None) -> RenderableType:
    """A line a thread, numbered; the open one is marked."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for number, thread in enumerate(threads, 1):
        mark = "*" if thread.thread_id == open_id else " "
        pins = f"  ({count(len(thread.papers), 'paper')})" if thread.papers else ""
        table.add_row(
            Text(f"{mark} {number:>2}", "bold"),
            Text(day(thread.updated), "dim"),
            Text.assemble(clean(thread.title) or "(no question yet)", (pins, "dim")),
        )
    return table


def recap(thread: Thread, last: Sequence[KeptAnswer]) -> RenderableType:
    """What the thread is called, and its last answer."""
    title = Text.assemble((clean(thread.title) or "(no question yet)", "bold"))
    title.append(f"  {day(thread.updated)}, {thread.thread_id}", "dim")
    return Group(title, *(kept_answer(kept) for kept in last))


def kept_answer(kept: KeptAnswer) -> RenderableType:
    """A question, its answer, and where its citations point."""
    said = kept.answer or {}
    table = Table.grid(padding=(0, 1, 0, 0))
    for citation in said.get("citations", ()):
        table.add_row(Text(citation["marker"], "bold cyan"), Text(where(citation), "green"))
    question = Text(f"> {clean(str(kept.request['question']))}", "dim")
    answer = Markdown(printable(str(said.get("answer", ""))).strip())
    cited: list[RenderableType] = [Text(), table] if table.row_count else []
    return Group(Text(), question, Text(), answer, *cited)


def passage(citations: Sequence[Mapping[str, Any]], evidence: Sequence[Any]) -> RenderableType:
    """What one marker stands for: place, title, and the passage with the quoted words in bold."""
    first = citations[0]
    texts = {hit["chunk_id"]: hit["text"] for hit in evidence}
    text = Text(clean(texts.get(first["chunk_id"], first["quote"])))
    text.highlight_words([clean(citation["quote"]) for citation in citations], "bold")
    head = Text.assemble((first["marker"], "bold cyan"), " ", (where(first), "green"))
    title = Text(f"{clean(first['paper']['title'])}  {first['paper']['id']}", "dim")
    return Group(head, Padding(Group(title, Text(), text), (0, 0, 0, 4)))


def where(citation: Mapping[str, Any]) -> str:
    """The paper, briefly, and the place: "Vaswani et al. 2017, §5.4 Regularization, p. 8"."""
    paper, at = citation["paper"], citation["section"]
    named = byline(Metadata(paper["title"], tuple(paper["authors"]), paper["year"]))
    section = Section(at["number"], at["title"], 1, Role(at["role"]))
    pages = [citation["page"]] if citation["page"] is not None else []
    return ", ".join(filter(None, (named or clean(paper["title"]), place(section, pages))))


def paper_lines(titles: Mapping[str, str], pinned: Container[str]) -> RenderableType:
    """A line a paper, by id and title; those that questions go to are marked."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for paper_id, title in titles.items():
        mark = "*" if paper_id in pinned else " "
        table.add_row(Text.assemble((f"{mark} ", "bold"), (paper_id, "cyan")), Text(clean(title)))
    return table


def day(seconds: float) -> str:
    """The day and the time, for the user's part of the world."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
