from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.commands import ingest
from ingest.events import Failed, Unchanged
from ingest.identity import content_hash
from ingest.versions import place, sort_out
from rag.config import Settings
from rag.store.catalog import Catalog
from rag.store.catalog_writer import WritableCatalog
from rag.types import Paper
from tests.values import make_chunks, make_paper


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[WritableCatalog]:
    with WritableCatalog(tmp_path / "library") as opened:
        yield opened


def put(catalog: WritableCatalog, paper: Paper) -> None:
    with catalog.transaction():
        catalog.put(paper, make_chunks(paper))


def arxiv(paper: Paper, arxiv_id: str) -> Paper:
    return replace(paper, paper_id=arxiv_id, metadata=replace(paper.metadata, arxiv_id=arxiv_id))


def test_known_content_and_copies_are_told_apart(tmp_path: Path, catalog: WritableCatalog) -> None:
    for name, text in {"known": "a", "copy-of-known": "a", "new": "b", "twin": "b"}.items():
        (tmp_path / f"{name}.md").write_text(text)
    paths = sorted(tmp_path.glob("*.md"))
    put(
        catalog, replace(make_paper({"A": ["a"]}), content_hash=content_hash(tmp_path / "known.md"))
    )
    found = sort_out([*paths, tmp_path / "gone.md"], catalog)
    assert [p.stem for p in found.fresh] == ["new"]
    assert [p.stem for p in found.copies] == ["twin"]
    assert {Path(e.source).stem for e in found.events if isinstance(e, Unchanged)} == {
        "known",
        "copy-of-known",
    }
    [failed] = [e for e in found.events if isinstance(e, Failed)]
    assert failed.source.endswith("gone.md")


def test_one_that_fails_in_a_way_nobody_thought_of_is_not_the_runs_end(
    tmp_path: Path, catalog: WritableCatalog
) -> None:
    """A name that no path can have is one such way."""
    (tmp_path / "good.md").write_text("a")
    found = sort_out([Path("no\0path.md"), tmp_path / "good.md"], catalog)
    assert found.fresh == (tmp_path / "good.md",)
    [failed] = [e for e in found.events if isinstance(e, Failed)]
    assert failed.reason.startswith("can't be read: ValueError: ")


def test_what_is_held_is_read_again_where_it_is_asked_for(
    tmp_path: Path, catalog: WritableCatalog
) -> None:
    for name in ("known", "copy"):
        (tmp_path / f"{name}.md").write_text("a")
    known = tmp_path / "known.md"
    paper = make_paper({"A": ["a"]}, paper_id="pold", source=str(known))
    put(catalog, replace(paper, content_hash=content_hash(known)))
    found = sort_out([known, tmp_path / "copy.md"], catalog, again=True)
    assert found.fresh == (known,)
    assert list(found.copies) == [tmp_path / "copy.md"]
    assert found.events == ()
    better = make_paper({"A": ["better"]}, paper_id="pnew")
    better = replace(better, content_hash=content_hash(known))
    placed = replace(better, paper_id="pold", source=str(known))
    assert place(better, catalog) == (placed, ("pold",))


def test_a_new_paper_keeps_its_own_id(catalog: WritableCatalog) -> None:
    paper = make_paper({"A": ["a"]})
    assert place(paper, catalog) == (paper, ())


def test_a_changed_file_keeps_the_papers_id(catalog: WritableCatalog) -> None:
    put(catalog, make_paper({"A": ["a"]}, paper_id="pold"))
    changed = make_paper({"A": ["b"]}, paper_id="pnew")
    assert place(changed, catalog) == (replace(changed, paper_id="pold"), ("pold",))


def test_a_changed_file_that_names_its_arxiv_id_takes_it(catalog: WritableCatalog) -> None:
    put(catalog, make_paper({"A": ["a"]}, paper_id="pold"))
    changed = arxiv(make_paper({"A": ["b"]}), "1706.03762")
    assert place(changed, catalog) == (changed, ("pold",))


