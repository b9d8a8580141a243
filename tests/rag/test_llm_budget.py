"""Limits on what models take: for a question, and for a day."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.build_model import chat_model
from rag.config import Settings
from rag.config_llm import Budget
from rag.errors import ModelTimeout, OverBudget
from rag.llm_budget import FILE_NAME, set_aside, taken_on, today
from rag.spending import as_one_request, of_request, one_request
from rag.threads import start_daemon
from rag.types import Usage
from tests.scripted_llm import MODEL, Reply, ScriptedServer, fails, says

ASKED = [{"role": "user", "content": "How many heads?"}]
PRICED = "openai/gpt-4o-mini"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def settings(
    server: ScriptedServer,
    model: str = MODEL,
    retries: int = 0,
    timeout_s: float = 10.0,
    **budget: float,
) -> Settings:
    waits = {"retries": retries, "timeout_s": timeout_s, "stall_s": timeout_s}
    llm: dict[str, Any] = {"model": model, "api_base": server.url, "budget": budget, **waits}
    return Settings.model_validate({"llm": llm})


def test_a_question_may_take_so_many_tokens(server: ScriptedServer) -> None:
    server.play(says("Eight."))
    model = chat_model(settings(server, request_tokens=900), "answer")
    with one_request():
        model.complete(ASKED)  # 101 tokens, by what the server says; 800 are set aside beside it
        with pytest.raises(OverBudget, match=r"llm\.budget\.request_tokens leaves this question"):
            model.complete(ASKED)
    assert len(server.requests) == 1
    with one_request():
        model.complete(ASKED)  # another question


def test_a_day_may_take_so_many_dollars(server: ScriptedServer, cache: Path) -> None:
    server.play(says("Eight. " * 40))
    priced = settings(server, PRICED, day_usd=0.0006)
    model = chat_model(priced, "answer")
    model.complete(ASKED)
    model.complete(ASKED)
    with pytest.raises(OverBudget) as raised:
        for _ in range(20):
            model.complete(ASKED)
    assert "raise llm.budget.day_usd, or wait for the next day (UTC)" in str(raised.value)
    taken = taken_on(cache / FILE_NAME, today())
    assert 0 < taken.cost_usd <= 0.0006
    assert taken.prompt_tokens == 100 * len(server.requests)


def test_another_role_and_another_process_share_the_day(
    server: ScriptedServer, cache: Path
) -> None:
    program = (
        "from rag.build_model import chat_model; from rag.config import load; "
        "print(chat_model(load(), 'rewrite').complete([{'role': 'user', 'content': 'q'}]).text)"
    )
    environ = {
        "SCHOLIUM_CACHE": str(cache),
        "SCHOLIUM_LLM__MODEL": MODEL,
        "SCHOLIUM_LLM__API_BASE": server.url,
        "SCHOLIUM_LLM__BUDGET__DAY_TOKENS": "900",
    }
    command = [sys.executable, "-c", program]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        command, cwd=root, env=environ, capture_output=True, text=True, timeout=120
    )
    assert done.stdout == "pong\n", done.stderr
    model = chat_model(settings(server, day_tokens=900), "ingest")
    with pytest.raises(OverBudget, match=r"leaves this day 799 tokens"):
        model.complete(ASKED)


def test_a_failed_call_takes_nothing_and_a_broken_one_what_it_wrote(
    server: ScriptedServer, cache: Path
) -> None:
    model = chat_model(settings(server, day_tokens=10_000), "answer")
    server.play(fails(500, "boom"))
    with suppress(Exception):
        model.complete(ASKED)
    assert taken_on(cache / FILE_NAME, today()) == Usage()
    server.play(says("There are eight heads in each of the layers.", cut_after=4))
    with suppress(Exception):
        model.complete(ASKED)
    taken = taken_on(cache / FILE_NAME, today())
    assert 0 < taken.completion_tokens < 20
    assert taken.prompt_tokens > 0


def test_a_reader_who_leaves_pays_for_what_was_written(server: ScriptedServer, cache: Path) -> None:
    server.play(says("There are eight heads in each of the layers.", gap_s=0.05))
    stream = chat_model(settings(server, day_tokens=10_000), "answer").stream(ASKED)
    next(stream)
    stream.close()
    assert 0 < taken_on(cache / FILE_NAME, today()).completion_tokens < 800


def test_a_reader_who_leaves_before_the_first_word_pays_for_the_prompt_and_the_thoughts(
    server: ScriptedServer, cache: Path
) -> None:
    model = chat_model(settings(server, day_tokens=10_000, timeout_s=0.5), "answer")
    server.play(says("Eight.", delay_s=30))
    with suppress(ModelTimeout):
        model.complete(ASKED)
    waited = taken_on(cache / FILE_NAME, today())
    assert waited.prompt_tokens > 0
    assert waited.completion_tokens == 0
    server.play(Reply(("Eight.",), thoughts=40, stall_after=0))
    with suppress(ModelTimeout):
        model.complete(ASKED)
    assert taken_on(cache / FILE_NAME, today()).completion_tokens == 2 * 40 // 4


def test_each_try_is_held_to_the_budget_and_charged(server: ScriptedServer, cache: Path) -> None:
    model = chat_model(settings(server, day_tokens=10_000, retries=2), "answer")
    thinks_and_breaks_off = Reply(("Eight.",), thoughts=40, cut_after=0)
    server.play(thinks_and_breaks_off, thinks_and_breaks_off, says("Eight."))
    answer = model.complete(ASKED)
    taken = taken_on(cache / FILE_NAME, today())
    assert taken.completion_tokens == 2 * 20 + 1
    assert answer.usage == taken


def test_no_try_is_begun_that_the_budget_does_not_hold(server: ScriptedServer, cache: Path) -> None:
    model = chat_model(settings(server, day_tokens=850, retries=5), "answer")
    server.play(Reply(("Eight.",), thoughts=80, cut_after=0))
    with pytest.raises(OverBudget) as raised:
        model.complete(ASKED)
    assert len(server.requests) == 1
    assert raised.value.usage == taken_on(cache / FILE_NAME, today())


def test_a_model_without_a_price_is_not_bounded_by_dollars(server: ScriptedServer) -> None:
    model = chat_model(settings(server, day_usd=0.000001), "answer")
    assert model.complete(ASKED).text == "pong"


def test_the_spare_model_answers_when_the_days_dollars_are_gone(server: ScriptedServer) -> None:
    chosen = settings(server, PRICED, day_usd=0.000001).model_dump()
    chosen["llm"]["fallbacks"] = [MODEL]
    answer = chat_model(Settings.model_validate(chosen), "answer").complete(ASKED)
    assert answer.model == MODEL
    assert "llm.budget.day_usd" in answer.note


def test_a_file_that_can_not_be_kept_is_no_way_around_the_limit(
    server: ScriptedServer, cache: Path
) -> None:
    (cache / FILE_NAME).mkdir(parents=True)
    model = chat_model(settings(server, day_tokens=10_000), "answer")
    with pytest.raises(OverBudget, match="what was spent today can't be told"):
        model.complete(ASKED)
    assert server.requests == []


def test_without_limits_no_file_is_made(server: ScriptedServer, cache: Path) -> None:
    chat_model(settings(server), "answer").complete(ASKED)
    assert not (cache / FILE_NAME).exists()


@given(
    calls=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=12),
    limit=st.integers(1, 120),
)
def test_no_limit_is_passed_and_all_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, calls: list[tuple[int, int]], limit: int
) -> None:
    path = tmp_path_factory.mktemp("ledger") / FILE_NAME
    taken = 0
    for most, actual in calls:
        with (
            suppress(OverBudget),
            set_aside(Budget(day_tokens=limit), path, "m", Usage(most)) as account,
        ):
            account.taken = Usage(min(actual, most))
            taken += min(actual, most)
    assert taken <= limit
    assert taken_on(path, today()).prompt_tokens == taken


def test_calls_at_the_same_time_do_not_pass_the_limit(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME

    def call(_number: int) -> bool:
        try:
            with set_aside(Budget(day_tokens=100), path, "m", Usage(30)) as account:
                account.taken = Usage(30)
        except OverBudget:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(call, range(12))) == 3


def test_a_thread_is_part_of_the_request_that_began_it() -> None:
    with one_request():
        start_daemon(lambda: of_request().add(Usage(7)), name="t").join(5)
        assert of_request().add(Usage()) == Usage(7)
    assert of_request().add(Usage()) == Usage()


def test_a_stream_is_one_request_and_its_reader_is_not() -> None:
    def pieces() -> Generator[int, None, None]:
        for _ in range(3):
            yield of_request().add(Usage(1)).prompt_tokens

    seen = []
    for piece in as_one_request(pieces()):
        seen.append((piece, of_request().add(Usage(1)).prompt_tokens))
    assert seen == [(1, 1), (2, 1), (3, 1)]
