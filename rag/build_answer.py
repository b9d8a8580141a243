"""Binds the settings of answers to what writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.build_model import chat_model
from rag.build_verify import judge
from rag.cache import default_cache
from rag.config import Settings
from rag.llm_cache import CompletionCache
from rag.once import once
from rag.protocols import Embedder, Generator, Judge, Reader, SentenceWeigher
from rag.store.catalog import Catalog

if TYPE_CHECKING:
    from rag.generate.prompt import Prompt
    from rag.llm import ChatModel
    from rag.select.selection import Selection


@dataclass(frozen=True)
class ByModel:
    """How a language model writes answers: ``writer`` asks ``model`` by ``prompt`` what it makes of
    evidence as ``selection`` leaves it, and ``judge`` takes a second look.
    """

    writer: Generator
    model: ChatModel
    prompt: Prompt
    selection: Selection
    judge: Judge | None


@dataclass(frozen=True)
class Writing:
    """What writes answers: ``generator``, of which ``extractive`` and ``by_model`` are parts."""

    generator: Generator
    extractive: Generator
    by_model: ByModel | None = None


def writing(settings: Settings, embedder: Embedder, turned: Embedder, catalog: Catalog) -> Writing:
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
    reader = None if table.reader == "none" else once(_reader)
    quoting = ExtractiveGenerator(
        remembering, table.quoted_words, table.quoted_sentences, asking, reader
    )
    extractive = WithSelection(
        quoting, build_select.for_quoting(settings, catalog, weigh, embedder.count_tokens)
    )
    if not settings.llm.has("answer"):
        if reader:
            reader()  # now, while what it is for is being prepared, and not amid the first answer
        return Writing(extractive, extractive)
    from rag.generate.fallback import WithFallback

    by_model = _by_model(settings, catalog, weigh)
    written = WithSelection(by_model.writer, by_model.selection)
    return Writing(WithFallback(written, extractive), extractive, by_model)


def _reader() -> Reader:
    from rag.minilm.reader import MiniLMReader

    return MiniLMReader(default_cache())


def _by_model(settings: Settings, catalog: Catalog, weigh: SentenceWeigher) -> ByModel:
    from rag import build_select
    from rag.generate.llm import LLMGenerator
    from rag.generate.prompt import load_prompt

    model, second = chat_model(settings, "answer"), judge(settings)
    prompt = load_prompt(max_words=settings.answer.max_words)
    writer = LLMGenerator(model, prompt, cache=_kept(settings), judge=second)
    selection = build_select.for_writing(settings, catalog, weigh, model.count_tokens)
    return ByModel(writer, model, prompt, selection, second)


def _kept(settings: Settings) -> CompletionCache | None:
    """The model's answers so far; None where they are not to be kept, or differ each time."""
    table = settings.llm.of_role("answer")
    if not table.cache or table.temperature:
        return None
    return CompletionCache(default_cache() / "answers.sqlite", table)
