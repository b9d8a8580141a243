"""Scholium, as a user has it: `scholium ingest`, then the library that a program opens.

Default settings. Ingest is the whole command with its imports and the loading of the model, which
the others have done before their clock starts; and this process' memory counts with it. Only the
conversion of the model, once per machine, comes before.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from peer import Hit, Scope, serve

CONVERT = "from rag.build import embedder; from rag.config import Settings; embedder(Settings())"
COMMAND = "from api.cli import main; main()"


class Scholium:
    """`scholium ingest`, `open_library(...).search(...)`."""

    packages = ("scholium", "chromadb", "tantivy", "onnxruntime", "pymupdf")

    def load(self) -> None:
        subprocess.run([sys.executable, "-c", CONVERT], check=True)

    def ingest(self, papers: Sequence[Path], store: Path) -> int:
        # Any installed `scholium` would do, but this one is of the same checkout as the rest
        command = [sys.executable, "-c", COMMAND, "ingest", *map(str, papers)]
        command += ["--library", str(store), "--json"]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        return sum(json.loads(line).get("chunks", 0) for line in done.stdout.splitlines())

    def open(self, store: Path, scopes: Sequence[Scope]) -> None:
        from rag.build import open_library
        from rag.config import Settings

        self.library = open_library(store, Settings())
        self.library.prepare()
        papers = {Path(row.source).stem: row.paper_id for row in self.library.papers()}
        self.ids = {scope: frozenset(papers[stem] for stem in scope) for scope in scopes}
        self.stems = {paper_id: stem for stem, paper_id in papers.items()}

    def search(self, question: str, scope: Scope, k: int) -> list[Hit]:
        from rag.types import Filter

        found = self.library.search(question, Filter(self.ids[scope]), k).evidence
        return [
            Hit(self.stems[e.chunk.paper_id], tuple(e.chunk.pages), e.chunk.text) for e in found
        ]


if __name__ == "__main__":
    serve(Scholium())
