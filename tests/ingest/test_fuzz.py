"""Two thousand broken PDFs: each is read, or refused with a reason; none does harm."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.commands import ingest
from ingest.events import Failed, Stored, Unchanged
from rag.build import open_library
from rag.config import Settings
from tests.ingest.mutations import MUTATIONS
from tests.ingest.places import check_grids

EXAMPLES = Path(__file__).parents[2] / "examples" / "papers"
FILES = 2000
SEED = 20_261_127
PARTS = 8
"""The files come in parts, so that several processes share the work and a failure names few."""

HARMS = ("took longer", "needs more than", "crashed", "Error", "Traceback")

SETTINGS = Settings.model_validate(
    {
        "embedder": {"kind": "hashing"},
        "parser": {"timeout_s": 20.0},
        "ingest": {"jobs": 1},
    }
)


def broken(part: int) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file of a part: always the same ones."""
    originals = [path.read_bytes() for path in sorted(EXAMPLES.glob("*.pdf"))]
    for number in range(part, FILES, PARTS):
        rng = random.Random(SEED + number)
        mutation = MUTATIONS[number // PARTS % len(MUTATIONS)]
        content = rng.choice(originals)
        for _ in range(rng.choice((1, 1, 2))):
            content = mutation(content, rng)
        yield f"{number:04}-{mutation.__name__}.pdf", content


@pytest.mark.parametrize("part", range(PARTS))
def test_broken_files_are_read_or_refused_and_harm_nothing(part: int, tmp_path: Path) -> None:
    folder, library = tmp_path / "papers", tmp_path / "library"
    folder.mkdir()
    for name, content in broken(part):
        (folder / name).write_bytes(content)
    outcomes: Counter[str] = Counter()
    for event in ingest([folder], library, SETTINGS):
        if isinstance(event, Failed):
            outcomes["refused"] += 1
            assert event.reason
            # The limits would catch what hangs, grows or crashes; here nothing may need them.
            assert not any(harm in event.reason for harm in HARMS), event
        elif isinstance(event, Stored | Unchanged):
            outcomes["read"] += 1
    assert outcomes.total() == FILES // PARTS
    assert min(outcomes["read"], outcomes["refused"]) > 20, "both ends are reached"
    with open_library(library, SETTINGS) as opened:
        assert opened.check() == []
        for row in opened.papers():
            paper = opened.paper(row.paper_id)
            check_grids(paper)
            assert all(element.span.of(paper.text).strip() for element in paper.elements)
            assert opened.search("retrieval of chunks", k=3).evidence
