from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.glossary import mine
from rag.query.expansion import Expansion
from rag.store.catalog import Catalog
from rag.store.catalog_writer import WritableCatalog
from rag.store.glossary import CatalogGlossary
from rag.types import Filter, Query
from tests.values import make_chunks, make_paper

TEXTS = {
    "lora": "We propose Low-Rank Adaptation (LoRA). LoRA is cheap.",
    "radio": "The Long Range (LoRa) protocol reaches far.",
    "peft": "Among others, low-rank adaptation (LoRA) is used.",
    "set": "Stacked entity tagging (SET) beats others on the test set.",
    "translation": "Neural machine translation (NMT) and machine translation (MT) differ.",
    "recall": "Mean average precision (MAP) and recall.",
    "like": "Linguistic knowledge engineering (LIKE) is proposed.",
    "bayes": "We take the maximum a posteriori (MAP) estimate.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("library")
    with WritableCatalog(path) as catalog, catalog.transaction():
        for paper_id, text in TEXTS.items():
            paper = make_paper({"Text": [text]}, paper_id=paper_id)
            catalog.put(paper, make_chunks(paper), mine(paper))
    return path


@pytest.fixture
def expansion(library: Path) -> Iterator[Expansion]:
    with Catalog(library) as catalog:
        yield Expansion(CatalogGlossary(catalog))


def added(expansion: Expansion, question: str, *papers: str) -> str:
    """What is added to the question."""
    made = expansion.transform(Query(question, Filter(papers=frozenset(papers))))
    assert made.query is None
    if not made.variants:
        return ""
    [variant] = made.variants
    assert variant.name == "expansion"
    assert variant.where is None
    assert variant.text.startswith(question)
    return variant.text[len(question) :].strip()


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("What rank does LoRA use?", "Low-Rank Adaptation"),
        ("what rank does lora use", "Low-Rank Adaptation"),
        ("How cheap is low-rank adaptation?", "LoRA"),
        ("How cheap is Low Rank Adaptation?", "LoRA"),
        ("Which SET was trained?", "Stacked entity tagging"),
        ("How good are NMTs?", "Neural machine translation"),
        ("Is neural machine translation good?", "NMT"),  # and not MT for its part
    ],
)
def test_the_other_form_is_added(expansion: Expansion, question: str, other: str) -> None:
    assert added(expansion, question).casefold() == other.casefold()


@pytest.mark.parametrize(
    "question",
    [
        "What is the learning rate?",
        "Which training set is used?",  # "set" is a word where SET is defined
        "Is low-rank adaptation (LoRA) cheap?",
        "How good are the scores like?",  # one paper's LIKE is no reason
        "?",
        "训练集有多大",
    ],
)
def test_nothing_to_add(expansion: Expansion, question: str) -> None:
    assert added(expansion, question) == ""


def test_of_two_meanings_as_common_both_are_added(expansion: Expansion) -> None:
    both = {
        "Mean average precision maximum a posteriori",
        "maximum a posteriori Mean average precision",
    }
    assert added(expansion, "What is the MAP?") in both


def test_restricted_to_papers_only_their_own_pairs_count(expansion: Expansion) -> None:
    assert added(expansion, "What is the maximum a posteriori?", "bayes") == "MAP"
    assert added(expansion, "What is the maximum a posteriori?", "lora") == ""


def test_a_paper_that_defines_a_short_form_is_asked_by_it(expansion: Expansion) -> None:
    assert added(expansion, "How far does LoRa reach?", "radio") == ""
    assert added(expansion, "What is its long range?", "radio") == "LoRa"


def test_the_whole_library_is_searched_by_words_and_papers_by_vectors_too(
    expansion: Expansion,
) -> None:
    question = "What is the maximum a posteriori?"
    [everywhere] = expansion.transform(Query(question)).variants
    [inside] = expansion.transform(Query(question, Filter(frozenset({"bayes"})))).variants
    assert (everywhere.by_words, inside.by_words) == (True, False)


def test_the_note_says_what_was_taken_for_what(expansion: Expansion) -> None:
    made = expansion.transform(Query("Is machine translation good?"))
    assert made.note == "machine translation = MT"


def test_a_long_question_adds_little(expansion: Expansion) -> None:
    question = "LoRA SET NMT MT MAP " * 500
    assert len(added(expansion, question).split()) < 16


def test_a_library_without_glossary_has_nothing_to_add(tmp_path: Path) -> None:
    with WritableCatalog(tmp_path) as catalog:
        catalog.select("DROP TABLE terms")
        catalog.select("DROP TABLE term_counts")
        assert added(Expansion(CatalogGlossary(catalog)), "What is LoRA?") == ""
