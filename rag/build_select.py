"""Binds the settings of the selection to its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from rag import build_query
from rag.build_model import chat_model
from rag.config import Settings
from rag.protocols import SelectionStep, SentenceWeigher, TokenCounter
from rag.select.along import BringingAlong, Source
from rag.select.condensing import Condensing
from rag.select.defining import Defining
from rag.select.judged import JudgedEmphasis, JudgedExtracts
from rag.select.merging import Merging
from rag.select.ordering import PaperOrder
from rag.select.picking import Picker
from rag.select.pointing import Pointing
from rag.select.relevance import Relevance
from rag.select.selection import Selection
from rag.select.widening import Reach, Widening
from rag.store.catalog import Catalog
from rag.store.glossary import CatalogGlossary

Widen = Literal["none", "neighbours", "section", "pointed"]

MARGIN, MOST_MARKED = 1.25, 8
"""How far behind the best sentence's log odds others are marked, and how many are in all:
docs/selection.md."""

INSTRUCTIONS_TOKENS, WITH_PLACE = 600, 1.5
"""What a prompt has beside its evidence; and what a token of that comes to, as a passage's title,
section and fence take up to half as much as itself."""


def for_writing(
    settings: Settings, catalog: Catalog, weigh: SentenceWeigher, count_tokens: TokenCounter
) -> Selection:
    """What a language model is given to read."""
    return Selection(tuple(_for_writing(settings, catalog, weigh, count_tokens)))


def for_quoting(
    settings: Settings, catalog: Catalog, weigh: SentenceWeigher, count_tokens: TokenCounter
) -> Selection:
    """What an extractive answer is made from: the evidence as its model was fitted to it, but for
    repetitions, and for what ``answer.widen`` asks for.
    """
    table = settings.select
    steps: list[SelectionStep] = []
    if table.merge:
        steps.append(Merging(catalog, adjacent=False))
    if table.emphasis != "none":
        steps.append(Relevance(weigh, 0, MARGIN, MOST_MARKED))
    if settings.answer.widen != "auto":
        most = settings.answer.evidence_tokens
        steps += _along(catalog, (settings.answer.widen,), (), most, count_tokens)
    return Selection(tuple(steps))


def _for_writing(
    settings: Settings, catalog: Catalog, weigh: SentenceWeigher, count_tokens: TokenCounter
) -> Iterator[SelectionStep]:
    table, most = settings.select, _most_tokens(settings)
    marked = MOST_MARKED if table.emphasis != "none" else 0
    if table.floor or marked:
        yield Relevance(weigh, table.floor, MARGIN, marked)
    if table.emphasis == "llm":
        yield JudgedEmphasis(picker(settings))
    usual: tuple[Widen, ...] = ("neighbours", "pointed")
    widen = usual if settings.answer.widen == "auto" else (settings.answer.widen,)
    defining = (Defining(catalog, CatalogGlossary(catalog)),) if table.definitions else ()
    yield from _along(catalog, widen, defining, most, count_tokens)
    if table.merge:
        yield Merging(catalog, adjacent=True)
    if table.condense == "llm":
        yield JudgedExtracts(picker(settings), most, count_tokens)
    if table.condense != "none":
        yield Condensing(most, count_tokens)
    if table.order == "paper":
        yield PaperOrder()


def picker(settings: Settings) -> Picker:
    """The model that picks sentences, and the answers that are kept of it."""
    model = chat_model(settings, "judge", settings.select.deadline_s)
    return Picker(model, build_query.answers(settings, "judge"))


def _most_tokens(settings: Settings) -> int:
    """How much evidence is read: no more than the model has a window for, if that is known."""
    most = settings.answer.evidence_tokens
    if not settings.llm.has("answer"):
        return most
    room = chat_model(settings, "answer").room_tokens
    if room is None:
        return most
    return max(min(most, int((room - INSTRUCTIONS_TOKENS) / WITH_PLACE)), 1)


def _along(
    catalog: Catalog,
    widen: Sequence[Widen],
    sources: tuple[Source, ...],
    most: int,
    count_tokens: TokenCounter,
) -> Iterator[SelectionStep]:
    reach: Reach | None = "neighbours" if "neighbours" in widen else None
    reach = "section" if "section" in widen else reach
    widening = Widening(catalog, reach, most, count_tokens) if reach else None
    if "pointed" in widen:
        sources = (*sources, Pointing(catalog))
    if sources or widening:
        yield BringingAlong(catalog, sources, widening, most, count_tokens)
