"""The model adapter, against a server that misbehaves in every way."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from rag.config import Llm
from rag.errors import ConfigError, ContextTooLong, ModelError, ModelTimeout
from rag.litellm_import import start_warm_up
from rag.llm import ChatModel
from rag.types import Completion, Message, Usage
from tests.scripted_llm import MODEL, Reply, ScriptedServer, fails, says

ASKED: list[Message] = [{"role": "user", "content": "How many heads?"}]
GOOD = says("There are eight heads.")
LATEST_S = 15.0  # for what ends in half a second, on a busy machine

Make = Callable[..., ChatModel]


def streamed(model: ChatModel) -> Completion:
    """The completion, its pieces checked on the way."""
    *pieces, last = model.stream(ASKED)
    assert isinstance(last, Completion)
    assert "".join(str(piece) for piece in pieces) == last.text
    return last


def completed(model: ChatModel) -> Completion:
    return model.complete(ASKED)


BOTH = pytest.mark.parametrize("ask", [streamed, completed])
Ask = Callable[[ChatModel], Completion]


def test_no_model_without_configuration() -> None:
    with pytest.raises(ConfigError, match=r"set llm\.model"):
        ChatModel(Llm(), {})


@BOTH
def test_answers(server: ScriptedServer, make_model: Make, ask: Ask) -> None:
    server.play(GOOD)
    expected = Completion("There are eight heads.", Usage(100, len(GOOD.pieces)), model=MODEL)
    assert ask(make_model(max_tokens=7)) == expected
    [request] = server.requests
    assert request["messages"] == ASKED
    assert (request["model"], request["max_tokens"]) == ("scripted", 7)


def test_pieces_come_while_they_are_written(server: ScriptedServer, make_model: Make) -> None:
    server.play(says("There are eight", stall_after=1))
    stream = make_model().stream(ASKED)
    assert next(stream) == "There a"
    stream.close()


@BOTH
def test_price_is_known_where_litellm_lists_it(
    server: ScriptedServer, make_model: Make, ask: Ask
) -> None:
    server.play(GOOD)
    assert ask(make_model(model="openai/gpt-4o-mini")).usage.cost_usd > 0


@BOTH
@pytest.mark.parametrize("status", [429, 500, 503])
def test_tries_again(server: ScriptedServer, make_model: Make, ask: Ask, status: int) -> None:
    server.play(fails(status, "not now"), GOOD)
    assert ask(make_model()).text == "There are eight heads."
    assert len(server.requests) == 2


def test_waits_as_long_as_the_server_asks(server: ScriptedServer, make_model: Make) -> None:
    server.play(fails(429, "slow down", Retry_After="0.4"), GOOD)
    start = time.monotonic()
    streamed(make_model())
    assert time.monotonic() - start >= 0.4


def test_does_not_wait_beyond_the_deadline(server: ScriptedServer, make_model: Make) -> None:
    server.play(fails(429, "slow down", Retry_After="60"), GOOD)
    start = time.monotonic()
    with pytest.raises(ModelError, match=r"called too often \(slow down\)"):
        streamed(make_model())
    assert time.monotonic() - start < LATEST_S
    assert len(server.requests) == 1


@BOTH
def test_gives_up_after_the_configured_retries(
    server: ScriptedServer, make_model: Make, ask: Ask
) -> None:
    server.play(fails(500, "boom"))
    with pytest.raises(ModelError, match=rf"{MODEL} at 127\.0\.0\.1:\d+ failed \(boom\)"):
        ask(make_model())
    assert len(server.requests) == 2


@BOTH
@pytest.mark.parametrize(
    ("reply", "kind", "message"),
    [
        (fails(401, "Incorrect API key"), ModelError, r"refused the key \(Incorrect API key\)"),
        (fails(404, "no such model"), ModelError, r"was not found .*check llm\.model"),
        (fails(400, "bad temperature"), ModelError, r"refused the request \(bad temperature\)"),
        (
            fails(429, "You exceeded your current quota, check your plan"),
            ModelError,
            "no quota left",
        ),
        (
            fails(400, "This model's maximum context length is 4097 tokens"),
            ContextTooLong,
            r"lower answer\.evidence",
        ),
    ],
)
def test_does_not_repeat_what_can_not_work(
    server: ScriptedServer,
    make_model: Make,
    ask: Ask,
    reply: Reply,
    kind: type[ModelError],
    message: str,
) -> None:
    server.play(reply)
    with pytest.raises(kind, match=message):
        ask(make_model())
    assert len(server.requests) == 1


@BOTH
def test_a_server_that_never_answers(server: ScriptedServer, make_model: Make, ask: Ask) -> None:
    server.play(says("too late", delay_s=60))
    start = time.monotonic()
    with pytest.raises(ModelTimeout, match=r"did not answer within 0\.3 s: .*llm\.timeout_s"):
        ask(make_model(timeout_s=0.3))
    assert time.monotonic() - start < LATEST_S


@pytest.mark.parametrize("keep_alive", [False, True])
def test_a_server_that_stalls(server: ScriptedServer, make_model: Make, keep_alive: bool) -> None:
    server.play(says("There are eight heads.", stall_after=2, keep_alive=keep_alive))
    start, pieces = time.monotonic(), list[str | Completion]()
    with pytest.raises(ModelTimeout, match=r"stopped for 0\.3 s in the middle"):
        pieces.extend(make_model(stall_s=0.3).stream(ASKED))
    assert "".join(map(str, pieces)) == "There are eigh"
    assert time.monotonic() - start < LATEST_S
    assert len(server.requests) == 1


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "model-reader"]


@pytest.mark.parametrize("keep_alive", [False, True])
@pytest.mark.parametrize("name", [MODEL, "hosted_vllm/scripted", "deepseek/scripted"])
def test_nothing_is_read_any_more_after_a_stall(
    server: ScriptedServer, make_model: Make, keep_alive: bool, name: str
) -> None:
    before = readers()
    server.play(says("There are eight heads.", stall_after=2, keep_alive=keep_alive))
    with pytest.raises(ModelTimeout):
        streamed(make_model(model=name, stall_s=0.3))
    for thread in set(readers()) - set(before):
        thread.join(5)
        assert not thread.is_alive()


STALLS = """
import sys
from rag.config import Llm
from rag.errors import ModelTimeout
from rag.litellm_import import start_warm_up
from rag.llm import ChatModel
settings = {"model": "openai/scripted", "api_base": sys.argv[1], "stall_s": 0.3}
try:
    ChatModel(Llm(**settings), {}).complete([{"role": "user", "content": "How many?"}])
