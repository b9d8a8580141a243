"""Settings of the language model."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rag.config_values import Positive, PrivateUrl, Seconds, Table, VariableName


class Llm(Table):
    """The language model. Without ``model``, none is ever called.

    ``ingest_model`` is the one that writes while papers come in, where ``chunker`` or ``context``
    asks for it; empty, it is ``model``.
    ``deadline_s`` bounds one answer, retries included; ``stall_s`` the wait for its next piece.
    """

    model: str = ""
    ingest_model: str = ""
    api_base: PrivateUrl = ""
    api_key_env: VariableName = ""
    temperature: Annotated[float, Field(ge=0)] = 0.0
    max_tokens: Positive = 800
    retries: Annotated[int, Field(ge=0)] = 2
    timeout_s: Seconds = 30.0
    stall_s: Seconds = 15.0
    deadline_s: Seconds = 90.0
