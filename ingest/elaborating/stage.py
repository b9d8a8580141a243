"""The stage of an ingestion that asks a language model.

    cut papers ─ what is kept? ─ estimate ─ budget ─ first calls ─ other calls ─ chunks, remark

The first call about a paper goes before its others, so that a server that keeps prefixes has read
the paper by then. What a model does not write is left out: such chunks stay as they were cut.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add
from queue import SimpleQueue
from time import perf_counter

from ingest.elaborating.asking import Asker, Written
from ingest.elaborating.calls import Call, Task
from ingest.elaborating.costs import Budget, Price, estimate
from ingest.events import Asked, Elaborated, Estimated, Event
from rag.errors import CostLimit
from rag.protocols import TokenCounter
from rag.threads import start_daemon
from rag.types import Chunk, Paper, Usage

REMARK = "Without what a language model should have written: "


@dataclass(frozen=True, slots=True)
class Cut:
    """A paper and its chunks."""

    paper: Paper
    chunks: Sequence[Chunk]


Result = Cut | CostLimit


@dataclass(slots=True)
class _Work:
    """What is known and asked of one paper."""

    cut: Cut
    written: dict[str, str]
    wanted: int
    calls: list[Call]
    expected: Usage
    result: Cut | None = None
    usage: Usage = field(default_factory=Usage)
    problems: list[str] = field(default_factory=list)

    def take(self, written: Written) -> None:
        self.written |= written.by_chunk
        self.usage += written.usage
        self.problems += [written.problem] if written.problem else []


@dataclass(frozen=True)
class Elaboration:
    """Has a model write of papers' chunks: ``task`` says what, ``budget`` bounds the costs of a
    run. ``at_once`` calls are made at a time. ``count_tokens`` and ``price`` are for estimates.
    """

    task: Task
    asker: Asker
    budget: Budget
    at_once: int
    count_tokens: TokenCounter
    price: Price

    def elaborate(self, batch: Sequence[Cut]) -> Generator[Event, None, list[Result]]:
        """The papers with what was written, in order; a CostLimit for each that would pass it."""
        works = [self._planned(cut) for cut in batch]
        if asking := [work for work in works if work.calls]:
            yield self._estimated(asking)
        # Estimates are from above: what turns out to be left may do for papers that had to wait.
        waiting = list(works)
        while granted := [work for work in waiting if self.budget.take(work.expected)]:
            yield from self._ask(granted)
            for work in granted:
                self.budget.settle(work.expected, work.usage)
                work.result = self._finished(work)
                yield _elaborated(work, work.result)
            waiting = [work for work in waiting if work.result is None]
        return [work.result or _too_dear(work, self.budget) for work in works]

    def _planned(self, cut: Cut) -> _Work:
        paper = cut.paper
        wanted = [chunk for chunk in cut.chunks if self.task.is_wanted(paper, chunk)]
        written = self.asker.kept(self.task, paper, wanted)
        missing = [chunk for chunk in wanted if chunk.chunk_id not in written]
        calls = self.task.calls(paper, wanted, missing) if missing else []
        expected = estimate(self.task, calls, self.count_tokens, self.price) if calls else Usage()
        return _Work(cut, written, len(wanted), calls, expected)

    def _estimated(self, works: Sequence[_Work]) -> Estimated:
        usage = reduce(add, (work.expected for work in works))
        calls = [call for work in works for call in work.calls]
        passages = sum(len(call.chunks) for call in calls)
        held = usage.cost_usd or not self.budget.limit_usd
        unpriced = "" if held else self.asker.model.name
        return Estimated(len(works), passages, len(calls), usage, unpriced)

    def _ask(self, works: Sequence[_Work]) -> Iterator[Event]:
        for wave in (slice(1), slice(1, None)):
            yield from self._wave([(work, call) for work in works for call in work.calls[wave]])

    def _wave(self, wave: Sequence[tuple[_Work, Call]]) -> Iterator[Event]:
        """Makes the calls, ``at_once`` at a time. Left early, it begins no more of them."""
        waiting, done = deque(wave), SimpleQueue[tuple[_Work, Call, Written | Exception]]()
        start = perf_counter()
        for _ in range(min(self.at_once, len(wave))):
            start_daemon(self._work, waiting, done, name="elaborating")
        try:
            for _ in wave:
                work, call, came = done.get()
                if isinstance(came, Exception):
                    raise came
                work.take(came)
                now = perf_counter()
                yield Asked(len(call.chunks), now - start)
                start = now
        finally:
            waiting.clear()

    def _work(
        self,
        waiting: deque[tuple[_Work, Call]],
        done: SimpleQueue[tuple[_Work, Call, Written | Exception]],
    ) -> None:
        while True:
            try:
                work, call = waiting.popleft()
            except IndexError:
                return
            try:
                done.put((work, call, self.asker.ask(self.task, work.cut.paper, call)))
            except Exception as error:  # noqa: BLE001  handed over, and raised where it is waited for
                done.put((work, call, error))

    def _finished(self, work: _Work) -> Cut:
        paper, written = work.cut.paper, work.written
        chunks = [
            made
            for chunk in work.cut.chunks
            for made in (
                self.task.applied(paper, chunk, written[chunk.chunk_id])
                if chunk.chunk_id in written
                else [chunk]
            )
        ]
        return Cut(replace(paper, remarks=_remarks(work)), chunks)


def without_lacking(paper: Paper) -> Paper:
    """The paper without what an earlier run remarked on what the model did not write."""
    remarks = tuple(remark for remark in paper.remarks if not remark.startswith(REMARK))
    return replace(paper, remarks=remarks)


def _remarks(work: _Work) -> tuple[str, ...]:
    """The paper's own, and what is lacking now; what was lacking another time is no matter."""
    own = without_lacking(work.cut.paper).remarks
    lacking = work.wanted - len(work.written)
    if not lacking:
        return own
    return (*own, f"{REMARK}{lacking} of {work.wanted} passages. {_reason(work)}".strip())


def _reason(work: _Work) -> str:
    return next(iter(work.problems), "")


def _elaborated(work: _Work, result: Cut) -> Elaborated:
    source, lacking = work.cut.paper.source, work.wanted - len(work.written)
    more = len(result.chunks) - len(work.cut.chunks)
    return Elaborated(source, work.wanted, lacking, more, work.usage, _reason(work))


def _too_dear(work: _Work, budget: Budget) -> CostLimit:
    left = max(budget.limit_usd - budget.spent.cost_usd, 0.0)
    return CostLimit(
        f"what the language model writes of it would cost about ${work.expected.cost_usd:.4f}, "
        f"and of the limit of ${budget.limit_usd:g} for one run ${left:.4f} is left: run it again, "
        "with a higher --max-cost (ingest.max_cost_usd) if need be; what is paid for is kept"
    )