except ModelTimeout as error:
    print(error.what)
"""


def test_a_process_ends_after_a_stall(server: ScriptedServer) -> None:
    alive = says("There are eight heads.", stall_after=2, keep_alive=True)
    server.play(alive, alive, says("There are eight heads.", stall_after=2))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", STALLS, server.url],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(3)
    ]
    try:  # they take the time that litellm needs to load; one that hangs would for ever
        said = [process.communicate(timeout=240)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
    assert [process.returncode for process in processes] == [0] * 3
    assert all(text.endswith("stopped for 0.3 s in the middle of its answer\n") for text in said)


def test_the_whole_may_take_longer_than_the_first_piece(
    server: ScriptedServer, make_model: Make
) -> None:
    server.play(says("There are eight heads.", gap_s=0.3))
    assert completed(make_model(timeout_s=0.6)).text == "There are eight heads."


def test_a_stalled_connection_is_closed(server: ScriptedServer, make_model: Make) -> None:
    server.hung_up.clear()
    server.play(says("There are eight heads.", stall_after=1, keep_alive=True))
    with pytest.raises(ModelTimeout):
        streamed(make_model(stall_s=0.3))
    assert server.hung_up.wait(2)


def test_a_reader_who_leaves_ends_the_call(server: ScriptedServer, make_model: Make) -> None:
    server.hung_up.clear()
    server.play(says("word " * 200, gap_s=0.02))
    stream = make_model().stream(ASKED)
    assert list(islice(stream, 2)) == ["word wo", "rd word"]
    stream.close()
    assert server.hung_up.wait(2)


def test_a_server_that_goes_on_and_on(server: ScriptedServer, make_model: Make) -> None:
    server.play(says("word " * 900, gap_s=0.1))
    start = time.monotonic()
    with pytest.raises(ModelTimeout, match=r"did not finish within 0\.6 s"):
        streamed(make_model(deadline_s=0.6))
    assert time.monotonic() - start < LATEST_S


def test_thinking_is_not_stalling(server: ScriptedServer, make_model: Make) -> None:
    server.play(Reply(("Eight.",), thoughts=6, gap_s=0.2))
    assert streamed(make_model(stall_s=1)).text == "Eight."


def test_a_connection_cut_in_the_middle(server: ScriptedServer, make_model: Make) -> None:
    server.play(says("There are eight heads.", cut_after=2))
    with pytest.raises(ModelError, match="broke off in the middle of its answer"):
        streamed(make_model())
    assert len(server.requests) == 1


def test_a_connection_cut_before_the_first_piece(server: ScriptedServer, make_model: Make) -> None:
    server.play(says("There are eight heads.", cut_after=0), GOOD)
    assert streamed(make_model()).text == "There are eight heads."


@BOTH
def test_an_answer_at_its_longest(server: ScriptedServer, make_model: Make, ask: Ask) -> None:
    server.play(says("There are", finish="length"))
    assert ask(make_model()).truncated


@BOTH
@pytest.mark.parametrize(
    "body",
    [
        b"{not json",
        b"<html>busy</html>",
        b"",
        b"data: [DONE]\n\n",
        b"data: {not json\n\n",
        b"data: 7\n\n",
        b'data: {"choices": [{"delta": 5}]}\n\n',
    ],
)
def test_a_body_that_is_no_completion(
    server: ScriptedServer, make_model: Make, ask: Ask, body: bytes
) -> None:
    server.play(Reply(body=body))
    with pytest.raises(ModelError) as caught:
        ask(make_model(retries=0))
    assert caught.value.what.endswith(" sent no valid answer")
    server.play(Reply(body=body), GOOD)
    assert ask(make_model()).text == "There are eight heads."


def test_a_server_that_is_not_there(make_model: Make) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        with pytest.raises(ModelError, match=r"can't be reached: check that its server runs"):
            completed(make_model(api_base=base, retries=0))


def test_the_key_comes_from_the_named_variable(server: ScriptedServer, make_model: Make) -> None:
    server.play(GOOD)
    completed(make_model({"MY_KEY": "correct-horse"}, api_key_env="MY_KEY"))
    assert server.keys == ["Bearer correct-horse"]


def test_a_missing_key_is_named(server: ScriptedServer, make_model: Make) -> None:
    with pytest.raises(ModelError, match="needs a key: set MY_KEY"):
        streamed(make_model(api_key_env="MY_KEY"))
    assert server.requests == []


def test_another_providers_key_is_not_sent(
    server: ScriptedServer, make_model: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "not-for-you")
    server.play(GOOD)
    completed(make_model())
    assert "not-for-you" not in server.keys[0]


def test_keys_are_not_repeated(server: ScriptedServer, make_model: Make) -> None:
    server.play(fails(401, "Bad key correct-horse or sk-abcdef0123"))
    with pytest.raises(ModelError) as caught:
        completed(make_model({"MY_KEY": "correct-horse"}, api_key_env="MY_KEY"))
    assert str(caught.value).endswith("(Bad key *** or ***): set MY_KEY")


def test_ping_asks_for_one_token_once(server: ScriptedServer, make_model: Make) -> None:
    server.play(GOOD)
    make_model().ping()
    assert [request["max_tokens"] for request in server.requests] == [1]
    server.play(fails(500, "boom"))
    with pytest.raises(ModelError):
        make_model().ping()
    assert len(server.requests) == 1


WARMS_UP = """
import sys, time
from rag.litellm_import import start_warm_up
start = time.monotonic()
thread = start_warm_up()
print(time.monotonic() - start < 0.5, thread.daemon)
if sys.argv[1] == "wait":
    thread.join()
    print("litellm" in sys.modules)
