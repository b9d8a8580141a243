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
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit, urlunsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

from rag.config_errors import explain
from rag.errors import ConfigError

PREFIX = "SCHOLIUM_"
SEPARATOR = "__"

Positive = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]


def without_login(url: str) -> str:
    """``url`` without the name and password that may stand before its host."""
    parts = urlsplit(url)
    _, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=host)) if at else url


def _readable(url: str) -> str:
    without_login(url)  # raises ValueError for what is no URL at all
    return url


def _no_login(url: str) -> str:
    if without_login(url) != url:
        raise ValueError("holds a name or a password, which no server is sent: leave it out")
    return url


USUAL_WEIGHTS = {"expansion": 0.5, "narrowed": 0.5, "feedback": 0.25}
"""Of the variants that count for less than the question itself, chosen on QASPER train."""


def _besides_usual(given: dict[str, float]) -> dict[str, float]:
    return {**USUAL_WEIGHTS, **given}


VariantWeights = Annotated[dict[str, Weight], AfterValidator(_besides_usual)]
VariableName = Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")]
OpenUrl = Annotated[str, AfterValidator(_no_login)]
PrivateUrl = Annotated[str, AfterValidator(_readable), PlainSerializer(without_login)]
"""May hold a password, which is left out wherever the settings are written down."""


class Table(BaseModel):
    """One table of the file."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        protected_namespaces=(),
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )


class Choice(Table):
    """A table whose ``kind`` decides which of its other keys mean anything: those in ``USES``."""

    USES: ClassVar[Mapping[str, frozenset[str]]]
    kind: str

    def used(self) -> set[str]:
        """The keys that the chosen kind reads, ``kind`` included."""
        return {"kind", *self.USES[self.kind]}

    @model_validator(mode="after")
    def _nothing_idle(self) -> Self:
        fields = type(self).model_fields
        changed = {key for key in fields if getattr(self, key) != fields[key].default}
        if idle := sorted(changed - self.used()):
            raise ValueError(
                f'{", ".join(idle)} would do nothing with kind = "{self.kind}": '
                "leave it out, or choose another kind"
            )
        return self


class Parser(Table):
    """Limits for one file, kept by its worker process. They do not shape the indexes."""

    timeout_s: Seconds = 120.0
    memory_mb: Annotated[int, Field(ge=768)] = 1536
    max_pages: Positive = 1500


class Chunker(Choice):
    """How papers are cut. Lengths are in the embedder's tokens."""

    USES = {
        "structural": frozenset({"target_tokens", "max_tokens"}),
        "fixed": frozenset({"target_tokens", "overlap_tokens"}),
    }
    kind: Literal["structural", "fixed"] = "structural"
    target_tokens: Positive = 130
    max_tokens: Positive = 220
    overlap_tokens: Annotated[int, Field(ge=0)] = 40


class Context(Table):
    """What is put before a chunk's text for the indexes to see."""

    kind: Literal["structure", "none"] = "structure"


_TEXTS = frozenset({"model", "query_prefix", "document_prefix"})
"""What shapes the vectors of a model of one's own choice."""


class Embedder(Choice):
    """Which model makes the vectors.

    ``model`` is a hub name or path (sentence-transformers) or a litellm name. Keys are read
    from the environment variable that ``api_key_env`` names.
    """

    USES = {
        "minilm": frozenset({"threads"}),
        "sentence-transformers": _TEXTS | {"batch_size", "device"},
        "litellm": _TEXTS | {"batch_size", "api_base", "api_key_env", "timeout_s"},
        "hashing": frozenset(),
    }
    kind: Literal["minilm", "sentence-transformers", "litellm", "hashing"] = "minilm"
    model: str = ""
    query_prefix: str = ""
    document_prefix: str = ""
    batch_size: Positive = 8
    threads: Annotated[int, Field(ge=0)] = 0
    device: str = ""
    api_base: PrivateUrl = ""
    api_key_env: VariableName = ""
    timeout_s: Seconds = 60.0


class Dense(Table):
    """The vector index. With ``url``, a Chroma server; without, Chroma in this process."""

    kind: Literal["chroma"] = "chroma"
    url: OpenUrl = ""


