"""What a search found, and how it came about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.cli.text import byline, clean, place, title
from rag.types import Evidence, HitTrace, Retrieval, Trace

EXCERPT_WORDS = 45


def hit_list(retrieval: Retrieval, full: bool = False) -> RenderableType:
    """The hits, best first, each with its place and an excerpt (``full``: all of it)."""
    if not retrieval.evidence:
        return Text(nothing(retrieval), style="yellow")
    words = content_words(retrieval.query.text)
    return Group(*(_hit(evidence, words, full) for evidence in retrieval.evidence))


def nothing(retrieval: Retrieval) -> str:
    """Why there may be no hit."""
    if retrieval.query.where:
        return "nothing found within --paper, --section and --year: try without them"
    return "nothing found: is the library empty? (scholium papers)"


def explanation(retrieval: Retrieval) -> RenderableType:
    """For every hit its rank in each list, fused and final, and what was folded into it."""
    lists = sorted({name for hit in retrieval.trace.hits for name in hit.ranks})
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("final", "fused", *(name.replace("/", "\n") for name in lists)):
        table.add_column(heading, justify="right")
    table.add_column("chunk", style="cyan", overflow="fold")
    table.add_column("duplicates folded into it", overflow="fold")
    for hit in sorted(retrieval.trace.hits, key=lambda hit: hit.final_rank):
        table.add_row(*_ranks(hit, lists), Text(hit.chunk_id), Text(", ".join(hit.duplicates)))
    return Group(table, Text(), *stages(retrieval.trace))


def stages(trace: Trace) -> list[Text]:
    """How long each stage took, and what it had to say."""
    width = max((len(stage.name) for stage in trace.stages), default=0)
    return [
        Text.assemble(
            (f"{stage.name:{width}}", "dim"),
            (f" {stage.ms:8.1f} ms", "dim"),
            (f"  {clean(stage.note)}" if stage.note else "", "yellow"),
        )
        for stage in trace.stages
    ]


def content_words(text: str) -> frozenset[str]:
    """The words of a question that are worth marking, in lower case."""
    return frozenset(word for word in re.findall(r"\w+", text.lower()) if len(word) > 3)


def excerpt(text: str, words: frozenset[str], length: int = EXCERPT_WORDS) -> str:
    """The run of ``length`` words that holds the most of ``words``; the first one of equals."""
    tokens = clean(text).split(" ")
    if len(tokens) <= length:
        return " ".join(tokens)
    marked = [_stem(token) in {_stem(word) for word in words} for token in tokens]
    start = max(range(len(tokens) - length + 1), key=lambda at: sum(marked[at : at + length]))
    before = "… " if start else ""
    after = " …" if start + length < len(tokens) else ""
    return before + " ".join(tokens[start : start + length]) + after


def _stem(word: str) -> str:
    return re.sub(r"\W", "", word.lower())[:6]


def _hit(evidence: Evidence, words: frozenset[str], full: bool) -> RenderableType:
    chunk = evidence.chunk
    text = clean(chunk.text) if full else excerpt(chunk.text, words)
    head = Text.assemble(
        (f"{evidence.rank:>2}  ", "bold"),
        (title(evidence.metadata), "bold"),
        (f"  {byline(evidence.metadata)}", "dim"),
    )
    where = Text.assemble(
        (place(evidence.section, chunk.pages), "green"),
        (f"  {chunk.paper_id}  score {evidence.score:.4f}", "dim"),
    )
    return Group(head, Padding(Group(where, _marked(text, words)), (0, 0, 1, 4)))


def _marked(text: str, words: Iterable[str]) -> Text:
    shown = Text(text)
    stems = sorted({re.escape(_stem(word)) for word in words})
    if stems:
        shown.highlight_regex(rf"(?i)\b(?:{'|'.join(stems)})\w*", "bold")
    return shown


def _ranks(hit: HitTrace, lists: Sequence[str]) -> list[str]:
    ranks = [hit.final_rank, hit.fused_rank, *(hit.ranks.get(name) for name in lists)]
    return [str(rank) if rank is not None else "–" for rank in ranks]
