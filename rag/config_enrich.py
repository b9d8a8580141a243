"""The table ``[enrich]``: what the network may be asked about papers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rag.config_values import OpenUrl, Positive, Seconds, Table, VariableName

ServiceName = Literal["arxiv", "semantic-scholar", "crossref", "openalex"]


class Enrich(Table):
    """Which services are asked for what a paper's pages don't tell, in which order.

    Off unless ``enabled``: then every paper that comes in is looked up, by its ids or its title.
    ``deadline_s`` bounds how long an ingestion waits for answers once its papers are stored.
    ``mailto`` is sent along, as Crossref and OpenAlex ask; keys are read from the environment
    variables that the ``_key_env`` name.
    """

    enabled: bool = False
    services: Annotated[tuple[ServiceName, ...], Field(min_length=1)] = (
        "semantic-scholar",
        "crossref",
        "openalex",
        "arxiv",
    )
    mailto: Annotated[str, Field(pattern=r"^([^@\s]+@[^@\s]+)?$")] = ""
    timeout_s: Seconds = 10.0
    deadline_s: Seconds = 30.0
    cache_days: Positive = 30
    arxiv_url: OpenUrl = "https://export.arxiv.org"
    semantic_scholar_url: OpenUrl = "https://api.semanticscholar.org"
    crossref_url: OpenUrl = "https://api.crossref.org"
    openalex_url: OpenUrl = "https://api.openalex.org"
    semantic_scholar_key_env: VariableName = ""
    openalex_key_env: VariableName = ""
