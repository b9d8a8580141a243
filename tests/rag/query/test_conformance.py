"""Every query transform: what the pipeline may rely on."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping

import pytest

from rag.protocols import QueryTransform
from rag.query.asking import Asking
from rag.query.hyde import HyDE
from rag.query.multi_query import MultiQuery
from rag.query.recorded import (
    Generation,
    Recorded,
    RecordedHyDE,
    RecordedMultiQuery,
    RecordedStepBack,
)
from rag.query.standalone import ByModel, ByRule, WithRule
from rag.query.step_back import StepBack
from rag.query.translate import Translate
from rag.types import Filter, Query, Role, Turn
from tests.rag.query.said import Says

QUESTION = "Warum wird das verwendet?"
QUERY = Query(
    QUESTION, Filter(roles=frozenset({Role.METHOD})), (Turn("How does DenseNet use dropout?"),)
)
PASSAGE = "We use dropout with a rate of 0.2 after each convolution of the network."
RECORDED = Recorded({QUESTION: Generation(PASSAGE, ("dropout", "rate"), "What regularises it?")})
LINE = Asking(Says("Why does DenseNet use dropout?"))

IMPLEMENTATIONS: Mapping[str, Callable[[], QueryTransform]] = {
    "hyde": lambda: HyDE(Asking(Says(PASSAGE))),
    "multi-query": lambda: MultiQuery(Asking(Says("1. dropout\n2. rate"))),
    "step-back": lambda: StepBack(LINE),
    "translate": lambda: Translate(LINE),
    "standalone by model": lambda: ByModel(LINE),
    "standalone by rule": ByRule,
    "standalone by both": lambda: WithRule(ByModel(LINE), ByRule(), 5.0),
    "recorded hyde": lambda: RecordedHyDE(RECORDED),
    "recorded multi-query": lambda: RecordedMultiQuery(RECORDED),
    "recorded step-back": lambda: RecordedStepBack(RECORDED),
}


@pytest.fixture(params=IMPLEMENTATIONS, ids=str)
def transform(request: pytest.FixtureRequest) -> QueryTransform:
    return IMPLEMENTATIONS[request.param]()


def test_it_has_something_to_say_or_is_idle(transform: QueryTransform) -> None:
    made = transform.transform(QUERY)
    idle = transform.transform(Query("."))
    assert made.query or made.variants or transform.name == "contextualise"
    assert not idle.query


def test_variants_have_names_of_their_own_and_text_to_search_with(
    transform: QueryTransform,
) -> None:
    variants = transform.transform(QUERY).variants
    names = [variant.name for variant in variants]
    assert len(set(names)) == len(names)
    assert "original" not in names
    for variant in variants:
        assert variant.name.startswith(transform.name[:8])
        assert variant.text.strip()
        assert variant.vector is None
        assert variant.where is None


def test_a_query_that_takes_the_place_of_another_keeps_its_filter_and_history(
    transform: QueryTransform,
) -> None:
    made = transform.transform(QUERY).query
    if made:
        assert made.text != QUERY.text
        assert (made.where, made.history) == (QUERY.where, QUERY.history)


def test_it_makes_the_same_of_the_same(transform: QueryTransform) -> None:
    assert transform.transform(QUERY) == transform.transform(QUERY)


def test_it_can_be_shared_and_is_not_changed_by_use(transform: QueryTransform) -> None:
    before = transform.name
    transform.transform(QUERY)
    assert transform.name == before
    assert pickle.loads(pickle.dumps(transform)).name == before


def test_recorded_ones_say_what_the_model_says() -> None:
    for pair in ("hyde", "multi-query"):
        asked, recorded = IMPLEMENTATIONS[pair](), IMPLEMENTATIONS[f"recorded {pair}"]()
        assert asked.name == recorded.name
        assert asked.transform(QUERY).variants == recorded.transform(QUERY).variants
