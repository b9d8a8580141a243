from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.cache import default_cache
from rag.embed.hashing import HashingEmbedder
from rag.embed.minilm import MiniLM
from rag.generate.extractive import ExtractiveGenerator
from rag.types import Draft, Evidence, Kind, Query
from tests.rag.generate.made_evidence import OFFSET, made_evidence

TRAINING = made_evidence(
    [
        (
            Kind.PARAGRAPH,
            "We train every model with Adam for thirty epochs. The learning rate is 0.0005, and\n"
            "it is halved when the validation loss stops falling. The batches hold 64 sentences.",
        )
    ],
    rank=1,
    title="Training",
)
FUSION = made_evidence(
    [
        (
            Kind.PARAGRAPH,
            "Dense and lexical scores can not be compared, because they have different scales. "
            "Reciprocal rank fusion therefore looks at the ranks alone. It is defined as",
        ),
        (Kind.EQUATION, "s(c) = 1 / (k + r(c))"),
        (Kind.PARAGRAPH, "where r(c) is the rank of the chunk. We set k to sixty."),
    ],
    rank=2,
    title="Hybrid retrieval",
    page=4,
)
RESULTS = made_evidence(
    [
        (
            Kind.TABLE,
            "Table 1: Recall on the held-out questions.\n"
            "Method | Recall | Latency\nBM25 | 0.61 | 2 ms\nHybrid | 0.74 | 9 ms",
        )
    ],
    rank=3,
    title="Results",
    page=5,
)
EVIDENCE = (TRAINING, FUSION, RESULTS)


@pytest.fixture(scope="module")
def generator() -> ExtractiveGenerator:
    return ExtractiveGenerator(MiniLM(default_cache()))


def _answer(generator: ExtractiveGenerator, question: str) -> Draft:
    draft = generator.generate(Query(question), EVIDENCE)
    assert not draft.abstained, draft.text
    return draft


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What learning rate is used?", "The learning rate is 0.0005"),
        ("How many sentences are in a batch?", "The batches hold 64 sentences."),
        ("Why are the scores of both retrievers not compared directly?", "different scales"),
        ("What is reciprocal rank fusion?", "looks at the ranks alone"),
        ("Which recall does BM25 reach?", "BM25: Recall 0.61; Latency 2 ms"),
        ("How is the fused score defined?", "It is defined as s(c) = 1 / (k + r(c)) where r(c)"),
    ],
)
def test_the_sentence_that_answers_is_quoted(
    generator: ExtractiveGenerator, question: str, said: str
) -> None:
    assert said in _answer(generator, question).text


def test_a_citation_says_where_its_sentence_is_printed(generator: ExtractiveGenerator) -> None:
    draft = _answer(generator, "What learning rate is used?")
    citation = next(c for c in draft.citations if "0.0005" in c.quote)
    assert citation.quote.startswith("The learning rate is 0.0005, and\nit is halved")
    assert citation.evidence is TRAINING
    start = TRAINING.chunk.text.index("The learning rate")
    assert (citation.span.start, len(citation.span)) == (OFFSET + start, len(citation.quote))
    assert citation.page == 3
    assert citation.boxes == TRAINING.boxes(citation.span) != ()


def test_markers_are_numbered_as_they_appear(generator: ExtractiveGenerator) -> None:
    draft = _answer(generator, "How are the models trained, with which learning rate?")
    markers = re.findall(r"\[\d+\]", draft.text)
    assert markers == [f"[{n}]" for n in range(1, len(markers) + 1)]
    assert markers == [citation.marker for citation in draft.citations]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What learning rate is used?", "0.0005"),
        ("How many sentences are in a batch?", "64 sentences"),
    ],
)
def test_the_best_sentence_comes_first(
    generator: ExtractiveGenerator, question: str, said: str
) -> None:
    assert said in _answer(generator, question).citations[0].quote


def test_what_is_said_twice_is_quoted_once(generator: ExtractiveGenerator) -> None:
    copy = made_evidence([(Kind.PARAGRAPH, "The batches hold 64 sentences.")], rank=2)
    draft = generator.generate(Query("How many sentences are in a batch?"), (TRAINING, copy))
    assert draft.text.count("The batches hold 64 sentences.") == 1


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of Peru?",
        "How do I bake bread?",
        "Who won the football world cup in 2018?",
        "Which vitamins are in an orange?",
    ],
)
def test_a_question_about_something_else_is_refused(
    generator: ExtractiveGenerator, question: str
) -> None:
    draft = generator.generate(Query(question), EVIDENCE)
    assert draft.abstained
    assert draft.citations == ()
    assert draft.text.startswith("Not found in these papers")
    assert "(Lovelace and Turing 2020, §3 Training, p. 3)" in draft.text


def test_without_evidence_nothing_is_found(generator: ExtractiveGenerator) -> None:
    assert generator.generate(Query("What learning rate is used?"), ()).abstained


def test_evidence_without_a_sentence_to_show_is_named_all_the_same(
    generator: ExtractiveGenerator,
) -> None:
    entries = made_evidence([(Kind.REFERENCE, "A. Smith. Learning to rank. 2001.")])
    draft = generator.generate(Query("How is ranking learned?"), (entries,))
    assert draft.abstained
    assert "§3 Method" in draft.text


def test_a_place_is_named_once(generator: ExtractiveGenerator) -> None:
    twice = (TRAINING, made_evidence([(Kind.PARAGRAPH, "We use one GPU only.")], title="Training"))
    draft = generator.generate(Query("What is the capital of Peru?"), twice)
    assert draft.text.count("§3 Training") == 1


def test_the_stream_ends_with_the_draft(generator: ExtractiveGenerator) -> None:
    query = Query("What learning rate is used?")
    *pieces, last = generator.stream(query, EVIDENCE)
    assert last == generator.generate(query, EVIDENCE)
    assert isinstance(last, Draft)
    assert "".join(str(piece) for piece in pieces) == last.text


_WORDS = st.sampled_from("we train rank fusion with 64 sentences the batch holds rate 0.5".split())
_SENTENCE = st.lists(_WORDS, min_size=1, max_size=30).map(lambda words: " ".join(words) + ".")
_PARAGRAPH = st.lists(_SENTENCE, min_size=1, max_size=5).map(lambda s: " ".join(s).capitalize())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(_PARAGRAPH, min_size=1, max_size=4), st.integers(1, 60), st.integers(1, 4), _SENTENCE
)
def test_an_answer_keeps_to_its_limits_and_to_the_words_of_its_evidence(
    paragraphs: list[str], max_words: int, max_sentences: int, question: str
) -> None:
    evidence: list[Evidence] = [
        made_evidence([(Kind.PARAGRAPH, text)], rank=rank)
        for rank, text in enumerate(paragraphs, 1)
    ]
    generator = ExtractiveGenerator(HashingEmbedder(), max_words, max_sentences)
    draft = generator.generate(Query(question), evidence)
    assert draft.abstained == (not draft.citations)
    assert len(draft.citations) <= max_sentences
    if not draft.abstained:
        assert len(re.sub(r" \[\d+\]", "", draft.text).split()) <= max_words
    for citation in draft.citations:
        assert citation.quote in citation.evidence.chunk.text
        assert citation.quote in draft.text
