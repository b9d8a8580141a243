from __future__ import annotations

from pathlib import Path

import pytest

from rag.build import embedder, fingerprint, secret
from rag.config import Settings, load
from rag.errors import ConfigError


def written(folder: Path, text: str) -> Path:
    path = folder / "scholium.toml"
    path.write_text(text)
    return path


def test_without_anything_the_defaults_hold() -> None:
    assert load() == Settings()
    assert load().llm.model == ""


def test_the_file_then_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "[search]\nrrf_k = 10\ndepth = 50\n[search.weights]\nbm25 = 2.0\n")
    monkeypatch.setenv("SCHOLIUM_SEARCH__RRF_K", "30")
    monkeypatch.setenv("SCHOLIUM_SEARCH__RETRIEVERS", '["bm25"]')
    monkeypatch.setenv("SCHOLIUM_EMBEDDER__MODEL", "all-mpnet-base-v2")
    settings = load(path)
    assert (settings.search.rrf_k, settings.search.depth) == (30, 50)
    assert settings.search.retrievers == ("bm25",)
    assert settings.search.weights == {"bm25": 2.0}
    assert settings.embedder.model == "all-mpnet-base-v2"


def test_the_file_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHOLIUM_CONFIG", str(written(tmp_path, "[search]\nrrf_k = 10\n")))
    assert load().search.rrf_k == 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[search]\nrff_k = 10\n", r"unknown key search\.rff_k in .*scholium\.toml"),
        ("[serach]\nrrf_k = 10\n", r"unknown key serach"),
        ("[search]\nrrf_k = 0\n", r"search\.rrf_k = 0 .*greater than 0"),
        ("[chunker]\nkind = 'magic'\n", r"chunker\.kind = 'magic'.*structural"),
        ("[search\n", r"scholium\.toml is not valid TOML"),
        ("search = 3\n", r"search = 3"),
    ],
)
def test_a_mistake_is_named_with_key_value_and_file(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load(written(tmp_path, text))


def test_a_mistake_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOLIUM_SEARCH__RFF_K", "3")
    with pytest.raises(ConfigError, match=r"search\.rff_k"):
        load()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"can't read .*none\.toml"):
        load(tmp_path / "none.toml")


def test_the_fingerprint_has_what_shapes_the_indexes_and_nothing_else() -> None:
    def changed(table: str, **values: object) -> dict[str, str]:
        return fingerprint(Settings.model_validate({table: values}))

    same = fingerprint(Settings())
    assert changed("search", rrf_k=10) == same
    assert changed("llm", model="openai/x") == same
    assert changed("embedder", threads=1) == same
    assert changed("chunker", max_tokens=99) != same
    assert changed("context", kind="none") != same
    assert changed("embedder", kind="hashing") != same
    assert changed("lexical", kind="rank-bm25") != same


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
