"""Binds the settings of answers to what writes them."""

from __future__ import annotations

from rag.build_model import chat_model
from rag.build_verify import judge
from rag.cache import default_cache
from rag.config import Settings
from rag.llm_cache import CompletionCache
from rag.protocols import Embedder, Generator
from rag.store.catalog import Catalog


def generator(
    settings: Settings, embedder: Embedder, turned: Embedder, catalog: Catalog
) -> Generator:
    """Extractive; with a language model, that one, and extractive when it fails. Each reads what
    its own selection makes of the evidence. ``turned`` embeds questions, adapter included.
    """
    from rag import build_select
    from rag.embed.remembering import Remembering
    from rag.generate.extractive import ExtractiveGenerator
    from rag.generate.sentence_odds import SentenceOdds
    from rag.select.selection import WithSelection

    table = settings.answer
    remembering, asking = Remembering(embedder), Remembering(turned)
    weigh = SentenceOdds(remembering, asking)
    quoting = ExtractiveGenerator(remembering, table.quoted_words, table.quoted_sentences, asking)
    extractive = WithSelection(
        quoting, build_select.for_quoting(settings, catalog, weigh, embedder.count_tokens)
    )
    if not settings.llm.has("answer"):
        return extractive
    from rag.generate.fallback import WithFallback
    from rag.generate.llm import LLMGenerator
    from rag.generate.prompt import load_prompt

    prompt, model = load_prompt(max_words=table.max_words), chat_model(settings, "answer")
    writing = LLMGenerator(model, prompt, cache=_kept(settings), judge=judge(settings))
    written = WithSelection(
        writing, build_select.for_writing(settings, catalog, weigh, model.count_tokens)
    )
    return WithFallback(written, extractive)


def _kept(settings: Settings) -> CompletionCache | None:
    """The model's answers so far; None where they are not to be kept, or differ each time."""
    table = settings.llm.of_role("answer")
    if not table.cache or table.temperature:
        return None
    return CompletionCache(default_cache() / "answers.sqlite", table)
