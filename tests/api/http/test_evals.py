"""Reports on answers, as the server shows them."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from api.routes.evals import PAGE_POLICY
from eval.answers.findings import find
from eval.answers.page import write_page
from eval.answers.summary import write_summary
from tests.api.hosting import hosted
from tests.eval.answers.made_answers import ORIGIN, outcomes


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    found = find(ORIGIN, outcomes(), "lexical")
    write_summary(tmp_path / "reports" / "mine" / "report.json", found)
    write_page(tmp_path / "reports" / "mine" / "report.html", found)
    return tmp_path / "reports"


def test_a_report_is_listed_and_shown(library: Path, reports: Path) -> None:
    with hosted(library, {"serve": {"reports": str(reports)}}) as client:
        [listed] = client.get("/v1/evals").json()["items"]
        whole = client.get("/v1/evals/mine").json()
        page = client.get("/v1/evals/mine/page")
    assert (listed["name"], listed["dataset"], listed["headline"]) == (
        "mine",
        "made",
        "must contain",
    )
    assert listed["configurations"][0]["measures"] == whole["configurations"][0]["measures"]
    assert whole["kind"] == "answers"
    assert page.status_code == httpx.codes.OK
    assert page.headers["Content-Security-Policy"] == PAGE_POLICY
    assert not re.search(r"<script|\son\w+=|javascript:", page.text.replace("&lt;script", ""))
