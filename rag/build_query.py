"""Binds the [query] settings to the transforms of a query."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rag.build_model import chat_model
from rag.cache import default_cache
from rag.config import Settings
from rag.config_llm import ModelRole
from rag.protocols import Feedback, QueryTransform
from rag.query.asking import Asking
from rag.query.recorded import Recorded
from rag.store.catalog import Catalog
from rag.store.glossary import CatalogGlossary

if TYPE_CHECKING:
    from rag.llm_cache import CompletionCache
    from rag.query.condensing import Condense

CONTEXT_SHARE = 0.4
"""Of the deadline: the search waits for the standalone question, and the rest comes after."""


def contextualise(settings: Settings, catalog: Catalog) -> QueryTransform | None:
    """By rule, and by the model where there is one; None where it is switched off."""
    if not settings.query.contextualise:
        return None
    from rag.query.in_conversation import InConversation

    return InConversation(_wording(settings), CatalogGlossary(catalog))


def condense(settings: Settings) -> Condense:
    """What sums up long conversations; by rule where there is no model, or it fails."""
    from rag.query.condensing import Condensing, WrittenSummary, listed

    budget = settings.query.history_tokens
    if not settings.llm.has("rewrite"):
        return Condensing(budget, listed)
    model = chat_model(settings, "rewrite")
    written = WrittenSummary(Asking(model, answers(settings, "rewrite")))
    return Condensing(budget, written, model.count_tokens)


def route(settings: Settings, catalog: Catalog) -> QueryTransform | None:
    """To what the question names; None where it is switched off."""
    from rag.query.routing import Routing

    return Routing(CatalogGlossary(catalog)) if settings.query.routing else None


def topic(settings: Settings) -> Callable[[str], str]:
    """What of a text is searched for: all of it where the stage is switched off."""
    from rag.query import topic

    return topic.topic if settings.query.topic else str


def expansions(settings: Settings, catalog: Catalog) -> tuple[QueryTransform, ...]:
    """The transforms that are quick and need no model."""
    from rag.query.expansion import Expansion
    from rag.query.papers import PapersFirst

    made: list[QueryTransform] = []
    if settings.query.expansion:
        made.append(Expansion(CatalogGlossary(catalog)))
    if settings.query.papers and not catalog.is_of_abstracts():
        made.append(PapersFirst())
    return tuple(made)


def feedback(settings: Settings) -> Feedback | None:
    """From the first hits; None where it is switched off."""
    from rag.query.feedback import CondensedFeedback

    return CondensedFeedback() if settings.query.feedback else None


def rewrites(settings: Settings, recorded: Recorded | None) -> tuple[QueryTransform, ...]:
    """The transforms that are switched on and have something to ask, a model or a record."""
    table = settings.query
    chosen = {**_by_model(settings), **(_by_record(recorded, table.rewrites) if recorded else {})}
    switches = {
        "multi-query": table.multi_query,
        "hyde": table.hyde,
        "step-back": table.step_back,
        "translate": table.translate,
    }
    return tuple(chosen[name] for name, on in switches.items() if on and name in chosen)


def asks_model(settings: Settings, question: str) -> bool:
    """Whether a search for ``question`` asks the language model; loading it takes seconds."""
    from rag.query.language import is_foreign

    table = settings.query
    if settings.rerank.kind == "llm" and settings.llm.has("judge"):
        return True
    always = table.hyde or table.multi_query or table.step_back
    rewrites = always or (table.translate and is_foreign(question))
    return rewrites and settings.llm.has("rewrite")


def answers(settings: Settings, role: ModelRole) -> CompletionCache | None:
    """What the role's model answered to queries so far; None where that is not to be kept."""
    from rag.llm_cache import CompletionCache

    path = default_cache() / "completions.sqlite"
    return CompletionCache(path, settings.llm.of_role(role)) if settings.query.cache else None


def _wording(settings: Settings) -> QueryTransform:
    from rag.query.standalone import ByModel, ByRule, WithRule

    if not settings.llm.has("rewrite"):
        return ByRule()
    share_s = CONTEXT_SHARE * settings.query.deadline_s
    return WithRule(ByModel(_asking(settings, share_s)), ByRule(), share_s)


def _by_model(settings: Settings) -> dict[str, QueryTransform]:
    if not settings.llm.has("rewrite"):
        return {}
    from rag.query.hyde import HyDE
    from rag.query.multi_query import MultiQuery
    from rag.query.step_back import StepBack
    from rag.query.translate import Translate

    asking = _asking(settings, settings.query.deadline_s)
    made = (
        MultiQuery(asking, settings.query.rewrites),
        HyDE(asking),
        StepBack(asking),
        Translate(asking),
    )
    return {each.name: each for each in made}


def _by_record(recorded: Recorded, most: int) -> dict[str, QueryTransform]:
    from rag.query.recorded import RecordedHyDE, RecordedMultiQuery, RecordedStepBack

    made = (RecordedMultiQuery(recorded, most), RecordedHyDE(recorded), RecordedStepBack(recorded))
    return {each.name: each for each in made}


def _asking(settings: Settings, seconds: float) -> Asking:
    """The model, no call of which outlives the query by much, and the cache of its answers."""
    return Asking(chat_model(settings, "rewrite", seconds), answers(settings, "rewrite"))
