"""Models that stand in for others: who is asked, when, and what the reader sees of it."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator

import pytest

from rag.errors import ContextTooLong, ModelError, ModelTimeout
from rag.llm import ChatModel
from rag.types import Completion, Usage
from tests.scripted_llm import MODEL, Reply, ScriptedServer, fails, says, scripted_server

Make = Callable[..., ChatModel]
ASKED = [{"role": "user", "content": "How many heads?"}]
SPARE = "openai/spare"


@pytest.fixture
def spare() -> Iterator[ScriptedServer]:
    with scripted_server() as server:
        server.play(says("Eight."))
        yield server


@pytest.fixture
def make(make_model: Make, spare: ScriptedServer) -> Make:
    """A model with another to stand in for it, on a server of its own."""

    def made(**changes: object) -> ChatModel:
        fallbacks = [{"model": SPARE, "api_base": spare.url}]
        return make_model(**{"retries": 0, "fallbacks": fallbacks, **changes})

    return made


def completion(model: ChatModel) -> Completion:
    return model.complete(ASKED)


def test_whoever_answers_first_is_not_replaced(
    server: ScriptedServer, spare: ScriptedServer, make: Make
) -> None:
    server.play(says("Ten."))
    assert completion(make()) == Completion("Ten.", Usage(100, 1), model=MODEL)
    assert spare.requests == []


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (fails(500, "boom"), r"failed \(boom\)"),
        (fails(429, "slow down", retry_after="60"), "called too often"),
        (fails(401, "no such key"), "refused the key"),
        (fails(404, "no such model"), "was not found"),
        (Reply(body=b"<html>Hello</html>"), "sent no valid answer"),
        (says("Ten heads, I think.", cut_after=1), "broke off"),
        (says("Ten", delay_s=30), "did not answer within"),
        (says("Ten heads, I think.", stall_after=1), "stopped for 1 s"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_next_one_answers_where_the_first_fails(
    server: ScriptedServer, make: Make, script: Reply, said: str
) -> None:
    server.play(script)
    answer = completion(make(timeout_s=2.5, stall_s=1, deadline_s=30))
    assert (answer.text, answer.model) == ("Eight.", SPARE)
    assert answer.note.endswith(f"{SPARE} answered in its place.")
    assert re.search(said, answer.note)


def test_retries_come_before_the_next_model(
    server: ScriptedServer, spare: ScriptedServer, make: Make
) -> None:
    server.play(fails(500, "boom"), says("Ten."))
    assert completion(make(retries=1)).model == MODEL
    assert spare.requests == []


def test_a_server_that_is_not_there(make: Make) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
    assert completion(make(api_base=nobody)).model == SPARE


def test_a_stream_shows_nothing_twice(server: ScriptedServer, make: Make) -> None:
    server.play(says("Ten heads, I think.", cut_after=2))
    *pieces, last = make().stream(ASKED)
    assert pieces == ["Ten hea", "ds, I t"]
    assert isinstance(last, Completion)
    assert (last.text, last.model) == ("Eight.", SPARE)


def test_a_stream_that_has_not_begun_is_the_next_ones(server: ScriptedServer, make: Make) -> None:
    server.play(fails(503, "busy"))
    *pieces, last = make().stream(ASKED)
    assert pieces == ["Eight."]
    assert isinstance(last, Completion)


def test_there_is_time_left_for_the_next_one(server: ScriptedServer, make: Make) -> None:
    server.play(says("Ten", delay_s=30))
    model = make(timeout_s=30, deadline_s=6.0, retries=3)
    assert completion(model).model == SPARE


def test_a_slow_answer_may_take_all_the_time(
    server: ScriptedServer, spare: ScriptedServer, make: Make
) -> None:
    server.play(says("There are eight heads in all of the layers.", gap_s=0.4))
    answer = completion(make(deadline_s=5.0))
    assert answer.text == "There are eight heads in all of the layers."
    assert spare.requests == []


def test_a_prompt_that_is_too_long_is_the_askers_to_shorten(
    server: ScriptedServer, spare: ScriptedServer, make: Make
) -> None:
    server.play(fails(400, "This model's maximum context length is 8 tokens"))
    with pytest.raises(ContextTooLong):
        completion(make())
    assert spare.requests == []


def test_a_prompt_too_long_for_the_next_one_does_not_begin_the_answer_anew(
    server: ScriptedServer, spare: ScriptedServer, make: Make
) -> None:
    """Whoever is told to shorten it asks again, and shows what was shown."""
    server.play(says("Ten heads, I think.", cut_after=2))
    spare.play(fails(400, "This model's maximum context length is 8 tokens"))
    pieces: list[str | Completion] = []
    with pytest.raises(ModelError, match=r"broke off .*; .*prompt of this length") as caught:
        pieces.extend(make().stream(ASKED))
    assert pieces == ["Ten hea", "ds, I t"]
    assert not isinstance(caught.value, ContextTooLong)


def test_where_all_fail_each_is_named(
    server: ScriptedServer, spare: ScriptedServer, make: Make
) -> None:
    server.play(fails(500, "boom"))
    spare.play(fails(401, "no such key"))
    with pytest.raises(ModelError, match=rf"{MODEL} .*boom.*{SPARE} .*refused the key"):
        completion(make())


def test_where_the_last_is_late_it_is_a_matter_of_time(
    server: ScriptedServer, spare: ScriptedServer, make: Make
) -> None:
    server.play(fails(500, "boom"))
    spare.play(says("Eight.", delay_s=30))
    with pytest.raises(ModelTimeout):
        completion(make(timeout_s=1.5))


def test_a_key_is_not_sent_to_another_provider(
    server: ScriptedServer, spare: ScriptedServer, make_model: Make
) -> None:
    server.play(fails(500, "boom"))
    fallbacks = [{"model": "hosted_vllm/spare", "api_base": spare.url}]
    model = make_model(
        {"MY_KEY": "sk-mine-0123456789"}, retries=0, api_key_env="MY_KEY", fallbacks=fallbacks
    )
    assert completion(model).model == "hosted_vllm/spare"
    assert server.keys == ["Bearer sk-mine-0123456789"]
    assert "0123456789" not in str(spare.keys)


def test_a_ping_asks_one_model_alone(
    server: ScriptedServer, spare: ScriptedServer, make: Make
) -> None:
    server.play(fails(500, "boom"))
    with pytest.raises(ModelError):
        make().ping()
    assert spare.requests == []
