from __future__ import annotations

import json
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.build import embedder, fingerprint, secret
from rag.config import Settings, Weights, load
from rag.errors import ConfigError

PASSWORD = "pa55"


def written(folder: Path, text: str) -> Path:
    path = folder / "scholium.toml"
    path.write_text(text)
    return path


def test_without_anything_the_defaults_hold() -> None:
    assert load() == Settings()
    assert load().llm.model == ""


def test_the_file_then_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(
        tmp_path, "[search]\nfusion = 'rrf'\nrrf_k = 10\ndepth = 50\n[search.weights]\nbm25 = 2.0\n"
    )
    monkeypatch.setenv("SCHOLIUM_SEARCH__RRF_K", "30")
    monkeypatch.setenv("SCHOLIUM_SEARCH__RETRIEVERS", '["bm25"]')
    monkeypatch.setenv("SCHOLIUM_EMBEDDER__KIND", "sentence-transformers")
    monkeypatch.setenv("SCHOLIUM_EMBEDDER__MODEL", "all-mpnet-base-v2")
    settings = load(path)
    assert (settings.search.rrf_k, settings.search.depth) == (30, 50)
    assert settings.search.retrievers == ("bm25",)
    assert settings.search.weights == Weights(dense=1.0, bm25=2.0)
    assert settings.embedder.model == "all-mpnet-base-v2"


def test_the_file_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHOLIUM_CONFIG", str(written(tmp_path, "[search]\ndepth = 10\n")))
    assert load().search.depth == 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[search]\nrff_k = 10\n", r"unknown key search\.rff_k in .*scholium\.toml"),
        ("[serach]\nrrf_k = 10\n", r"unknown key serach"),
        ("[search]\nrrf_k = 0\n", r"search\.rrf_k = 0 .*greater than 0"),
        ("[chunker]\nkind = 'magic'\n", r"chunker\.kind = 'magic'.*structural"),
        ("[search\n", r"scholium\.toml is not valid TOML"),
        ("search = 3\n", r"search = 3"),
        ("[search]\nretrievers = []\n", r"search\.retrievers = \[\].*at least 1"),
        ("[search.weights]\nbm52 = 2\n", r"unknown key search\.weights\.bm52"),
        ("[search.weights]\nbm25 = -1\n", r"search\.weights\.bm25 = -1.*greater than or equal"),
        ("[search.weights]\nbm25 = nan\n", r"search\.weights\.bm25 = nan"),
        ("[search.weights]\nbm25 = inf\n", r"search\.weights\.bm25 = inf.*finite"),
        ("[llm]\ntemperature = nan\n", r"llm\.temperature = nan"),
        ("[llm]\ndeadline_s = inf\n", r"llm\.deadline_s = inf.*finite"),
        ("[embedder]\nmodel = 'x'\n", r"embedder .*: model would do nothing .*minilm"),
        ("[embedder]\nbatch_size = 3\n", r"batch_size would do nothing"),
        ("[embedder]\nkind = 'hashing'\nquery_prefix = 'q'\n", r"query_prefix would .*hashing"),
        ("[chunker]\noverlap_tokens = 9\n", r"overlap_tokens would .*structural"),
        ("[chunker]\nkind = 'fixed'\nmax_tokens = 9\n", r"max_tokens would .*fixed"),
        ("[search]\nfusion = 'score-sum'\nrrf_k = 9\n", r"rrf_k would do nothing .*score-sum"),
        ("[llm]\napi_base = 'http://[::1'\n", r"llm\.api_base .*Invalid IPv6"),
    ],
)
def test_a_mistake_is_named_with_key_value_and_file(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load(written(tmp_path, text))


def test_a_mistake_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOLIUM_SEARCH__RFF_K", "3")
    with pytest.raises(ConfigError, match=r"search\.rff_k"):
        load()


def test_a_key_of_a_table_inside_a_table_comes_from_the_environment_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "[search.weights]\nbm25 = 3.0\ndense = 0.5\n")
    monkeypatch.setenv("SCHOLIUM_SEARCH__WEIGHTS__BM25", "2")
    assert load(path).search.weights == Weights(dense=0.5, bm25=2.0)
    assert load().search.weights == Weights(dense=1.0, bm25=2.0)
    monkeypatch.setenv("SCHOLIUM_SEARCH__RRF_K__DEEPER", "2")
    with pytest.raises(ConfigError, match=r"search\.rrf_k = .*in SCHOLIUM_SEARCH__RRF_K__DEEPER"):
        load(path)


