"""The benchmark of first pieces, on few questions: that it finds times, not how long they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.first_token import direct, in_process, over_http
from benchmarks.serving.model import scripted_model
from rag.config import Settings

QUESTIONS = ["What is in the context line?", "How are rankings joined?", "Which data were used?"]
FIRST_S = 0.2


@pytest.mark.slow
def test_the_models_own_time_is_part_of_each(small_library: Path) -> None:
    with scripted_model(FIRST_S, 0.0) as url:
        own = direct(url, 2)
        query = {"hyde": False, "multi_query": False, "cache": False}
        llm = {"model": "openai/scripted", "api_base": url}
        settings = Settings.model_validate({"llm": llm, "query": query})
        times = in_process(small_library, settings, QUESTIONS)
        served = over_http(small_library, url, QUESTIONS, rewrites=False)
    assert len(own.search) == 2
    assert len(times.search) == len(served.search) == len(QUESTIONS)
    assert min(own.search) >= 1000 * FIRST_S
    assert min(times.after) >= 1000 * FIRST_S
    assert min(s + a for s, a in zip(served.search, served.after, strict=True)) >= 1000 * FIRST_S
    assert min(times.cpu) > 0