def test_two_versions_of_a_preprint_stay_side_by_side(
    tmp_path: Path, catalog: WritableCatalog
) -> None:
    first = tmp_path / "v1.pdf"
    first.touch()
    put(catalog, arxiv(make_paper({"A": ["a"]}, source=str(first)), "1706.03762"))
    second = arxiv(make_paper({"A": ["b"]}, source=str(tmp_path / "v2.pdf")), "1706.03762")
    placed, replaces = place(second, catalog)
    assert placed.paper_id == f"1706.03762-{second.content_hash[:6]}"
    assert replaces == ()


def test_a_version_whose_file_is_gone_is_replaced(tmp_path: Path, catalog: WritableCatalog) -> None:
    put(catalog, arxiv(make_paper({"A": ["a"]}, source=str(tmp_path / "gone.pdf")), "1706.03762"))
    second = arxiv(make_paper({"A": ["b"]}, source=str(tmp_path / "new.pdf")), "1706.03762")
    assert place(second, catalog) == (second, ("1706.03762",))


def test_ids_given_out_in_the_same_batch_count(catalog: WritableCatalog) -> None:
    paper = arxiv(make_paper({"A": ["b"]}), "1706.03762")
    placed, _ = place(paper, catalog, taken=["1706.03762"])
    assert placed.paper_id != "1706.03762"


def test_a_renamed_file_takes_its_paper_along(tmp_path: Path, catalog: WritableCatalog) -> None:
    old, new = tmp_path / "main.md", tmp_path / "renamed.md"
    new.write_text("first")
    first = replace(make_paper({"A": ["a"]}, source=str(old)), content_hash=content_hash(new))
    put(catalog, first)
    old.write_text("second")
    found = sort_out([old, new], catalog)
    assert found.fresh == (old,)
    assert catalog.source(first.paper_id) == str(new)
    second = make_paper({"A": ["b"]}, paper_id="p2", source=str(old))
    assert place(second, catalog) == (second, ())


def test_a_copy_leaves_the_paper_where_it_was(tmp_path: Path, catalog: WritableCatalog) -> None:
    kept, copy = tmp_path / "kept.md", tmp_path / "copy.md"
    for path in (kept, copy):
        path.write_text("same")
    paper = replace(make_paper({"A": ["a"]}, source=str(kept)), content_hash=content_hash(copy))
    put(catalog, paper)
    sort_out([copy], catalog)
    assert catalog.source(paper.paper_id) == str(kept)


def test_only_one_of_a_batch_takes_the_place_of_a_gone_file(
    tmp_path: Path, catalog: WritableCatalog
) -> None:
    put(catalog, arxiv(make_paper({"A": ["a"]}, source=str(tmp_path / "gone.pdf")), "1706.03762"))
    second = arxiv(make_paper({"A": ["b"]}, source=str(tmp_path / "v2.pdf")), "1706.03762")
    third = arxiv(make_paper({"A": ["c"]}, source=str(tmp_path / "v3.pdf")), "1706.03762")
    assert place(second, catalog) == (second, ("1706.03762",))
    placed, replaces = place(third, catalog, taken=["1706.03762"])
    assert placed.paper_id.startswith("1706.03762-")
    assert replaces == ()


def test_a_copy_that_is_read_again_does_not_take_the_papers_place(tmp_path: Path) -> None:
    settings = Settings.model_validate({"embedder": {"kind": "hashing"}, "ingest": {"jobs": 1}})
    library, first, copy = tmp_path / "library", tmp_path / "first.md", tmp_path / "copy.md"
    for file in (first, copy):
        file.write_text("# Networks of Twins\n\nThey share their weights.\n")
    list(ingest([first], library, settings))
    list(ingest([copy], library, settings, again=True))
    copy.write_text("# Another Paper\n\nIt is about something else.\n")
    list(ingest([copy], library, settings))
    with Catalog(library) as catalog:
        found = {row.metadata.title: row.source for row in catalog.papers()}
    assert found == {"Networks of Twins": str(first), "Another Paper": str(copy)}
