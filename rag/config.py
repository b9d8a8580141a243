"""The configuration: one TOML table per stage, every key overridable from the environment.

``[chunker] max_tokens = 200`` in the file is ``SCHOLIUM_CHUNKER__MAX_TOKENS=200`` in the
environment, which wins. Unknown keys are errors, and so are keys that the chosen kind makes no
use of. The tables that shape the indexes are fingerprinted into a library (`fingerprint`), so
that it is never searched with others.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rag.config_active import ActiveTable
from rag.config_answer import AnswerTable
from rag.config_enrich import Enrich
from rag.config_errors import explain
from rag.config_fetch import Fetch
from rag.config_llm import Llm
from rag.config_select import SelectTable
from rag.config_serve import Serve
from rag.config_tables import (
    EMBEDDER_TEXTS,
    Chunker,
    Context,
    Dense,
    Embedder,
    Ingest,
    Lexical,
    Parser,
    QueryTable,
    Rerank,
    Search,
    Settings,
    Weights,
)
from rag.config_values import Table, without_login
from rag.config_verify import VerifyTable
from rag.errors import ConfigError

__all__ = [
    "ActiveTable",
    "AnswerTable",
    "Chunker",
    "Context",
    "Dense",
    "Embedder",
    "Enrich",
    "Fetch",
    "Ingest",
    "Lexical",
    "Llm",
    "Parser",
    "QueryTable",
    "Rerank",
    "Search",
    "SelectTable",
    "Serve",
    "Settings",
    "Table",
    "VerifyTable",
    "Weights",
    "chosen_file",
    "fingerprint",
    "load",
    "without_login",
]

PREFIX = "SCHOLIUM_"
SEPARATOR = "__"


def chosen_file(path: Path | None = None) -> Path | None:
    """``path``, else the file that ``SCHOLIUM_CONFIG`` names, if any."""
    named = os.environ.get(f"{PREFIX}CONFIG")
    return path or (Path(named) if named else None)


def load(path: Path | None = None) -> Settings:
    """Settings from ``path``, else from ``SCHOLIUM_CONFIG``, else the defaults; then overrides.

    Raises ConfigError, naming the key, the value and the file or variable.
    """
    chosen = chosen_file(path)
    data = _read(chosen) if chosen else {}
    variables = _overrides(os.environ)
    for keys, name in sorted(variables.items()):
        _override(data, keys, name, _literal(os.environ[name]))
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise ConfigError(explain(error, chosen, variables)) from error


def fingerprint(settings: Settings) -> dict[str, str]:
    """What shapes the indexes, as ``table.key -> value``: equal means interchangeable."""
    chunker, embedder = settings.chunker, settings.embedder
    kept = {
        "chunker": chunker.model_dump(include=chunker.used()),
        "context": settings.context.model_dump(include=settings.context.used()),
        "embedder": embedder.model_dump(include=embedder.used() & {"kind", *EMBEDDER_TEXTS}),
        "dense": settings.dense.model_dump(),
        "lexical": settings.lexical.model_dump(),
    }
    flat = {
        f"{table}.{key}": str(value) for table, keys in kept.items() for key, value in keys.items()
    }
    return {**flat, **_written(settings)}


def _written(settings: Settings) -> dict[str, str]:
    """The model that writes while papers come in, and what it is told."""
    prompts = {}
    if settings.chunker.kind == "propositions":
        prompts["chunker.prompt"] = settings.chunker.PROMPT
    if settings.context.kind == "llm":
        prompts["context.prompt"] = settings.context.PROMPT
    return {**prompts, "llm.roles.ingest.model": settings.writer} if prompts else {}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"can't read the configuration {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error


def _overrides(environ: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """The variables that set a key, by its place: ``("search", "weights", "bm25")``."""
    return {
        tuple(name.removeprefix(PREFIX).lower().split(SEPARATOR)): name
        for name in environ
        if name.startswith(PREFIX) and SEPARATOR in name
    }


def _override(data: dict[str, Any], keys: tuple[str, ...], name: str, value: Any) -> None:
    *tables, key = keys
    for table in tables:
        data = data.setdefault(table, {})
        if not isinstance(data, dict):
            raise ConfigError(f"{name} is set, but {table} is not a table in the configuration")
    data[key] = value


def _literal(value: str) -> Any:
    """The value as TOML would read it, and as a plain string where it would not."""
    try:
        return tomllib.loads(f"v = {value}")["v"]
    except tomllib.TOMLDecodeError:
        return value
