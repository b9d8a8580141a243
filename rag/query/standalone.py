"""Makes a follow-up a question that can be understood, and searched for, by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from rag.protocols import QueryTransform
from rag.query.asking import Asking
from rag.query.condensing import told
from rag.query.follow_up import standalone
from rag.query.reading import Unreadable, line, wording
from rag.text import analyse
from rag.transforming import Transforming
from rag.types import Query, Rewriting, Status

MAX_TURNS = 3


@dataclass(frozen=True)
class ByRule:
    """Adds what the question before was about to a question that plainly leaves it out."""

    name: str = "contextualise"

    def transform(self, query: Query) -> Rewriting:
        asked = [turn.question for turn in query.history if turn.question]
        text = standalone(query.text, asked)
        return _replaced(query, text)


@dataclass(frozen=True)
class ByModel:
    """Lets a model write the standalone question (CANARD; Elgohary et al. 2019, D19-1605)."""

    asking: Asking
    name: str = "contextualise"

    def transform(self, query: Query) -> Rewriting:
        if not query.history:
            return Rewriting()
        turns = [turn for turn in query.history if turn.question][-MAX_TURNS:]
        summary = [turn for turn in query.history[:1] if not turn.question]
        parts = [*(("earlier", told(turn)) for turn in summary + turns), ("question", query.text)]
        reply = self.asking.ask("standalone-v2", parts, partial(_rewritten, query))
        made = _replaced(query, reply.value)
        return replace(
            made, usage=reply.usage, note="; ".join(filter(None, [made.note, reply.note]))
        )


@dataclass(frozen=True)
class WithRule:
    """Asks ``model``, for at most ``share_s`` seconds; where that comes to nothing, the rule.

    The search waits for this, so the model gets a share of the whole deadline and no more.
    """

    model: QueryTransform
    rule: QueryTransform
    share_s: float
    name: str = "contextualise"

    def transform(self, query: Query) -> Rewriting:
        if not query.history:
            return Rewriting()
        waiting = Transforming(self.share_s)
        made = waiting.apply(self.model, query)
        [trace] = waiting.traces
        if trace.status in (Status.DONE, Status.IDLE):
            return made
        ruled = self.rule.transform(query)
        return replace(
            ruled, usage=trace.usage, note=f"{ruled.note or 'as it is'}, by rule: {trace.note}"
        )


def _replaced(query: Query, text: str) -> Rewriting:
    if wording(text) == wording(query.text):
        return Rewriting()
    return Rewriting(query=replace(query, text=text), note=f"understood as: {text}")


def _rewritten(query: Query, text: str) -> str:
    """The question that a model made of ``query``. Raises Unreadable."""
    said = line(text)
    if not _about(said, query):
        raise Unreadable(f"wrote a question about something else: {said!r}")
    return said


def _about(text: str, query: Query) -> bool:
    """Whether ``text`` shares a term with the conversation: a mark of a rewriting gone astray."""
    said = " ".join([query.text, *map(told, query.history)])
    return not set(analyse(text)).isdisjoint(analyse(said))