"""


@pytest.mark.parametrize(("how", "said"), [("wait", "True False\nTrue\n"), ("go", "True False\n")])
def test_warming_up_holds_nothing_up_and_does_not_break_a_process_that_ends(
    how: str, said: str
) -> None:
    command = [sys.executable, "-c", WARMS_UP, how]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=240)
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")


def test_what_can_not_be_warmed_up_is_told_by_the_call(
    make_model: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make_model()
    monkeypatch.setitem(sys.modules, "litellm", None)
    start_warm_up().join()
    with pytest.raises(ConfigError, match="pip install litellm"):
        completed(model)


def test_no_settings_come_from_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_KEY=planted\n")
    code = (
        "import os; from rag.litellm_import import import_litellm; import_litellm();"
        "print(os.environ.get('OPENAI_API_KEY'))"
    )
    root = str(Path(__file__).parents[2])
    environ = {"PATH": "", "PYTHONPATH": root, "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environ, capture_output=True, text=True
    )
    assert done.stdout == "None\n", done.stderr


def test_log_probabilities_are_asked_for_on_demand(
    server: ScriptedServer, make_model: Make
) -> None:
    server.play(says("There are 8.", logprobs={"8": -2.0}))
    model = make_model()
    assert model.complete(ASKED).logprobs == ()
    told = model.with_logprobs().hurried(5.0).complete(ASKED)
    assert "".join(token.text for token in told.logprobs) == told.text == "There are 8."
    assert [token.logprob for token in told.logprobs] == [-0.01, -2.0]
    assert [request.get("logprobs") for request in server.requests] == [None, True]


def test_a_server_that_knows_not_all_parameters_is_asked_without(
    server: ScriptedServer, make_model: Make
) -> None:
    server.play(says("Eight.", refuses=("logprobs", "stream_options")))
    answer = make_model(retries=0).with_logprobs().complete(ASKED)
    assert (answer.text, answer.logprobs) == ("Eight.", ())
    told = [{"logprobs", "stream_options"} & set(request) for request in server.requests]
    assert told == [{"logprobs", "stream_options"}, {"stream_options"}, set()]
    assert answer.usage.prompt_tokens > 0  # about, as the server does not say
    assert answer.usage.completion_tokens == len("Eight.") // 4


def test_what_broke_off_tells_what_it_was_charged(server: ScriptedServer, make_model: Make) -> None:
    server.play(says("There are eight heads.", cut_after=2))
    with pytest.raises(ModelError) as caught:
        completed(make_model())
    assert caught.value.usage is not None
    assert caught.value.usage.prompt_tokens > 0
    assert caught.value.usage.completion_tokens == 14 // 4
    server.play(fails(401, "no such key"))
    with pytest.raises(ModelError) as caught:
        completed(make_model())
    assert caught.value.usage is None
