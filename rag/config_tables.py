"""The tables of the configuration, one per stage, with their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from rag.config_active import ActiveTable
from rag.config_answer import AnswerTable
from rag.config_enrich import Enrich
from rag.config_fetch import Fetch
from rag.config_llm import Llm
from rag.config_select import SelectTable
from rag.config_serve import Serve
from rag.config_values import (
    Choice,
    OpenUrl,
    Positive,
    PrivateUrl,
    Seconds,
    Share,
    Table,
    VariableName,
    Weight,
)
from rag.config_verify import VerifyTable

USUAL_WEIGHTS = {"expansion": 0.5, "narrowed": 0.5, "cited": 0.5, "feedback": 0.25}
"""Of the variants that count for less than the question itself, chosen on QASPER train."""


def _besides_usual(given: dict[str, float]) -> dict[str, float]:
    return {**USUAL_WEIGHTS, **given}


VariantWeights = Annotated[dict[str, Weight], AfterValidator(_besides_usual)]


class Parser(Table):
    """Limits for one file, kept by its worker process, and whether scans are read.

    None of it shapes the indexes: papers that were read with and without OCR go together. Each
    page that OCR reads gives its file ``ocr_page_s`` more, and OCR has memory of its own.
    """

    timeout_s: Seconds = 120.0
    memory_mb: Annotated[int, Field(ge=768)] = 1536
    max_pages: Positive = 1500
    ocr: Literal["off", "rapidocr"] = "off"
    ocr_page_s: Seconds = 60.0


class Chunker(Choice):
    """How papers are cut. Lengths are in the embedder's tokens.

    "propositions" cuts as "structural" does and has a language model split the sentences of prose
    into statements (`Roles.ingest`), each of which is indexed.
    """

    PROMPT: ClassVar[str] = "propositions-v1"

    USES: ClassVar[Mapping[str, frozenset[str]]] = {
        "structural": frozenset({"target_tokens", "max_tokens"}),
        "propositions": frozenset({"target_tokens", "max_tokens"}),
        "fixed": frozenset({"target_tokens", "overlap_tokens"}),
    }
    kind: Literal["structural", "propositions", "fixed"] = "structural"
    target_tokens: Positive = 130
    max_tokens: Positive = 220
    overlap_tokens: Annotated[int, Field(ge=0)] = 40


class Context(Choice):
    """What is put before a chunk's text for the indexes to see.

    "llm" has a language model write a sentence or two after the line of the structure
    (`Roles.ingest`). It is shown at most ``paper_tokens`` of a paper at once.
    """

    PROMPT: ClassVar[str] = "context-v1"
    USES: ClassVar[Mapping[str, frozenset[str]]] = {
        "structure": frozenset(),
        "llm": frozenset({"paper_tokens"}),
        "none": frozenset(),
    }
    kind: Literal["structure", "llm", "none"] = "structure"
    paper_tokens: Positive = 100_000


EMBEDDER_TEXTS = frozenset({"model", "query_prefix", "document_prefix"})
"""What shapes the vectors of a model of one's own choice."""


class Embedder(Choice):
    """Which model makes the vectors.

    ``model`` is a hub name or path (sentence-transformers) or a litellm name. Keys are read
    from the environment variable that ``api_key_env`` names.
    """

    USES: ClassVar[Mapping[str, frozenset[str]]] = {
        "minilm": frozenset({"threads"}),
        "sentence-transformers": EMBEDDER_TEXTS | {"batch_size", "device"},
        "litellm": EMBEDDER_TEXTS | {"batch_size", "api_base", "api_key_env", "timeout_s"},
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
    Of a conversation longer than ``history_tokens`` the oldest turns are summed up.
    """

    contextualise: bool = True
    history_tokens: Positive = 1500
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

    USES: ClassVar[Mapping[str, frozenset[str]]] = {
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


class Ingest(Table):
    """How the work is spread. ``jobs`` 0 is one per core.

    Where a language model writes, ``calls`` are made at a time, and what a run costs is held to
    ``max_cost_usd``, 0 for any amount.
    """

    jobs: Annotated[int, Field(ge=0)] = 0
    batch_chunks: Positive = 1024
    calls: Annotated[int, Field(ge=1, le=64)] = 4
    max_cost_usd: Annotated[float, Field(ge=0)] = 5.0


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
    select: SelectTable = SelectTable()
    answer: AnswerTable = AnswerTable()
    verify: VerifyTable = VerifyTable()
    active: ActiveTable = ActiveTable()
    llm: Llm = Llm()
    ingest: Ingest = Ingest()
    enrich: Enrich = Enrich()
    fetch: Fetch = Fetch()
    serve: Serve = Serve()

    @property
    def writer(self) -> str:
        """The model that writes while papers come in; empty where nothing is to be written, or no
        model is configured.
        """
        asked = self.chunker.kind == "propositions" or self.context.kind == "llm"
        return self.llm.of_role("ingest").model if asked else ""

    @model_validator(mode="after")
    def _one_writing(self) -> Self:
        if self.chunker.kind == "propositions" and self.context.kind == "llm":
            raise ValueError(
                'context.kind = "llm" would do nothing with chunker.kind = "propositions": these '
                'are written to stand alone. Choose context.kind = "structure" or "none"'
            )
        return self
