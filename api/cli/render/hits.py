"""What a search found."""

from __future__ import annotations

from collections.abc import Set

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.cli.render import byline, place, title
from api.cli.text import clean
from rag.text import analyse
from rag.types import Evidence, Retrieval

EXCERPT_WORDS = 45


def hit_list(retrieval: Retrieval, full: bool = False) -> RenderableType:
    """The hits, best first, each with its place and an excerpt (``full``: all of it)."""
    if not retrieval.evidence:
        return Text(nothing(retrieval), style="yellow")
    terms = frozenset(analyse(retrieval.query.text))
    return Group(*(_hit(evidence, terms, full) for evidence in retrieval.evidence))


def nothing(retrieval: Retrieval) -> str:
    """Why there may be no hit."""
    if retrieval.query.where:
        return "nothing found within --paper, --section and --year: try without them"
    return "nothing found: is the library empty? (scholium papers)"


def excerpt(text: str, terms: Set[str], length: int = EXCERPT_WORDS) -> str:
    """The run of ``length`` words with the most of ``terms``; of equals, the one in the middle."""
    words = clean(text).split(" ")
    if len(words) <= length:
        return " ".join(words)
    marked = [matches(word, terms) for word in words]
    sums = [sum(marked[at : at + length]) for at in range(len(words) - length + 1)]
    best = [at for at, count in enumerate(sums) if count == max(sums)]
    start = best[len(best) // 2] if any(marked) else 0
    before = "… " if start else ""
    after = " …" if start + length < len(words) else ""
    return before + " ".join(words[start : start + length]) + after


def matches(word: str, terms: Set[str]) -> bool:
    """Whether the BM25 index would find ``word`` by one of ``terms``."""
    return not terms.isdisjoint(analyse(word))


def _hit(evidence: Evidence, terms: Set[str], full: bool) -> RenderableType:
    chunk = evidence.chunk
    text = clean(chunk.text) if full else excerpt(chunk.text, terms)
    head = Table.grid(padding=(0, 2, 0, 0))
    named = (title(evidence.metadata), "bold")
    by = (f"  {byline(evidence.metadata)}", "dim")
    head.add_row(Text(f"{evidence.rank:>2}", "bold"), Text.assemble(named, by))
    where = Text.assemble(
        (place(evidence.section, chunk.pages), "green"),
        (f"  {chunk.paper_id}  score {evidence.score:.4f}", "dim"),
    )
    return Group(head, Padding(Group(where, _marked(text, terms)), (0, 0, 1, 4)))


def _marked(text: str, terms: Set[str]) -> Text:
    shown = Text()
    for word in text.split(" "):
        shown.append(f" {word}" if shown else word, "bold" if matches(word, terms) else "")
    return shown
