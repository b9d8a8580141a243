"""The soak of `benchmarks.serving`, short: twenty minutes are for people."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.serving.model import scripted_model
from benchmarks.serving.server import served
from benchmarks.serving.soak import soak
from tests.copying import copied

QUESTIONS = ["What is in the context line?", "How are rankings joined?", "Which data were used?"]
GROWN_MB = 64
"""More than that in half a minute is a leak that would show in an hour."""


@pytest.mark.slow
def test_searches_answers_and_uploads_go_on_side_by_side(
    small_library: Path, tmp_path: Path
) -> None:
    library = copied(small_library, tmp_path / "library")
    only_answers = {f"SCHOLIUM_QUERY__{name}": "false" for name in ("HYDE", "MULTI_QUERY", "CACHE")}
    with scripted_model() as url:
        model = {"SCHOLIUM_LLM__MODEL": "openai/scripted", "SCHOLIUM_LLM__API_BASE": url}
        with served(library, 1, {**only_answers, **model}) as server:
            came = soak(server, QUESTIONS, 30.0)
    assert came.failures == []
    assert len(came.searches_ms) > 20
    assert came.after_mb - came.before_mb < GROWN_MB
