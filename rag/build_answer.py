"""Binds the settings of answers to what writes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

from rag.build_model import chat_model
from rag.config import AnswerTable, Settings
from rag.protocols import Embedder, Generator, TokenCounter
from rag.store.catalog import Catalog

Widen = Literal["none", "neighbours", "section", "pointed"]


def generator(
    settings: Settings, embedder: Embedder, turned: Embedder, catalog: Catalog
) -> Generator:
    """Extractive; with a language model, that one, and extractive when it fails. Either reads
    evidence as wide as is configured for it. ``turned`` embeds questions, adapter included.
    """
    from rag.generate.extractive import ExtractiveGenerator

    table = settings.answer
    wide = partial(_widened, table=table, catalog=catalog)
    quoting = ExtractiveGenerator(embedder, table.max_words, table.max_sentences, turned)
    extractive = wide(quoting, count_tokens=embedder.count_tokens, usual=("none",))
    if not settings.llm.model:
        return extractive
    from rag.generate.fallback import WithFallback
    from rag.generate.llm import LLMGenerator
    from rag.generate.prompt import load_prompt

    prompt, model = load_prompt(max_words=table.max_words), chat_model(settings, "answer")
    writing = LLMGenerator(model, prompt)
    written = wide(writing, count_tokens=model.count_tokens, usual=("neighbours", "pointed"))
    return WithFallback(written, extractive)


def _widened(
    generator: Generator,
    table: AnswerTable,
    catalog: Catalog,
    count_tokens: TokenCounter,
    usual: Sequence[Widen],
) -> Generator:
    from rag.select.pointing import BringingAlong
    from rag.select.widening import Reach, Widened, Widening

    asked: Sequence[Widen] = usual if table.widen == "auto" else (table.widen,)
    most = table.evidence_tokens
    reach: Reach | None = "neighbours" if "neighbours" in asked else None
    reach = "section" if "section" in asked else reach
    beside = Widening(catalog, reach, most, count_tokens) if reach else None
    if "pointed" in asked:
        return Widened(generator, BringingAlong(catalog, beside, most, count_tokens))
    return Widened(generator, beside) if beside else generator
