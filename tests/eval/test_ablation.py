from __future__ import annotations

import pytest

from eval.ablation import STAGES, Stage, ablations, without
from eval.experiment import Configuration
from rag.config import Chunker, Rerank, Search, Settings


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_what_a_stage_leaves_out_is_left_out(stage: Stage) -> None:
    """The settings are valid, and hold what the stage says."""
    tables = without(Settings(), stage).model_dump(mode="json")
    for name, keys in stage.without.items():
        for key, value in keys.items():
            assert tables[name][key] == value


def test_names_are_unique() -> None:
    assert len({stage.name for stage in STAGES}) == len(STAGES)


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