def test_every_key_can_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    def leaves(table: dict[str, Any], *above: str) -> Iterator[tuple[str, object]]:
        for key, value in table.items():
            if isinstance(value, dict):
                yield from leaves(value, *above, key)
            elif value is not None:  # what a role leaves out has no default of its own
                yield "__".join((*above, key)), value

    defaults = Settings().model_dump(mode="json")
    for name, value in leaves(defaults):
        monkeypatch.setenv(f"SCHOLIUM_{name.upper()}", json.dumps(value))
    assert load() == Settings()


def test_a_list_in_the_environment_is_asked_for_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOLIUM_SEARCH__RETRIEVERS", "bm25")
    with pytest.raises(ConfigError, match=r'SCHOLIUM_SEARCH__RETRIEVERS.*write .*\["bm25"\]'):
        load()


@pytest.mark.parametrize("table", ["llm", "embedder"])
@pytest.mark.parametrize("key", ["sk-proj-abc123", "two words", "9lives"])
def test_a_key_in_place_of_its_variable_is_not_repeated(
    tmp_path: Path, table: str, key: str
) -> None:
    text = f"[{table}]\napi_key_env = '{key}'\n" + (
        "kind = 'litellm'\nmodel = 'm'\n" if table == "embedder" else ""
    )
    with pytest.raises(ConfigError, match=rf"{table}\.api_key_env .*not the key itself") as caught:
        load(written(tmp_path, text))
    assert key not in "".join(traceback.format_exception(caught.value))


def test_a_password_in_a_url_is_neither_repeated_nor_written_down(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"dense\.url .*password") as caught:
        load(written(tmp_path, f"[dense]\nurl = 'http://me:{PASSWORD}@localhost:8000'\n"))
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))
    private = f"http://me:{PASSWORD}@localhost:80/v1"
    settings = load(written(tmp_path, f"[llm]\napi_base = '{private}'\n"))
    assert settings.llm.api_base == private
    assert settings.model_dump(mode="json")["llm"]["api_base"] == "http://localhost:80/v1"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"can't read .*none\.toml"):
        load(tmp_path / "none.toml")


def test_the_fingerprint_has_what_shapes_the_indexes_and_nothing_else() -> None:
    def changed(table: str, **values: object) -> dict[str, str]:
        return fingerprint(Settings.model_validate({table: values}))

    same = fingerprint(Settings())
    assert changed("search", depth=10) == same
    assert changed("llm", model="openai/x") == same
    assert changed("embedder", threads=1) == same
    assert changed("chunker", max_tokens=99) != same
    assert changed("context", kind="none") != same
    assert changed("embedder", kind="hashing") != same
    assert changed("lexical", kind="rank-bm25") != same
    assert "chunker.overlap_tokens" not in same
    assert "embedder.model" not in same
    assert "chunker.max_tokens" not in changed("chunker", kind="fixed")
    litellm = changed("embedder", kind="litellm", model="m", query_prefix="q: ")
    assert litellm["embedder.query_prefix"] == "q: "


def test_a_key_is_taken_from_the_variable_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "s3cret")
    assert secret("MY_KEY") == "s3cret"
    assert secret("") == ""
    with pytest.raises(ConfigError, match=r"\$NO_SUCH_KEY, which is not set"):
        secret("NO_SUCH_KEY")


def test_an_embedder_that_needs_a_model_says_so() -> None:
    settings = Settings.model_validate({"embedder": {"kind": "sentence-transformers"}})
    with pytest.raises(ConfigError, match=r"needs embedder\.model"):
        embedder(settings)


@pytest.mark.parametrize(
    ("table", "idle"),
    [
        ({"model": "x"}, "model"),
        ({"judge": "llm", "threshold": 0.9}, "threshold"),
        ({"judge": "entailment", "deadline_s": 3.0}, "deadline_s"),
    ],
)
def test_a_judge_is_not_told_what_it_makes_no_use_of(table: dict[str, object], idle: str) -> None:
    with pytest.raises(ValueError, match=f"{idle} would do nothing with judge"):
        Settings.model_validate({"verify": table})
