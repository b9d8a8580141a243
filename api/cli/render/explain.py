"""How the hits of a search, or the evidence of an answer, came about."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.cli.text import clean
from rag.types import Answer, HitTrace, Retrieval, Status, Trace, TransformTrace

_STYLES = {Status.DONE: "green", Status.IDLE: "dim", Status.FAILED: "red", Status.LATE: "yellow"}


def explanation(found: Retrieval | Answer) -> RenderableType:
    """What was searched with, every hit's rank in each list, and what each stage did.

    A hit has its rank in each list, fused and final, and what was folded into it.
    """
    lists = sorted({name for hit in found.trace.hits for name in hit.ranks})
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("final", "fused", *(name.replace("/", "\n") for name in lists)):
        table.add_column(heading, justify="right")
    table.add_column("chunk", style="cyan", overflow="fold")
    table.add_column("duplicates folded into it", overflow="fold")
    for hit in sorted(found.trace.hits, key=lambda hit: hit.final_rank):
        table.add_row(*_ranks(hit, lists), Text(hit.chunk_id), Text(", ".join(hit.duplicates)))
    trace = found.trace
    parts = [variants(trace), table, transforms(trace), Group(*stages(trace))]
    return Group(*(Group(part, Text()) for part in parts[:-1]), parts[-1])


def variants(trace: Trace) -> RenderableType:
    """The forms of the question that were searched with."""
    table = _grid()
    for variant in trace.variants:
        table.add_row(Text(variant.name, "cyan"), Text(clean(variant.text)))
    return table


def transforms(trace: Trace) -> RenderableType:
    """What became of each query transform and of the reranker, and what it cost."""
    table = _grid()
    for each in trace.transforms:
        status = Text(each.status.value, _STYLES[each.status])
        ms = Text(f"{each.ms:.1f} ms", "dim", justify="right")
        table.add_row(Text(each.name), status, ms, Text(_remark(each)))
    return table


def stages(trace: Trace) -> list[Text]:
    """How long each stage took."""
    width = max((len(stage.name) for stage in trace.stages), default=0)
    return [Text(f"{stage.name:{width}} {stage.ms:8.1f} ms", style="dim") for stage in trace.stages]


def _grid() -> Table:
    return Table.grid(padding=(0, 2, 0, 0))


def _remark(trace: TransformTrace) -> str:
    tokens = trace.usage.prompt_tokens + trace.usage.completion_tokens
    charged = f"{tokens} tokens" if tokens else ""
    cost = f"{trace.usage.cost_usd:.5f} USD" if trace.usage.cost_usd else ""
    return ", ".join(filter(None, [charged, cost, clean(trace.note)]))


def _ranks(hit: HitTrace, lists: Sequence[str]) -> list[str]:
    ranks = [hit.final_rank, hit.fused_rank, *(hit.ranks.get(name) for name in lists)]
    return [str(rank) if rank is not None else "–" for rank in ranks]
