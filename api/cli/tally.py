"""What an ingestion has done so far, added up from its events."""

from __future__ import annotations

from dataclasses import dataclass, field

from api.cli.render import count
from api.cli.text import clean
from ingest.events import (
    Asked,
    Elaborated,
    Embedded,
    Estimated,
    Event,
    Failed,
    Fetched,
    Found,
    Gone,
    Indexed,
    LookedUp,
    Mined,
    Parsed,
    Skipped,
    Stored,
    Unchanged,
    Unreached,
)
from rag.types import Usage


@dataclass(frozen=True, slots=True)
class Stage:
    """How far one stage is, and how many seconds it has worked."""

    done: int = 0
    busy_s: float = 0.0

    def after(self, count: int, seconds: float) -> Stage:
        """The stage with ``count`` more done in ``seconds`` more."""
        return Stage(self.done + count, self.busy_s + seconds)

    @property
    def rate(self) -> float:
        """So many a second; 0 before the first."""
        return self.done / self.busy_s if self.busy_s > 0 else 0.0


@dataclass(slots=True)
class Tally:
    """The counts.

    Mining, embedding, indexing and the language model report their own seconds; the others were
    spent waiting for files to be parsed. So the stages' times add up to the whole, but for
    ``before_s``: until the files were known, models made ready included. ``to_ask`` and ``asked``
    count passages.
    """

    to_mine: int = 0
    mined: Stage = Stage()
    before_s: float = 0.0
    files: int = 0
    stored: int = 0
    replaced: int = 0
    unchanged: int = 0
    looked_up: int = 0
    parsed: int = 0
    pages: Stage = Stage()
    chunks: int = 0
    to_ask: int = 0
    asked: Stage = Stage()
    lacking: int = 0
    paid: Usage = Usage()
    embedded: Stage = Stage()
    indexed: Stage = Stage()
    failed: list[Failed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def add(self, event: Event, at: float) -> None:
        """Takes in one event, ``at`` seconds after the start."""
        match event:
            case Mined(of=papers, seconds=seconds):
                self.to_mine = papers
                self.mined = self.mined.after(1, seconds)
            case Found(files=files):
                self.files = files
                self.before_s = at - self._worked_s
            case Parsed(pages=pages, chunks=chunks):
                self.parsed += 1
                self.chunks += chunks
                self.pages = Stage(self.pages.done + pages, at - self.before_s - self._worked_s)
            case Estimated() | Asked() | Elaborated():
                self._add_asking(event)
            case Embedded(chunks=chunks, seconds=seconds):
                self.embedded = self.embedded.after(chunks, seconds)
            case Indexed(chunks=chunks, seconds=seconds):
                self.indexed = self.indexed.after(chunks, seconds)
            case _:
                self._add_outcome(event)

    def _add_outcome(self, event: Event) -> None:
        match event:
            case Stored(replaced=replaced):
                self.stored += 1
                self.replaced += replaced
            case LookedUp():
                self.looked_up += 1
            case Unchanged():
                self.unchanged += 1
            case Failed():
                self.failed.append(event)
            case Skipped():
                self.skipped.append(event)

    def _add_asking(self, event: Estimated | Asked | Elaborated) -> None:
        match event:
            case Estimated(passages=passages):
                self.to_ask += passages
            case Asked(passages=passages, seconds=seconds):
                self.asked = self.asked.after(passages, seconds)
            case Elaborated():
                self.chunks += event.more
                self.lacking += event.lacking
                self.paid += event.usage

    @property
    def _worked_s(self) -> float:
        return sum(s.busy_s for s in (self.mined, self.asked, self.embedded, self.indexed))

    @property
    def read(self) -> int:
        """Files that parsing is through with, one way or another."""
        return min(self.parsed + self.unchanged + len(self.failed), self.files)

    @property
    def expected_chunks(self) -> int:
        """How many chunks there will be, taking the files to come as like those parsed so far."""
        waiting = self.files - self.read
        average = self.chunks / self.parsed if self.parsed else 0.0
        return self.chunks + round(waiting * average)


def file_line(event: Event) -> str:
    """What happened to a file, in one line; empty for an event that settles none.

    The first paper that is mined has one, too, as a whole library may follow.
    """
    match event:
        case Fetched():
            return f"fetched    {clean(event.source)} ({event.size / 1e6:.1f} MB)"
        case Mined(done=1):
            return f"mining     {count(event.of, 'paper')} of an older library, this once"
        case Stored():
            verb = "replaced" if event.replaced else "stored"
            size = f"{count(event.pages, 'page')}, {count(event.chunks, 'chunk')}"
            return f"{verb:9}  {event.paper_id}  {clean(event.title)} ({size})"
        case LookedUp():
            return f"looked up  {event.paper_id}  {clean('; '.join(event.remarks))}"
        case Unreached():
            return f"no answer  {event.paper_id}  {clean('; '.join(event.reasons))}"
        case Unchanged():
            return f"unchanged  {event.paper_id}  {clean(event.source)}"
        case Failed():
            return f"failed     {clean(event.source)}: {clean(event.reason)}"
        case Skipped():
            return f"skipped    {clean(event.source)}: {clean(event.reason)}"
        case Gone():
            fate = "removed" if event.removed else "gone"
            return f"{fate:9}  {event.paper_id}  {clean(event.source)}"
        case _:
            return ""


def asking_line(event: Event, tally: Tally) -> str:
    """What a language model is about to be asked, once, or what it did not write; empty for other
    events. The cost is told from above, and with the files to come taken to be like these.
    """
    match event:
        case Estimated(passages=passages, papers=papers, usage=usage, unpriced=unpriced):
            if tally.to_ask > passages:
                return ""
            about = f"{count(passages, 'passage')} of {count(papers, 'paper')}"
            line = f"asking     the model about {about}: at most about {amount(usage)}"
            if unpriced:
                return f"{line} (no price known for {unpriced}: --max-cost can't hold it)"
            waiting = tally.files - max(tally.read, papers)
            more = (
                f", and ${usage.cost_usd / papers * waiting:.2f} for {count(waiting, 'file')} more"
            )
            return f"{line}{more}" if usage.cost_usd and waiting > 0 else line
        case Elaborated(lacking=lacking) if lacking:
            what = f"{lacking} of {event.passages} passages without what the model should write"
            return f"lacking    {clean(event.source)}: {what}. {clean(event.reason)}".rstrip()
        case _:
            return ""


def amount(usage: Usage) -> str:
    """Tokens and dollars: "1,200 + 300 tokens, $0.0012"; tokens alone where no price is known."""
    tokens = f"{usage.prompt_tokens:,} + {usage.completion_tokens:,} tokens"
    return f"{tokens}, ${usage.cost_usd:.4f}" if usage.cost_usd else tokens


def summary(tally: Tally, seconds: float) -> str:
    """The last line: what was done, how long it took, and how fast."""
    counts = [
        f"{count(tally.stored, 'paper')} stored",
        f"{tally.replaced} of them replaced" if tally.replaced else "",
        f"{tally.looked_up} looked up" if tally.looked_up else "",
        f"{tally.unchanged} unchanged" if tally.unchanged else "",
        f"{len(tally.failed)} failed" if tally.failed else "",
        f"{len(tally.skipped)} skipped" if tally.skipped else "",
    ]
    work = [
        f"{count(tally.pages.done, 'page')}{_speed('read', tally.pages.rate, 1)}",
        f"{count(tally.embedded.done, 'chunk')}{_speed('embedded', tally.embedded.rate)}",
        f"{seconds:.1f} s",
    ]
    line = "; ".join(", ".join(filter(None, part)) for part in (counts, work))
    return line + written(tally)


def _speed(what: str, rate: float, digits: int = 0) -> str:
    """How fast, while that alone was done: " read at 17.8/s"; empty where nothing was."""
    return f" {what} at {rate:.{digits}f}/s" if rate else ""


def written(tally: Tally) -> str:
    """What a language model was paid for, as the end of a line; empty where none was asked."""
    if not tally.asked.done and not tally.lacking:
        return ""
    lacking = f", {count(tally.lacking, 'passage')} without it" if tally.lacking else ""
    return f"; written by the model for {amount(tally.paid)}{lacking}"
