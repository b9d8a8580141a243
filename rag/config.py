"""The configuration: one TOML table per stage, every key overridable from the environment.

``[chunker] max_tokens = 200`` in the file is ``SCHOLIUM_CHUNKER__MAX_TOKENS=200`` in the
environment, which wins. Unknown keys are errors. The tables that shape the indexes are
fingerprinted into a library (`fingerprint`), so that it is never searched with others.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import ConfigError

PREFIX = "SCHOLIUM_"
SEPARATOR = "__"

Positive = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class Table(BaseModel):
    """One table of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Parser(Table):
    """Limits for one file, kept by its worker process. They do not shape the indexes."""

    timeout_s: Seconds = 120.0
    memory_mb: Positive = 1536
    max_pages: Positive = 1500


class Chunker(Table):
    """How papers are cut. Lengths are in the embedder's tokens."""

    kind: Literal["structural", "fixed"] = "structural"
    target_tokens: Positive = 130
    max_tokens: Positive = 220
    overlap_tokens: Annotated[int, Field(ge=0)] = 40


class Context(Table):
    """What is put before a chunk's text for the indexes to see."""

    kind: Literal["structure", "none"] = "structure"


class Embedder(Table):
    """Which model makes the vectors.

    ``model`` is a hub name or path (sentence-transformers) or a litellm name. Keys are read
    from the environment variable that ``api_key_env`` names.
    """

    kind: Literal["minilm", "sentence-transformers", "litellm", "hashing"] = "minilm"
    model: str = ""
    query_prefix: str = ""
    document_prefix: str = ""
    batch_size: Positive = 8
    threads: Annotated[int, Field(ge=0)] = 0
    device: str = ""
    api_base: str = ""
    api_key_env: str = ""
    timeout_s: Seconds = 60.0


class Dense(Table):
    """The vector index. With ``url``, a Chroma server; without, Chroma in this process."""

    kind: Literal["chroma"] = "chroma"
    url: str = ""


class Lexical(Table):
    """The BM25 index."""

    kind: Literal["tantivy", "rank-bm25"] = "tantivy"


class Search(Table):
    """How rankings become hits. ``depth`` is how far each index is read."""

    retrievers: tuple[Literal["dense", "bm25"], ...] = ("dense", "bm25")
    depth: Positive = 100
    rrf_k: Positive = 60
    weights: dict[str, float] = Field(default_factory=dict)
    duplicate_overlap: Share = 0.8


class AnswerTable(Table):
    """How answers are made from what was found."""

    evidence: Positive = 10
    max_words: Positive = 120
    max_sentences: Positive = 4


class Llm(Table):
    """The language model. Without ``model``, none is ever called.

    ``deadline_s`` bounds one answer, retries included; ``stall_s`` the wait for its next piece.
    """

    model: str = ""
    api_base: str = ""
    api_key_env: str = ""
    temperature: float = 0.0
    max_tokens: Positive = 800
    retries: Annotated[int, Field(ge=0)] = 2
    timeout_s: Seconds = 30.0
    stall_s: Seconds = 15.0
    deadline_s: Seconds = 90.0


class Ingest(Table):
    """How the work is spread. ``jobs`` 0 is one per core."""

    jobs: Annotated[int, Field(ge=0)] = 0
    batch_chunks: Positive = 1024


class Settings(Table):
    """The whole configuration."""

    parser: Parser = Parser()
    chunker: Chunker = Chunker()
    context: Context = Context()
    embedder: Embedder = Embedder()
    dense: Dense = Dense()
    lexical: Lexical = Lexical()
    search: Search = Search()
    answer: AnswerTable = AnswerTable()
    llm: Llm = Llm()
    ingest: Ingest = Ingest()


def load(path: Path | None = None) -> Settings:
    """Settings from ``path``, else from ``SCHOLIUM_CONFIG``, else the defaults; then overrides.

    Raises ConfigError, naming the key, the value and the file.
    """
    chosen = path or (Path(p) if (p := os.environ.get(f"{PREFIX}CONFIG")) else None)
    data = _read(chosen) if chosen else {}
    _override(data, dict(os.environ))
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise ConfigError(_explain(error, chosen)) from error


def fingerprint(settings: Settings) -> dict[str, str]:
    """What shapes the indexes, as ``table.key -> value``: equal means interchangeable."""
    kept = {
        "chunker": settings.chunker.model_dump(),
        "context": settings.context.model_dump(),
        "embedder": settings.embedder.model_dump(
            include={"kind", "model", "query_prefix", "document_prefix"}
        ),
        "dense": settings.dense.model_dump(),
        "lexical": settings.lexical.model_dump(),
    }
    return {
        f"{table}.{key}": str(value) for table, keys in kept.items() for key, value in keys.items()
    }


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"can't read the configuration {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error


def _override(data: dict[str, Any], environ: dict[str, str]) -> None:
    for name, value in environ.items():
        if not name.startswith(PREFIX) or SEPARATOR not in name:
            continue
        table, _, key = name.removeprefix(PREFIX).lower().partition(SEPARATOR)
        section = data.setdefault(table, {})
        if not isinstance(section, dict):
            raise ConfigError(f"{name} is set, but [{table}] is not a table in the configuration")
        section[key] = _literal(value)


def _literal(value: str) -> Any:
    """The value as TOML would read it, and as a plain string where it would not."""
    try:
        return tomllib.loads(f"v = {value}")["v"]
    except tomllib.TOMLDecodeError:
        return value


def _explain(error: ValidationError, path: Path | None) -> str:
    where = f" in {path}" if path else ""
    lines = []
    for item in error.errors():
        key = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            lines.append(f"unknown key {key}{where}: remove it or correct its name")
        else:
            lines.append(f"{key} = {item['input']!r}{where}: {item['msg']}")
    return "; ".join(lines)
