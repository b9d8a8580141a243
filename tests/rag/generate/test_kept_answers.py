"""Answers kept on disk: the same question about the same evidence is not paid for twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rag.build_answer import writing
from rag.config import Llm, Settings
from rag.embed.hashing import HashingEmbedder
from rag.errors import UnusableAnswer
from rag.generate.llm import LLMGenerator
from rag.generate.prompt import load_prompt
from rag.llm import ChatModel
from rag.llm_cache import CompletionCache
from rag.store.catalog import Catalog
from rag.types import Completion, Draft, Query, Usage
from tests.scripted_llm import MODEL, ScriptedServer, says
from tests.values import make_evidence, make_paper

Make = Callable[..., ChatModel]
QUERY = Query("How many heads are there?")
EVIDENCE = make_evidence(
    make_paper({"Attention": ["We employ h = 8 parallel attention layers, or heads."]})
)
GOOD = 'There are 8 attention heads [1: "h = 8 parallel attention layers"].'


@pytest.fixture
def cache(tmp_path: Path) -> CompletionCache:
    return CompletionCache(tmp_path / "answers.sqlite", Llm(model=MODEL))


def test_the_second_answer_is_the_first_and_costs_nothing(
    server: ScriptedServer, make_model: Make, cache: CompletionCache
) -> None:
    server.play(says(GOOD), says("asdf"))
    writing = LLMGenerator(make_model(), cache=cache)
    first, second = writing.generate(QUERY, EVIDENCE), writing.generate(QUERY, EVIDENCE)
    assert (second.text, second.citations) == (first.text, first.citations)
    assert (second.usage, second.model) == (Usage(), MODEL)
    assert "asked before" in second.note
    assert len(server.requests) == 1


def test_a_stream_is_played_again_in_pieces(
    server: ScriptedServer, make_model: Make, cache: CompletionCache
) -> None:
    server.play(says(GOOD), says("asdf"))
    writing = LLMGenerator(make_model(), cache=cache)
    first = list(writing.stream(QUERY, EVIDENCE))
    *pieces, draft = writing.stream(QUERY, EVIDENCE)
    assert len(pieces) > 3
    assert "".join(map(str, pieces)) == "".join(map(str, first[:-1]))
    assert isinstance(draft, Draft)
    assert draft.citations


@pytest.mark.parametrize(
    ("query", "evidence"),
    [
        (Query("How many layers are there?"), EVIDENCE),
        (QUERY, make_evidence(make_paper({"Attention": ["We use h = 8 parallel heads here."]}))),
    ],
)
def test_another_question_or_other_evidence_is_asked_anew(
    server: ScriptedServer, make_model: Make, cache: CompletionCache, query: Query, evidence: object
) -> None:
    server.play(says('There are 8 [1: "8 parallel"].'))
    writing = LLMGenerator(make_model(), cache=cache)
    writing.generate(QUERY, EVIDENCE)
    writing.generate(query, evidence)  # type: ignore[arg-type]
    assert len(server.requests) == 2


def test_what_is_of_no_use_is_not_kept(
    server: ScriptedServer, make_model: Make, cache: CompletionCache
) -> None:
    server.play(says("asdf"), says(GOOD))
    writing = LLMGenerator(make_model(), cache=cache)
    with pytest.raises(UnusableAnswer):
        writing.generate(QUERY, EVIDENCE)
    assert writing.generate(QUERY, EVIDENCE).citations


def test_what_would_not_be_kept_today_is_asked_anew(
    server: ScriptedServer, make_model: Make, cache: CompletionCache
) -> None:
    """An older version may have kept what the check lets through no more."""
    writing = LLMGenerator(make_model(), cache=cache)
    key = load_prompt().messages(QUERY, EVIDENCE, "0" * 16)
    cache.keep(key, Completion("There are 9 heads [4].", Usage()))
    server.play(says(GOOD))
    *pieces, draft = writing.stream(QUERY, EVIDENCE)
    assert isinstance(draft, Draft)
    assert draft.citations
    assert "".join(map(str, pieces)).startswith("There are 8")
    writing.generate(QUERY, EVIDENCE)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("llm", "requests"), [({"cache": True}, 1), ({"cache": True, "temperature": 0.7}, 2), ({}, 2)]
)
def test_the_switch_and_the_temperature_decide(
    server: ScriptedServer,
    tmp_path: Path,
    small_library: Path,
    monkeypatch: pytest.MonkeyPatch,
    llm: dict[str, object],
    requests: int,
) -> None:
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path))
    table = {"model": MODEL, "api_base": server.url, **llm}
    settings = Settings.model_validate({"llm": table, "answer": {"widen": "none"}})
    server.play(says(GOOD))
    with Catalog(small_library) as catalog:
        made = writing(settings, HashingEmbedder(), HashingEmbedder(), catalog).generator
        for _ in range(2):
            assert made.generate(QUERY, EVIDENCE).model == MODEL
    assert len(server.requests) == requests
