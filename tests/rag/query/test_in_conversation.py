"""Follow-ups are put to the papers of the conversation, in a library with several."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.commands import ingest
from rag.build import open_library
from rag.config import Settings
from rag.library import Library
from rag.query.asking import Asking
from rag.query.in_conversation import CITED, InConversation
from rag.query.standalone import ByModel, ByRule
from rag.store.glossary import CatalogGlossary
from rag.types import CitedPaper, Filter, Query, Rewriting, Turn
from tests.rag.query.said import Says

SETTINGS = Settings.model_validate({"embedder": {"kind": "hashing"}})
PAPERS = {
    "TwinNet: A Network of Twins": "We propose TwinNet. The learning rate is 0.1. Width: w_t.",
    "SoloNet: A Lonely Network": "We propose SoloNet. The learning rate is 0.2. Width: w_s.",
    "Penguins from Above": "We count penguins. The learning rate is 0.3. No network is proposed.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("conversation")
    papers = folder / "papers"
    papers.mkdir()
    for title, text in PAPERS.items():
        name = title.split()[0].strip(":").casefold()
        (papers / f"{name}.md").write_text(f"# {title}\n\n## 1 Method\n\n{text}\n")
    list(ingest([papers], folder / "library", SETTINGS))
    with open_library(folder / "library", SETTINGS) as opened:
        yield opened


@pytest.fixture
def cited(library: Library) -> tuple[CitedPaper, ...]:
    """TwinNet and SoloNet, as an answer cites them."""
    found = {row.metadata.title: row.paper_id for row in library.papers()}
    return tuple(CitedPaper(found[title], title) for title in list(PAPERS)[:2])


@pytest.fixture
def history(cited: tuple[CitedPaper, ...]) -> tuple[Turn, ...]:
    return (Turn("Which networks are proposed?", "TwinNet [1]. SoloNet [2].", cited),)


@pytest.fixture
def talking(library: Library) -> InConversation:
    return InConversation(ByRule(), CatalogGlossary(library.catalog))


def test_the_second_one_is_a_filter(talking, history, cited) -> None:
    made = talking.transform(Query("And the learning rate in the second one?", history=history))
    assert made.query is not None
    assert made.query.where == Filter(frozenset({cited[1].paper_id}))
    assert made.query.text.startswith("And the learning rate in the second one? (")
    assert made.note.endswith(f"only in {cited[1].title}")
    assert made.variants == ()


def test_what_is_probable_is_a_variant(talking, history, cited) -> None:
    made = talking.transform(Query("And with which learning rate?", history=history))
    [variant] = made.variants
    assert variant.name == CITED
    assert variant.where == Filter(frozenset(paper.paper_id for paper in cited))
    assert made.query is not None
    assert made.query.where == Filter()
    assert variant.text == made.query.text


@pytest.mark.parametrize(
    "question",
    [
        "What is dropout?",
        "And which learning rate is used in the paper Penguins from Above?",
        "What learning rate does SoloNet use there?",
    ],
)
def test_a_question_that_names_a_paper_is_free(talking, history, question: str) -> None:
    made = talking.transform(Query(question, history=history))
    assert made.variants == ()
    assert made.query is None or made.query.where == Filter()


def test_it_keeps_to_the_papers_that_are_given(talking, history, cited) -> None:
    within = Filter(frozenset({cited[0].paper_id, "another"}))
    made = talking.transform(Query("What is the learning rate there?", within, history))
    assert made.query is not None
    assert made.query.where == Filter(frozenset({cited[0].paper_id}))
    outside = Filter(frozenset({"another"}))
    made = talking.transform(Query("What is the learning rate there?", outside, history))
    assert made.query is None or made.query.where == outside


def test_papers_that_were_removed_are_passed_over(talking) -> None:
    gone = (Turn("Which network?", "GoneNet [1].", (CitedPaper("gone", "GoneNet"),)),)
    made = talking.transform(Query("What is its learning rate?", history=gone))
    assert made.variants == ()


def test_no_conversation_changes_nothing(talking) -> None:
    assert talking.transform(Query("What about the second one?")) == Rewriting()


def test_a_model_is_told_what_was_cited_and_the_rule_says_where(library, history, cited) -> None:
    model = Says("Which learning rate does TwinNet use?")
    talking = InConversation(ByModel(Asking(model)), CatalogGlossary(library.catalog))
    made = talking.transform(Query("And which one in the first paper?", history=history))
    assert f"Cited papers: {cited[0].title}; {cited[1].title}" in model.asked[0][1]["content"]
    assert made.query is not None
    assert made.query.text == "Which learning rate does TwinNet use?"
    assert made.query.where == Filter(frozenset({cited[0].paper_id}))
    assert made.usage.prompt_tokens


def test_a_summary_is_told_first(library) -> None:
    model = Says("Which learning rate does TwinNet use?")
    turns = (
        Turn("", "They asked about TwinNet."),
        *(Turn(f"And {n}?", "1 [1].") for n in range(9)),
    )
    ByModel(Asking(model)).transform(Query("And its learning rate?", history=turns))
    asked = model.asked[0][1]["content"]
    assert asked.index("They asked about TwinNet.") < asked.index("And 8?")
    assert "And 2?" not in asked


def test_the_answer_comes_from_the_paper_that_is_meant(library, history, cited) -> None:
    for place, rate in (("first", "0.1"), ("second", "0.2")):
        answer = library.ask(f"What is the learning rate in the {place} one?", history=history)
        assert f"learning rate is {rate}" in answer.text
        [citation] = answer.citations[:1]
        assert citation.evidence.chunk.paper_id == cited[("first", "second").index(place)].paper_id
        assert answer.papers[0] == cited[("first", "second").index(place)]
    leaning = library.ask("And with which learning rate?", history=history)
    assert CITED in {variant.name for variant in leaning.trace.variants}
