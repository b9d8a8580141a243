from __future__ import annotations

from pathlib import Path

import pytest

from eval.ablation import PLAIN, STAGES, Stage, ablations, without
from eval.experiment import Configuration
from rag.config import Chunker, Llm, QueryTable, Rerank, Search, Settings, Weights, load

CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.mark.parametrize("stage", [PLAIN, *STAGES], ids=lambda stage: stage.name)
def test_what_a_stage_leaves_out_is_left_out(stage: Stage) -> None:
    """The settings are valid, and hold what the stage says."""
    settings = without(Settings(), stage)
    assert Settings.model_validate(settings.model_dump()) == settings
    for name, keys in stage.without.items():
        for key, value in keys.items():
            assert getattr(getattr(settings, name), key) == value


def test_what_is_left_can_be_used_whatever_the_base() -> None:
    """``rrf_k`` means nothing to another fusion, and a login is in no dump of the settings."""
    search = Search(
        fusion="rrf", rrf_k=20, weights=Weights(bm25=2), variant_weights={"feedback": 1.0}
    )
    query = QueryTable(feedback=True, papers=True, step_back=True)
    llm = Llm(model="openai/some", api_base="http://me:secret@host/v1")
    base = Configuration("mine", Settings(search=search, query=query, llm=llm))
    tried = {each.name: each.settings for each in ablations(base, model=True)}
    assert {each.llm.api_base for each in tried.values()} == {"http://me:secret@host/v1"}
    assert tried["score sum"].search.fusion == "score-sum"
    assert tried["no adapter"].search.rrf_k == 20
    assert not tried["no feedback"].query.feedback
    assert "no routing" in tried
    assert "with step-back" not in tried  # it has it


def test_a_login_makes_no_stage_of_what_the_base_lacks() -> None:
    llm = Llm(model="openai/some", api_base="http://me:secret@host/v1")
    base = Configuration("mine", Settings(llm=llm, rerank=Rerank(kind="none")))
    assert "no reranker" not in {each.name for each in ablations(base, model=True)}


def test_plain_hybrid_search_is_the_same_whatever_the_base() -> None:
    search = Search(retrievers=("bm25",), fusion="rrf", rrf_k=20, weights=Weights(bm25=2))
    settings = Settings(search=search, query=QueryTable(feedback=True, papers=True))
    assert (
        without(settings, PLAIN)
        == without(Settings(), PLAIN)
        == load(CONFIGS / "plain-hybrid.toml")
    )


@pytest.mark.parametrize(("left", "lacking"), [("bm25", "dense"), ("dense", "bm25")])
def test_one_retriever_alone_is_not_replaced_by_the_other(left: str, lacking: str) -> None:
    base = Configuration("mine", Settings.model_validate({"search": {"retrievers": [left]}}))
    retrievers = [each.settings.search.retrievers for each in ablations(base, model=False)]
    assert (lacking,) not in retrievers
    assert not {"no BM25", "no dense"} & {each.name for each in ablations(base, model=False)}


def test_names_are_unique() -> None:
    assert len({stage.name for stage in (PLAIN, *STAGES)}) == len(STAGES) + 1


def test_what_the_base_lacks_cannot_be_left_out() -> None:
    base = Configuration("mine", Settings(rerank=Rerank(kind="none")))
    names = [each.name for each in ablations(base, model=False)]
    assert names[0] == "mine"
    assert "no reranker" not in names
    assert "no BM25" in names


def test_of_two_ways_to_fuse_the_other_is_tried() -> None:
    for fusion, other in (("rrf", "score sum"), ("score-sum", "RRF")):
        base = Configuration("mine", Settings(search=Search(fusion=fusion)))
        names = {each.name for each in ablations(base, model=False)}
        assert names & {"RRF", "score sum"} == {other}


def test_transforms_by_a_model_need_one() -> None:
    base = Configuration("mine", Settings())
    names = {each.name for each in ablations(base, model=True)}
    assert {"no HyDE", "no multi-query", "with step-back"} <= names
    assert not any(each.name == "no HyDE" for each in ablations(base, model=False))


def test_a_kind_takes_the_place_of_the_whole_table() -> None:
    settings = Settings(chunker=Chunker(max_tokens=300))
    windows = next(stage for stage in STAGES if stage.name == "fixed windows")
    assert without(settings, windows).chunker.max_tokens == Chunker().max_tokens
