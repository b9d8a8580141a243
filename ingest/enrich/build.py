"""Binds the table ``[enrich]`` to services."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.enrich import arxiv_api, crossref, openalex, semantic_scholar
from ingest.enrich.answers import Answers
from ingest.enrich.fetching import Fetcher
from ingest.enrich.lookup import LookUp
from ingest.enrich.service import Service
from ingest.stamp import arxiv_stamp
from rag.cache import default_cache
from rag.config_enrich import Enrich


@contextmanager
def open_lookup(settings: Enrich) -> Iterator[LookUp]:
    """What ``settings`` describe. A key that the environment lacks is done without."""
    answers = Answers(default_cache() / "lookups", settings.cache_days)
    with Fetcher(settings.timeout_s, settings.mailto) as fetcher:
        yield LookUp(services(settings), fetcher, answers)


def services(settings: Enrich) -> tuple[Service, ...]:
    """The services that are to be asked, in their order."""
    mailto = {"mailto": settings.mailto} if settings.mailto else {}
    key = _key(settings.semantic_scholar_key_env)
    openalex_key = _key(settings.openalex_key_env)
    known = {
        "arxiv": Service(
            "arXiv",
            settings.arxiv_url,
            arxiv_api.PAUSE_S,
            arxiv_api.questions,
            arxiv_api.read,
            stamp=arxiv_stamp(),
        ),
        "semantic-scholar": Service(
            "Semantic Scholar",
            settings.semantic_scholar_url,
            semantic_scholar.PAUSE_S,
            semantic_scholar.questions,
            semantic_scholar.read,
            headers={semantic_scholar.KEY_HEADER: key} if key else {},
        ),
        "crossref": Service(
            "Crossref",
            settings.crossref_url,
            crossref.PAUSE_S,
            crossref.questions,
            crossref.read,
            parameters=mailto,
        ),
        "openalex": Service(
            "OpenAlex",
            settings.openalex_url,
            openalex.PAUSE_S,
            openalex.questions,
            openalex.read,
            parameters={**mailto, **({"api_key": openalex_key} if openalex_key else {})},
        ),
    }
    return tuple(known[name] for name in dict.fromkeys(settings.services))


def _key(variable: str) -> str:
    return os.environ.get(variable, "") if variable else ""
