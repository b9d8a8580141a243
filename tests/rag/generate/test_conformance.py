"""What every generator promises, whatever it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from rag.embed.hashing import HashingEmbedder
from rag.generate.extractive import ExtractiveGenerator
from rag.generate.fallback import WithFallback
from rag.generate.llm import LLMGenerator
from rag.llm import ChatModel
from rag.protocols import Generator
from rag.types import Draft, Query
from tests.scripted_llm import ScriptedServer, fails, says
from tests.values import make_evidence, make_paper

QUERY = Query("How many parallel attention heads does the model employ?")
PAPER = make_paper(
    {
        "Attention": [
            "The model employs 8 parallel attention heads. For each head we use 64 dimensions."
        ],
        "Training": ["Training took 3.5 days on eight GPUs."],
    }
)
EVIDENCE = make_evidence(PAPER)
ANSWER = 'It employs 8 attention heads [1: "8 parallel attention heads"]. It took days [2].'

Make = Callable[..., ChatModel]


def extractive(make_model: Make, server: ScriptedServer) -> Generator:
    return ExtractiveGenerator(HashingEmbedder())


def written(make_model: Make, server: ScriptedServer) -> Generator:
    server.play(says(ANSWER))
    return LLMGenerator(make_model())


def working(make_model: Make, server: ScriptedServer) -> Generator:
    server.play(says(ANSWER))
    return WithFallback(LLMGenerator(make_model()), ExtractiveGenerator(HashingEmbedder()))


def failing(make_model: Make, server: ScriptedServer) -> Generator:
    server.play(fails(401, "bad key"))
    return WithFallback(LLMGenerator(make_model()), ExtractiveGenerator(HashingEmbedder()))


@pytest.fixture(params=[extractive, written, working, failing])
def generator(
    request: pytest.FixtureRequest, make_model: Make, server: ScriptedServer
) -> Generator:
    made: Generator = request.param(make_model, server)
    return made


def test_every_citation_is_in_the_evidence_word_for_word(generator: Generator) -> None:
    draft = generator.generate(QUERY, EVIDENCE)
    assert draft.abstained == (not draft.citations)
    for citation in draft.citations:
        assert citation.evidence in EVIDENCE
        assert citation.quote == citation.span.of(PAPER.text)
        assert citation.quote in citation.evidence.chunk.text
        assert citation.marker in draft.text
        assert citation.page in citation.evidence.chunk.pages
        assert citation.boxes == citation.evidence.boxes(citation.span)


def test_every_marker_in_the_text_is_a_citation(generator: Generator) -> None:
    draft = generator.generate(QUERY, EVIDENCE)
    markers = {citation.marker for citation in draft.citations}
    assert set(re.findall(r"\[\d+\]", draft.text)) == markers


def test_a_stream_ends_with_the_same_draft(generator: Generator) -> None:
    *pieces, last = generator.stream(QUERY, EVIDENCE)
    assert all(isinstance(piece, str) and piece for piece in pieces)
    assert last == generator.generate(QUERY, EVIDENCE)


def test_without_evidence_there_is_no_answer(generator: Generator) -> None:
    draft = generator.generate(QUERY, ())
    assert draft.abstained
    assert draft.text
    assert draft.citations == ()
    *_, last = generator.stream(QUERY, ())
    assert isinstance(last, Draft)
    assert last.abstained
