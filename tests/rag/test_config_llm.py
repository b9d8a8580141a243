"""Models by role, and those that stand in for others."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.build_model import chat_model, role_settings
from rag.config import Llm, Settings, load
from rag.config_llm import Budget
from rag.errors import ConfigError

FILE = """
[llm]
model = "openai/large"
api_base = "http://localhost:8001/v1"
api_key_env = "LOCAL_KEY"
context_tokens = 16384
deadline_s = 60.0
fallbacks = ["openai/small", {model = "ollama/spare", api_base = "http://localhost:11434"}]

[llm.roles.rewrite]
model = "openai/small"
max_tokens = 200

[llm.roles.judge]
model = "anthropic/judge"

[llm.budget]
day_usd = 2.5
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "scholium.toml").write_text(FILE)
    return load(tmp_path / "scholium.toml")


def test_a_role_takes_what_it_leaves_out_from_the_table_around_it(settings: Settings) -> None:
    table = settings.llm.of_role("rewrite")
    assert (table.model, table.max_tokens, table.deadline_s) == ("openai/small", 200, 60.0)
    assert (table.api_base, table.api_key_env) == ("http://localhost:8001/v1", "LOCAL_KEY")
    assert table.budget == Budget(day_usd=2.5)
    assert chat_model(settings, "rewrite").name == "openai/small"


def test_a_role_without_anything_is_the_usual_model(settings: Settings) -> None:
    assert settings.llm.of_role("answer").model == "openai/large"


def test_another_providers_model_gets_neither_the_address_nor_the_key(settings: Settings) -> None:
    judge = settings.llm.of_role("judge")
    assert (judge.api_base, judge.api_key_env) == ("", "")


def test_a_window_is_that_of_one_model(settings: Settings) -> None:
    assert settings.llm.of_role("answer").context_tokens == 16384
    assert settings.llm.of_role("rewrite").context_tokens == 0


def test_fallbacks_are_names_or_tables(settings: Settings) -> None:
    first, second, third = settings.llm.of_role("answer").in_turn()
    assert (first.model, first.fallbacks) == ("openai/large", ())
    assert (second.model, second.api_key_env) == ("openai/small", "LOCAL_KEY")
    assert (third.model, third.api_base) == ("ollama/spare", "http://localhost:11434")
    assert third.api_key_env == ""


def test_who_stands_in_is_where_the_table_around_says_whatever_a_roles_own_model_is(
    settings: Settings,
) -> None:
    [_, *usual] = settings.llm.of_role("answer").in_turn()
    [judge, *others] = settings.llm.of_role("judge").in_turn()
    assert (judge.model, judge.api_base) == ("anthropic/judge", "")
    assert [(t.model, t.api_base, t.api_key_env) for t in others] == [
        (t.model, t.api_base, t.api_key_env) for t in usual
    ]


def test_a_roles_own_fallbacks_are_seen_from_its_own_model() -> None:
    llm = Llm.model_validate(
        {
            "model": "openai/large",
            "api_base": "http://localhost:1/v1",
            "roles": {"judge": {"model": "ollama/j", "fallbacks": ["openai/elsewhere"]}},
        }
    )
    [_, other] = llm.of_role("judge").in_turn()
    assert (other.model, other.api_base) == ("openai/elsewhere", "")


def test_nobody_stands_in_for_itself(settings: Settings) -> None:
    models = [table.model for table in settings.llm.of_role("rewrite").in_turn()]
    assert models == ["openai/small", "ollama/spare"]


def test_who_writes_for_the_indexes_is_replaced_by_nobody_unasked(settings: Settings) -> None:
    assert settings.llm.of_role("ingest").fallbacks == ()


def test_a_role_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOLIUM_LLM__ROLES__REWRITE__MODEL", "openai/small")
    monkeypatch.setenv("SCHOLIUM_LLM__FALLBACKS", '["openai/spare"]')
    llm = load().llm
    assert llm.of_role("rewrite").model == "openai/small"
    assert [table.model for table in llm.of_role("rewrite").in_turn()][1] == "openai/spare"


def test_one_role_can_do_without_a_model_and_one_can_have_the_only_one() -> None:
    none = Llm.model_validate({"model": "openai/m", "roles": {"rewrite": {"model": ""}}})
    assert none.has("answer")
    assert not none.has("rewrite")
    only = Llm.model_validate(
        {"api_base": "http://localhost:1/v1", "roles": {"judge": {"model": "openai/m"}}}
    )
    assert not only.has("answer")
    assert only.of_role("judge").api_base == "http://localhost:1/v1"
    assert only.answers_queries
    assert not Llm().answers_queries


def test_a_role_without_a_model_has_none_to_ask() -> None:
    settings = Settings(llm=Llm.model_validate({"roles": {"judge": {"model": "openai/m"}}}))
    with pytest.raises(ConfigError, match=r"set llm\.model"):
        chat_model(settings, "answer")


def test_waits_and_lengths_are_bounded_by_who_asks(settings: Settings) -> None:
    table = role_settings(settings, "rewrite", most_s=8.0)
    assert (table.timeout_s, table.stall_s, table.deadline_s) == (8.0, 8.0, 8.0)
    assert role_settings(settings, "ingest", least_tokens=4096).max_tokens == 4096


def test_without_queries_the_record_still_names_who_writes(settings: Settings) -> None:
    llm = settings.llm.without_queries()
    assert not llm.answers_queries
    assert llm.of_role("ingest").model == "openai/large"
    assert llm.of_role("ingest").api_base == "http://localhost:8001/v1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[llm.roles.answers]\nmodel = 'm'\n", "llm.roles.answers"),
        ("[llm.roles.judge]\nmodle = 'm'\n", "llm.roles.judge.modle"),
        ("[llm.budget]\nday_usd = -1\n", "llm.budget.day_usd"),
        ("[llm]\nfallbacks = 'm'\n", "write a list"),
        ("[llm]\nfallbacks = [{modle = 'm'}]\n", "modle"),
        ("[llm.roles.judge]\napi_key_env = 'sk-proj-1234567890'\n", "not the key itself"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "scholium.toml").write_text(text)
    with pytest.raises(ConfigError) as raised:
        load(tmp_path / "scholium.toml")
    assert said in str(raised.value)
    assert "1234567890" not in str(raised.value)
