from __future__ import annotations

from rag.query.feedback import CondensedFeedback
from rag.types import Candidate, Kind, Metadata, Query, Role, Section
from tests.values import make_chunks, make_paper

SECTION = Section("1", "Method", 1, Role.METHOD)


def candidates(*texts: str) -> list[Candidate]:
    chunks = make_chunks(make_paper({"Method": list(texts)}))
    return [
        Candidate(chunk, 1.0 / rank, Metadata(), (SECTION,), Kind.PARAGRAPH, 0.0)
        for rank, chunk in enumerate(chunks, 1)
    ]


def asked_again(question: str, *texts: str, hits: int = 3, sentences: int = 2) -> str:
    """What is added to the question."""
    transform = CondensedFeedback(hits, sentences).after(candidates(*texts))
    made = transform.transform(Query(question))
    assert transform.name == "feedback"
    assert made.query is None
    if not made.variants:
        return ""
    [variant] = made.variants
    assert variant.name == "feedback"
    assert variant.text.startswith(f"{question} ")
    assert made.note
    return variant.text[len(question) + 1 :]


OPTIMISER = (
    "We train all the networks with the Adam optimiser here. Birds fly south in winter months."
)
OTHER = (
    "The training data come from many open networks online. Nothing else matters to anybody today."
)


def test_the_sentences_nearest_to_the_question_follow_it() -> None:
    added = asked_again("Which optimiser trains it?", OPTIMISER, OTHER, sentences=1)
    assert added == "We train all the networks with the Adam optimiser here."


def test_the_rarer_word_decides() -> None:
    common = "Some networks use large training sets of images there."
    rare = "Other people choose quantisation before they ship models."
    texts = (common, rare, "Networks again, more networks here too.", "networks")
    assert asked_again("networks and quantisation", *texts, sentences=1) == rare


def test_only_the_first_hits_are_read() -> None:
    assert asked_again("Which optimiser?", OTHER, OPTIMISER, hits=1) == ""


def test_no_hits_and_no_shared_words_add_nothing() -> None:
    assert asked_again("Which optimiser?") == ""
    assert asked_again("Why?", OPTIMISER) == ""
    assert asked_again("zebra", OPTIMISER, OTHER) == ""


def test_scraps_and_run_on_text_are_no_sentences() -> None:
    assert asked_again("optimiser", "The optimiser.") == ""
    assert asked_again("optimiser", "optimiser " + " ".join(f"w{i}" for i in range(200))) == ""
