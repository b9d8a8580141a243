from __future__ import annotations

import shutil
from pathlib import Path

from ingest.commands import ingest
from ingest.identity import content_hash
from rag.config import Settings
from tests.api.hosting import hosted
from tests.conftest import EXAMPLES

SETTINGS = {"embedder": {"kind": "hashing"}, "ingest": {"jobs": 1}}


def test_uploads_are_shown_wherever_their_library_is_moved_to(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    pdf = EXAMPLES / "papers" / "hybrid-retrieval.pdf"
    settings = Settings.model_validate(SETTINGS)
    uploaded = before / "uploads" / content_hash(pdf) / "paper.pdf"
    uploaded.parent.mkdir(parents=True)
    shutil.copy(pdf, uploaded)
    list(ingest([uploaded], before, settings))
    before.rename(after)
    with hosted(after, SETTINGS) as client:
        [row] = client.get("/v1/papers").json()["items"]
        paper = f"/v1/papers/{row['id']}"
        assert client.get(f"{paper}/pdf").content == pdf.read_bytes()
        image = client.get(f"{paper}/pages/1.png?scale=1")
        assert image.headers["content-type"] == "image/png"
