"""What goes to a server and what it charges, as litellm has it."""

from __future__ import annotations

import pytest

from rag.exchange import Exchange, charged, count_tokens, sent
from rag.litellm_import import import_litellm
from rag.types import Message, TokenLogprob
from tests.scripted_llm import MODEL, Reply, ScriptedServer

CLAUDE = "anthropic/claude-3-haiku-20240307"
MESSAGE: Message = {"role": "user", "content": "The paper. The question.", "stable": 10}


def test_claudes_servers_are_told_what_to_keep() -> None:
    assert sent(MESSAGE, CLAUDE) == {
        "role": "user",
        "content": [
            {"type": "text", "text": "The paper.", "cache_control": {"type": "ephemeral"}},
            {"type": "text", "text": " The question."},
        ],
    }


def test_others_get_plain_text() -> None:
    plain = {"role": "user", "content": "The paper. The question."}
    assert sent(MESSAGE, "openai/gpt-4o-mini") == plain
    assert sent({"role": "user", "content": "The paper. The question."}, CLAUDE) == plain


def test_what_a_server_has_kept_is_cheaper() -> None:
    priced = import_litellm().model_cost
    model = next(
        name for name, price in priced.items() if price.get("cache_creation_input_token_cost")
    )
    price = priced[model]
    usual = price["input_cost_per_token"]
    assert charged(model, 100, 0).cost_usd == pytest.approx(100 * usual)
    read, kept = price["cache_read_input_token_cost"], price["cache_creation_input_token_cost"]
    assert read < usual < kept
    mixed = charged(model, 100, 0, read=60, kept=30)
    assert mixed.cost_usd == pytest.approx(60 * read + 30 * kept + 10 * usual)
    assert mixed.prompt_tokens == 100


def test_a_model_without_a_price_costs_nothing() -> None:
    assert charged("openai/somebodys-own", 100, 100).cost_usd == 0


@pytest.mark.parametrize("model", ["openai/gpt-4o-mini", CLAUDE, "openai/somebodys-own"])
def test_tokens_are_counted_without_a_network(model: str) -> None:
    few, more, none = count_tokens(model, ["one word", "one word " * 50, ""])
    assert 1 < few < 6
    assert 90 < more < 160
    assert none == 0


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"8": -2.5}, [("There are ", -0.01), ("8", -2.5)]),
        (None, []),
    ],
)
def test_how_sure_the_model_is_comes_with_each_piece(
    server: ScriptedServer, told: dict[str, float] | None, expected: list[tuple[str, float]]
) -> None:
    server.play(Reply(("There are ", "8"), logprobs=told))
    request = {
        "model": MODEL,
        "messages": [{"role": "user", "content": "How many?"}],
        "api_base": server.url,
        "api_key": "none",
        "stream": True,
        "logprobs": True,
    }
    pieces = [piece for piece in Exchange(request) if piece.text]
    assert [piece.text for piece in pieces] == ["There are ", "8"]
    found = [each for piece in pieces for each in piece.logprobs]
    assert found == [TokenLogprob(*each) for each in expected]