class Lexical(Table):
    """The BM25 index."""

    kind: Literal["tantivy", "rank-bm25"] = "tantivy"


class Weights(Table):
    """What an index counts for in the fusion."""

    dense: Weight = 1.0
    bm25: Weight = 1.0


class QueryTable(Table):
    """What is made of a question before and while it is searched for.

    ``contextualise``, ``routing``, ``expansion`` and ``feedback`` need no language model (the first
    is better with one); ``hyde``, ``multi_query``, ``step_back`` and ``translate`` do nothing
    without.
    ``topic`` leaves the words of a request ("which papers discuss") out of what is searched for;
    ``papers`` has a chunk count by its paper's abstract, too, where the whole library is asked.
    ``deadline_s`` bounds those that ask a model, together: the search goes on without what is late.
    """

    contextualise: bool = True
    routing: bool = True
    topic: bool = True
    papers: bool = False
    expansion: bool = True
    feedback: bool = False
    hyde: bool = True
    multi_query: bool = True
    rewrites: Annotated[int, Field(ge=1, le=8)] = 4
    step_back: bool = False
    translate: bool = True
    deadline_s: Seconds = 8.0
    cache: bool = True


class Search(Table):
    """How rankings become hits. ``depth`` is how far each index is read.

    ``rrf_k`` is for ``fusion = "rrf"``. ``adapter`` turns query vectors towards the passages that
    answer: the library's own if it was tuned, else the one that comes with the bundled model.
    """

    retrievers: Annotated[tuple[Literal["dense", "bm25"], ...], Field(min_length=1)] = (
        "dense",
        "bm25",
    )
    depth: Positive = 200
    fusion: Literal["rrf", "score-sum"] = "score-sum"
    rrf_k: Positive = 60
    weights: Weights = Weights()
    variant_weights: VariantWeights = Field(default_factory=lambda: dict(USUAL_WEIGHTS))
    adapter: Literal["auto", "none"] = "auto"
    duplicate_overlap: Share = 0.8

    @model_validator(mode="after")
    def _no_idle_k(self) -> Self:
        if self.fusion != "rrf" and self.rrf_k != type(self).model_fields["rrf_k"].default:
            raise ValueError(f'rrf_k would do nothing with fusion = "{self.fusion}": leave it out')
        return self


class Rerank(Choice):
    """What judges the first ``candidates`` hits of the fusion anew; the others keep their order.

    "learned" is the library's own ranker if it was tuned, else the one that comes with the bundled
    model. "auto" is the same where papers are given and there is such a ranker, and else none: what
    is learned inside papers does not help to choose among them. ``candidates`` 0 is as
    many as the kind can afford.
    """

    USES = {
        "auto": frozenset({"candidates"}),
        "learned": frozenset({"candidates"}),
        "cross-encoder": frozenset({"candidates", "model", "device", "batch_size"}),
        "llm": frozenset({"candidates", "deadline_s"}),
        "none": frozenset(),
    }
    AFFORDABLE: ClassVar[Mapping[str, int]] = {"cross-encoder": 50, "llm": 20}
    kind: Literal["auto", "learned", "cross-encoder", "llm", "none"] = "auto"
    candidates: Annotated[int, Field(ge=0)] = 0
    model: str = ""
    device: str = ""
    batch_size: Positive = 16
    deadline_s: Seconds = 15.0

    @property
    def judged(self) -> int:
        """How many candidates are judged."""
        return self.candidates or self.AFFORDABLE.get(self.kind, 200)


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
    api_base: PrivateUrl = ""
    api_key_env: VariableName = ""
    temperature: Annotated[float, Field(ge=0)] = 0.0
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
    query: QueryTable = QueryTable()
    search: Search = Search()
    rerank: Rerank = Rerank()
    answer: AnswerTable = AnswerTable()
    llm: Llm = Llm()
    ingest: Ingest = Ingest()


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
        "context": settings.context.model_dump(),
        "embedder": embedder.model_dump(include=embedder.used() & {"kind", *_TEXTS}),
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
