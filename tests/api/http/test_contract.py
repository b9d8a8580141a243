"""Whatever is sent, as far as the OpenAPI document lets it be thought of: no server error."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]


def test_nothing_breaks_the_server(client: httpx.Client) -> None:
    document = schemathesis.openapi.from_url(f"{client.base_url}/v1/openapi.json")
    operations = [each.ok() for each in document.get_all_operations()]
    assert len(operations) > 20
    broken = [message for each in operations if (message := _broken(each))]
    assert not broken, "\n\n".join(broken)


def _broken(operation: Any) -> str:
    """What is wrong with an operation's answers; empty if nothing is."""

    @given(case=operation.as_strategy())
    @settings(
        max_examples=15,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    def calling(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, timeout=60)

    try:
        calling()
    except (FailureGroup, AssertionError) as error:
        return f"{operation.label}: {error}"
    return ""


def test_the_document_has_examples(client: httpx.Client) -> None:
    document = client.get("/v1/openapi.json").json()
    for name in ("SearchRequest", "AskRequest", "ChatRequest"):
        assert document["components"]["schemas"][name]["examples"]
    described = [call for path in document["paths"].values() for call in path.values()]
    assert all(call.get("description") for call in described)


def test_the_contract_in_the_docs_names_every_path(client: httpx.Client) -> None:
    text = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
    named = {re.sub(r"\{\w+\}", "{}", path) for path in re.findall(r"/v1/[\w./{}-]+", text)}
    for path in client.get("/v1/openapi.json").json()["paths"]:
        assert re.sub(r"\{\w+\}", "{}", path) in named, path
