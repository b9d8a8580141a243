from __future__ import annotations

from pathlib import Path

from eval.provenance import library_digest, papers_digest, settings_digest
from rag.config import Embedder, Rerank, Settings
from rag.types import Metadata, PaperRow


def test_a_model_that_was_changed_in_its_folder_is_another(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    weights = tmp_path / "deep" / "weights"
    settings = Settings(
        embedder=Embedder(kind="sentence-transformers", model=str(tmp_path)),
        rerank=Rerank(kind="cross-encoder", model=str(weights)),
    )
    digests = []
    for content in ("first", "second"):
        weights.write_text(content)
        digests.append((settings_digest(settings), library_digest(settings)))
    before, after = digests
    assert before[0] != after[0]
    assert before[1] != after[1]
    other = settings.model_copy(update={"rerank": Rerank()})
    assert library_digest(other) == after[1]  # a reranker shapes no index


def test_a_model_of_a_hub_is_known_by_its_name() -> None:
    first, second = (
        settings_digest(Settings(rerank=Rerank(kind="cross-encoder", model=name)))
        for name in ("some/model", "some/other\0model")
    )
    assert first != second


def test_papers_are_told_apart_by_id_and_content() -> None:
    rows = [PaperRow(i, Metadata(), 1, 1, "a.md", h) for i, h in (("a", "1"), ("b", "2"))]
    assert papers_digest(rows) == papers_digest(reversed(rows))
    assert len({papers_digest(rows), papers_digest(rows[:1]), papers_digest(rows[1:])}) == 3
